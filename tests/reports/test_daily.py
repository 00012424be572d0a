"""A day's report by itself: what contradicts itself, what claims too much, what is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.language import ENGLISH, Problem, speaking
from parcels.workflow import (
    ORDER,
    REPORTED_BY_TOWNSHIP,
    STEP_TITLES,
    Step,
    earlier,
    later,
)
from reports.ceilings import breaches, breaches_in_time
from reports.completion import done_m2
from reports.counted import is_counted, why_not_counted
from reports.daily import (
    NEXT_STATES,
    RETURN_TITLES,
    STATE_TITLES,
    ZERO_TITLES,
    Correction,
    DailyReport,
    Entry,
    ReportState,
    ReturnReason,
    ZeroReason,
    is_late,
    require_sound,
)
from reports.means.money import Purpose, Spending
from reports.reasons import (
    CORRECTION_TITLES,
    PROBLEM_TITLES,
    CorrectionReason,
    ProblemReason,
)
from tests.builders import DAY, TOWNSHIP_A, at, events, ledger

WORK = (Entry(1, Step.AGREEMENT_SIGNED, 100.0),)
REPORT = DailyReport(1, TOWNSHIP_A, DAY, WORK)
PARCELS = pd.DataFrame(
    {"parcel_no": ["A1", "A2"], "area_m2": [900.0, 500.0]},
    index=pd.Index([1, 2], name="ledger_id"),
)
NOTHING_DONE = done_m2(events([]))


def ceilings(*entries: Entry, done: pd.DataFrame = NOTHING_DONE) -> list[tuple[str, float]]:
    return [(found.parcel_no, found.ceiling_m2) for found in breaches(entries, PARCELS, done)]


def test_every_state_step_and_reason_has_a_title() -> None:
    assert set(STATE_TITLES) == set(NEXT_STATES) == set(ReportState)
    assert set(ZERO_TITLES) == set(ZeroReason)
    assert set(RETURN_TITLES) == set(ReturnReason)
    assert set(STEP_TITLES) == set(ORDER) == set(Step)


def test_the_works_have_one_order() -> None:
    assert earlier(Step.AGREEMENT_SIGNED) is None
    for first, second in pairwise(ORDER):
        assert earlier(second) is first
        assert second in later(first)
        assert first not in later(first)
    assert REPORTED_BY_TOWNSHIP[-1] is Step.SELF_CHECKED


def test_a_report_holds_work_or_says_why_not() -> None:
    require_sound(REPORT)
    require_sound(replace(REPORT, entries=(), zero_reason=ZeroReason.RAIN))


@pytest.mark.parametrize(
    "contradiction",
    [
        {"entries": ()},
        {"zero_reason": ZeroReason.RAIN},
        {"workers": -1},
        {"machines": -1},
        {"workers": 100_001},
        {"machines": 10_001},
    ],
)
def test_a_report_that_contradicts_itself_is_refused(contradiction: dict) -> None:
    with pytest.raises(Problem):
        require_sound(replace(REPORT, **contradiction))


@pytest.mark.parametrize(
    ("filed_at", "late"),
    [
        (at(hour=17, minute=29), False),
        (at(hour=17, minute=30), False),  # at the cut-off is in time
        (at(hour=17, minute=30, second=1), True),
        (at(hour=0, minute=1), False),
        (datetime(2026, 3, 4, 9, 29, tzinfo=UTC), False),  # 17:29 by the office's clock
        (datetime(2026, 3, 4, 9, 31, tzinfo=UTC), True),
        (datetime(2026, 3, 4, 23, 0, tzinfo=UTC), True),  # the next morning in the office
    ],
)
def test_late_is_after_the_cut_off_by_the_offices_clock(filed_at: datetime, late: bool) -> None:
    assert is_late(DAY, time(17, 30), filed_at) is late


def test_a_parcel_gives_no_more_than_its_area() -> None:
    assert ceilings(Entry(1, Step.AGREEMENT_SIGNED, 900.0)) == []
    assert ceilings(Entry(1, Step.AGREEMENT_SIGNED, 900.01)) == [("A1", 900.0)]
    done = done_m2(events([{"step": Step.AGREEMENT_SIGNED, "area_m2": 600.0}]))
    assert ceilings(Entry(1, Step.AGREEMENT_SIGNED, 300.0), done=done) == []
    assert ceilings(Entry(1, Step.AGREEMENT_SIGNED, 400.0), done=done) == [("A1", 300.0)]


def test_a_step_goes_no_further_than_the_step_before() -> None:
    done = done_m2(events([{"step": Step.AGREEMENT_SIGNED, "area_m2": 600.0}]))
    assert ceilings(Entry(1, Step.DEMOLISHED, 600.0), done=done) == []
    assert ceilings(Entry(1, Step.DEMOLISHED, 700.0), done=done) == [("A1", 600.0)]
    assert ceilings(Entry(1, Step.CLEARED, 1.0), done=done) == [("A1", 0.0)]


def test_two_steps_of_one_day_build_on_one_another() -> None:
    both = (Entry(1, Step.DEMOLISHED, 300.0), Entry(1, Step.AGREEMENT_SIGNED, 300.0))
    assert ceilings(*both) == []
    assert ceilings(both[0]) == [("A1", 0.0)]


def test_one_step_entered_twice_is_added_up() -> None:
    twice = (Entry(2, Step.AGREEMENT_SIGNED, 300.0), Entry(2, Step.AGREEMENT_SIGNED, 300.0))
    assert ceilings(*twice) == [("A2", 500.0)]


@pytest.mark.parametrize("area_m2", [0.0, -1.0, float("nan"), float("-inf"), float("inf")])
def test_what_is_no_area_is_never_accepted(area_m2: float) -> None:
    assert len(ceilings(Entry(1, Step.AGREEMENT_SIGNED, area_m2))) == 1


@pytest.mark.parametrize("step", [Step.COUNTY_ACCEPTED, Step.CITY_ACCEPTED, Step.FILED])
def test_a_township_never_reports_an_acceptance(step: Step) -> None:
    everything = [{"step": s, "area_m2": 900.0} for s in ORDER if s is not step]
    assert ceilings(Entry(1, step, 1.0), done=done_m2(events(everything))) == [("A1", 0.0)]


def test_ground_measured_anew_makes_no_breach_of_what_is_filed_already() -> None:
    done = pd.DataFrame([dict.fromkeys(Step, 0.0)], index=[1])
    area_m2 = float(PARCELS.at[1, "area_m2"])

    def found(over_m2: float, *, is_filed: bool) -> int:
        entry = Entry(1, Step.AGREEMENT_SIGNED, round(area_m2 + over_m2, 2))
        return len(breaches([entry], PARCELS, done, is_filed=is_filed))

    assert found(0.01, is_filed=False) == 1
    assert found(0.01, is_filed=True) == found(0.05, is_filed=True) == 0
    assert found(0.06, is_filed=True) == 1


def test_somebody_elses_parcel_is_a_breach() -> None:
    assert ceilings(Entry(3, Step.AGREEMENT_SIGNED, 1.0)) == [("#3", 0.0)]


def test_every_breach_is_told_not_only_the_first() -> None:
    found = breaches(
        [Entry(1, Step.DEMOLISHED, 1.0), Entry(2, Step.AGREEMENT_SIGNED, 501.0)],
        PARCELS,
        NOTHING_DONE,
    )
    assert [breach.parcel_no for breach in found] == ["A1", "A2"]
    assert "500.00 m²" in str(found[1])
    assert "501.00 m²" in str(found[1])


areas = st.integers(1, 95_000).map(lambda cents: cents / 100)
entries = st.lists(
    st.builds(Entry, st.sampled_from([1, 2]), st.sampled_from(REPORTED_BY_TOWNSHIP), areas),
    min_size=1,
    max_size=5,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(entries, max_size=12))
def test_after_any_accepted_days_later_steps_never_exceed_earlier_ones_nor_the_parcel(
    days: list[list[Entry]],
) -> None:
    rows: list[dict] = []
    for day in days:
        done = done_m2(events(rows), confirmed_only=False)
        if breaches(day, PARCELS, done):
            continue
        rows += [{"ledger_id": e.ledger_id, "step": e.step, "area_m2": e.area_m2} for e in day]
    for ledger_id, parcel in PARCELS.iterrows():
        sums = [
            sum(r["area_m2"] for r in rows if (r["ledger_id"], r["step"]) == (ledger_id, step))
            for step in REPORTED_BY_TOWNSHIP
        ]
        for further, nearer in zip(sums[1:], sums, strict=False):
            assert further <= nearer + 0.0051
        assert sums[0] <= parcel["area_m2"] + 0.0051


@given(entries)
def test_a_report_without_breaches_stays_so_with_less(day: list[Entry]) -> None:
    if breaches(day, PARCELS, NOTHING_DONE):
        return
    first = min(day, key=lambda entry: -ORDER.index(entry.step))  # the furthest step
    less = [e for e in day if (e.ledger_id, e.step) != (first.ledger_id, first.step)]
    assert breaches(less, PARCELS, NOTHING_DONE) == []


def test_only_passing_parcels_that_are_not_withdrawn_count() -> None:
    rows = ledger(
        [
            {},
            {"is_withdrawn": True},
            {"verdict": "fail"},
            {"verdict": "undetermined"},
        ]
    )
    assert is_counted(rows).tolist() == [True, False, False, False]


def taken(step: Step, area_m2: float, text: str = "") -> Correction:
    return Correction(1, step, area_m2, CorrectionReason.WRONG_AREA, text)


STANDING = ledger([{}]).set_index("ledger_id").assign(parcel_no="A1")


def stands(**areas_m2: float) -> pd.DataFrame:
    """What parcel 1 has done so far, by step."""
    rows = [{"step": Step(name), "area_m2": area} for name, area in areas_m2.items()]
    return done_m2(events(rows))


def test_a_claim_is_taken_back_as_far_as_it_stands_and_no_further() -> None:
    done = stands(agreement_signed=600.0)
    assert breaches([], STANDING, done, [taken(Step.AGREEMENT_SIGNED, 600.0)]) == []
    [breach] = breaches([], STANDING, done, [taken(Step.AGREEMENT_SIGNED, 600.02)])
    assert (breach.claim_m2, breach.ceiling_m2, breach.is_correction) == (600.02, 600.0, True)
    assert "600.02" in str(breach)


def test_a_step_is_not_taken_back_under_the_step_after_it() -> None:
    done = stands(agreement_signed=900.0, demolished=700.0)
    [breach] = breaches([], STANDING, done, [taken(Step.AGREEMENT_SIGNED, 300.0)])
    assert breach.ceiling_m2 == 200.0
    both = [taken(Step.AGREEMENT_SIGNED, 300.0), taken(Step.DEMOLISHED, 100.0)]
    assert breaches([], STANDING, done, both) == []


def test_a_report_between_other_days_must_fit_them_and_is_told_once() -> None:
    later_only = stands(agreement_signed=900.0)
    nothing = done_m2(events([]))
    entry = [Entry(1, Step.DEMOLISHED, 500.0)]
    overall = breaches(entry, STANDING, later_only)
    on_the_day = breaches(entry, STANDING, nothing)
    assert overall == []
    [breach] = breaches_in_time(overall, on_the_day, DAY)
    assert str(DAY) in str(breach)
    assert len(breaches_in_time(on_the_day, on_the_day, DAY)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"corrections": (taken(Step.PLANTED, 1.0), taken(Step.PLANTED, 2.0))},
        {
            "entries": (Entry(1, Step.PLANTED, 1.0),),
            "corrections": (taken(Step.PLANTED, 1.0),),
        },
        {"corrections": (Correction(1, Step.PLANTED, 1.0, CorrectionReason.OTHER, " "),)},
        {"corrections": (taken(Step.PLANTED, -1.0),)},
        {"zero_reason": ZeroReason.RAIN, "money": (Spending(Purpose.TOPSOIL, 0),)},
        {"zero_reason": ZeroReason.RAIN, "money": (Spending(Purpose.TOPSOIL, 1),) * 2},
    ],
)
def test_a_report_whose_corrections_or_money_cannot_be_is_refused(fields: dict) -> None:
    sent = replace(DailyReport(1, TOWNSHIP_A, DAY, ()), **fields)
    with pytest.raises(Problem):
        require_sound(sent)


def test_a_correction_alone_is_a_report_and_so_is_one_beside_no_progress() -> None:
    sent = DailyReport(1, TOWNSHIP_A, DAY, (), corrections=(taken(Step.PLANTED, 1.0),))
    require_sound(sent)
    require_sound(replace(sent, zero_reason=ZeroReason.RAIN))


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, None),
        ({"is_withdrawn": True, "withdrawn_reason": "村民撤回"}, "村民撤回"),
        ({"verdict": "fail", "structure_verdict": "fail"}, "structure share"),
        ({"verdict": "fail", "new_arable_verdict": "fail"}, "new arable"),
        ({"verdict": "undetermined", "new_arable_verdict": "undetermined"}, "undetermined"),
    ],
)
def test_both_sides_read_why_a_parcel_does_not_count(fields: dict, word: str | None) -> None:
    whole = {"structure_verdict": "pass", "new_arable_verdict": "pass", "withdrawn_reason": ""}
    parcels = ledger([whole | fields])
    with speaking(ENGLISH):
        [why] = why_not_counted(parcels)
        assert (why is None) == bool(is_counted(parcels).iloc[0])
        assert why is None or word is None or word in str(why)


def test_every_reason_has_its_title() -> None:
    for members, titles in (
        (ProblemReason, PROBLEM_TITLES),
        (CorrectionReason, CORRECTION_TITLES),
    ):
        assert set(members) == set(titles)
