"""The schedule: milestones of a plan, straight between them; a straight line without."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.language import Problem
from reports.completion import completion
from reports.schedule import Milestone, require_sound_plan, scheduled_of, scheduled_share
from tests.builders import START, TOWNSHIP_A, TOWNSHIP_B, a_project, events, ledger

PROJECT = a_project()  # 100 days
LAST = PROJECT.deadline


def day(number: int) -> date:
    """The day on whose evening ``number`` days of the project have passed."""
    return START + timedelta(days=number - 1)


HALF_BY_TWENTY = (Milestone(day(20), 0.5), Milestone(day(60), 0.9))


@pytest.mark.parametrize(
    ("number", "share"),
    [(0, 0.0), (10, 0.25), (20, 0.5), (40, 0.7), (60, 0.9), (80, 0.95), (100, 1.0), (130, 1.0)],
)
def test_between_milestones_the_line_is_straight(number: int, share: float) -> None:
    assert scheduled_share(PROJECT, day(number), HALF_BY_TWENTY) == pytest.approx(share)


@given(st.integers(-20, 140), st.lists(st.tuples(st.integers(1, 99), st.floats(0.01, 1))))
def test_a_schedule_never_falls_and_ends_at_all(
    number: int, points: list[tuple[int, float]]
) -> None:
    days = sorted({place for place, _share in points})
    shares = sorted(share for _place, share in points)
    plan = [Milestone(day(place), share) for place, share in zip(days, shares, strict=False)]
    require_sound_plan(PROJECT, plan)
    today, tomorrow = (scheduled_share(PROJECT, day(n), plan) for n in (number, number + 1))
    assert 0.0 <= today <= tomorrow + 1e-12 <= 1.0 + 2e-12
    assert scheduled_share(PROJECT, LAST, plan) == 1.0


def test_two_townships_weigh_by_what_they_have_to_bring() -> None:
    plans = {TOWNSHIP_A: (Milestone(day(10), 1.0),)}
    share = scheduled_of(PROJECT, day(10), {TOWNSHIP_A: 300.0, TOWNSHIP_B: 100.0}, plans)
    assert share == pytest.approx((300 * 1.0 + 100 * 0.1) / 400)
    assert scheduled_of(PROJECT, day(10), {}, plans) == pytest.approx(0.1)


def test_completion_measures_the_gap_against_the_plan() -> None:
    parcels = ledger([{"township_code": TOWNSHIP_A}, {"township_code": TOWNSHIP_B}])
    plans = {TOWNSHIP_A: HALF_BY_TWENTY}
    done = completion(PROJECT, parcels, events([{"day": day(5)}]), day=day(20), plans=plans)
    assert done.scheduled == pytest.approx((0.5 + 0.2) / 2)
    assert done.gap == pytest.approx(0.5 - 0.35)


@pytest.mark.parametrize(
    "points",
    [[(20, 0.5), (20, 0.6)], [(20, 0.5), (30, 0.4)], [(20, 0.0)], [(20, 1.2)], [(0, 0.5)],
     [(101, 1.0)], [(100, 0.9)]],
)  # fmt: skip
def test_a_plan_that_falls_or_leaves_the_project_is_refused(
    points: list[tuple[int, float]],
) -> None:
    with pytest.raises(Problem):
        require_sound_plan(PROJECT, [Milestone(day(number), share) for number, share in points])
