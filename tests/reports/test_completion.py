"""Completion, computed by hand and by laws: one figure for every screen."""

from __future__ import annotations

from datetime import timedelta
from math import isclose

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcels.workflow import ORDER, EventState, Step
from reports.completion import completion, current_step, done_m2, scheduled_share
from tests.builders import DAY, START, TOWNSHIP_A, TOWNSHIP_B, a_project, events, ledger

PROJECT = a_project()


def test_new_arable_counts_in_the_share_of_the_parcel_that_is_done() -> None:
    """500 of 1 000 m² planted of a parcel worth 800, and all of one worth 200: 600 of 1 500."""
    parcels = ledger(
        [
            {"area_m2": 1000.0, "new_arable_m2": 800.0},
            {"area_m2": 250.0, "new_arable_m2": 200.0},
            {"area_m2": 700.0, "new_arable_m2": 500.0},
        ]
    )
    work = events([{"ledger_id": 1, "area_m2": 500.0}, {"ledger_id": 2, "area_m2": 250.0}])
    found = completion(PROJECT, parcels, work, day=DAY)
    assert (found.done_m2, found.eligible_m2) == (600.0, 1500.0)
    assert found.share == 0.4
    assert found.accepted_share == 0.0


def test_only_passing_parcels_that_are_not_withdrawn_are_eligible() -> None:
    parcels = ledger([{}, {"verdict": "fail"}, {"verdict": "undetermined"}, {"is_withdrawn": True}])
    work = events([{"ledger_id": number} for number in (2, 3, 4)])
    found = completion(PROJECT, parcels, work, day=DAY)
    assert (found.done_m2, found.eligible_m2) == (0.0, 800.0)


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        ({}, True),
        ({"state": EventState.CLAIMED}, False),
        ({"step": Step.TOPSOILED}, False),  # the step before the counting step
        ({"day": DAY + timedelta(days=1)}, False),
        ({"day": START}, True),
    ],
)
def test_only_confirmed_work_at_the_counting_step_until_that_day_counts(
    event: dict, counts: bool
) -> None:
    found = completion(PROJECT, ledger([{}]), events([event]), day=DAY)
    assert found.share == (1.0 if counts else 0.0)


def test_the_project_says_which_step_counts() -> None:
    work = events([{"step": Step.DEMOLISHED}])
    assert completion(PROJECT, ledger([{}]), work, day=DAY).share == 0
    sooner = a_project(counting_step=Step.DEMOLISHED)
    assert completion(sooner, ledger([{}]), work, day=DAY).share == 1


def test_county_acceptance_is_counted_beside_the_counting_step() -> None:
    work = events([{}, {"step": Step.COUNTY_ACCEPTED, "area_m2": 250.0}])
    found = completion(PROJECT, ledger([{}]), work, day=DAY)
    assert (found.share, found.accepted_share) == (1.0, 0.25)


def test_a_parcel_that_a_new_layer_made_smaller_never_counts_more_than_whole() -> None:
    found = completion(PROJECT, ledger([{"area_m2": 600.0}]), events([{}]), day=DAY)
    assert found.share == 1.0


def test_a_passing_parcel_whose_new_arable_nobody_knows_adds_nothing() -> None:
    parcels = ledger([{}, {"new_arable_m2": np.nan}])
    found = completion(PROJECT, parcels, events([{}, {"ledger_id": 2}]), day=DAY)
    assert (found.done_m2, found.eligible_m2, found.share) == (800.0, 800.0, 1.0)


def test_with_nothing_eligible_there_is_no_share_and_no_gap() -> None:
    found = completion(PROJECT, ledger([{"verdict": "fail"}]), events([{}]), day=DAY)
    assert found.share is None
    assert found.gap is None
    assert completion(PROJECT, ledger([{}]).head(0), events([]), day=DAY).share is None


def test_without_events_nothing_is_done() -> None:
    found = completion(PROJECT, ledger([{}]), events([]), day=DAY)
    assert (found.share, found.done_m2) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (START - timedelta(days=1), 0.0),
        (START - timedelta(days=50), 0.0),
        (START, 0.01),
        (START + timedelta(days=49), 0.5),
        (START + timedelta(days=99), 1.0),
        (START + timedelta(days=150), 1.0),
    ],
)
def test_the_schedule_is_a_straight_line_on_which_the_first_day_is_worked(
    day: object, share: float
) -> None:
    assert scheduled_share(PROJECT, day) == pytest.approx(share)  # type: ignore[arg-type]


def test_a_parcel_stands_at_the_furthest_step_done_on_all_of_it() -> None:
    parcels = ledger([{}, {}, {}])
    work = events(
        [
            {"ledger_id": 1, "step": Step.AGREEMENT_SIGNED},
            {"ledger_id": 1, "step": Step.DEMOLISHED, "area_m2": 999.0},
            {"ledger_id": 2, "step": Step.AGREEMENT_SIGNED},
            {"ledger_id": 2, "step": Step.DEMOLISHED, "area_m2": 400.0},
            {"ledger_id": 2, "step": Step.DEMOLISHED, "area_m2": 600.0},
        ]
    )
    found = current_step(done_m2(work), parcels)
    assert found.tolist() == [Step.AGREEMENT_SIGNED, Step.DEMOLISHED, None]
    assert found.index.equals(parcels.index)


works = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(ORDER),
        st.integers(1, 100_000),
        st.sampled_from([EventState.CONFIRMED, EventState.CLAIMED]),
    ),
    max_size=30,
)
places = st.lists(
    st.tuples(
        st.sampled_from([TOWNSHIP_A, TOWNSHIP_B]),
        st.sampled_from(["pass", "fail", "undetermined"]),
        st.booleans(),
        st.integers(1, 100_000),
    ),
    min_size=6,
    max_size=6,
)


@settings(max_examples=50, deadline=None)
@given(places, works)
def test_townships_add_up_to_the_county_and_the_oracle_agrees(places: list, works: list) -> None:
    parcels = ledger(
        [
            {
                "township_code": township,
                "verdict": verdict,
                "is_withdrawn": withdrawn,
                "area_m2": cents / 100,
                "new_arable_m2": cents / 125,
            }
            for township, verdict, withdrawn, cents in places
        ]
    )
    work = events(
        [
            {"ledger_id": number, "step": step, "area_m2": cents / 100, "state": state}
            for number, step, cents, state in works
        ]
    )
    whole = completion(PROJECT, parcels, work, day=DAY)
    parts = [
        completion(PROJECT, parcels[parcels["township_code"] == code], work, day=DAY)
        for code in (TOWNSHIP_A, TOWNSHIP_B)
    ]
    for name in ("eligible_m2", "done_m2", "accepted_m2"):
        assert isclose(sum(getattr(p, name) for p in parts), getattr(whole, name), abs_tol=1e-6)
    done = 0.0
    for number, (_code, verdict, withdrawn, cents) in enumerate(places, start=1):
        planted = sum(
            c
            for n, step, c, state in works
            if n == number and step is Step.PLANTED and state is EventState.CONFIRMED
        )
        if verdict == "pass" and not withdrawn:
            done += cents / 125 * min(planted / cents, 1)
    assert isclose(whole.done_m2, done, abs_tol=1e-6)
    assert whole.share is None or 0 <= whole.share <= 1 + 1e-12


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=40))
def test_whoever_has_done_everything_stands_at_one_exactly(cents: list[int]) -> None:
    parcels = ledger([{"area_m2": c / 100, "new_arable_m2": c / 130} for c in cents])
    work = events([{"ledger_id": n, "area_m2": c / 100} for n, c in enumerate(cents, 1)])
    found = completion(PROJECT, parcels, work, day=PROJECT.deadline)
    assert found.share == 1.0
    assert found.gap == 0.0
