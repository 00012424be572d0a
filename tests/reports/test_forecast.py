"""The end foretold: by hand, and by laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.language import ENGLISH, speaking
from gis.units import format_mu
from reports.calendar import EVERY_DAY, Calendar
from reports.catalog.period_words import gap_words
from reports.forecast import (
    LEAST_DAYS,
    WINDOW_DAYS,
    Forecast,
    Outlook,
    county_forecast,
    forecast,
)
from reports.printed import least_m2, least_mu
from tests.builders import START, TOWNSHIP_A, TOWNSHIP_B, a_project

PROJECT = a_project()  # 100 days from START


def told(
    *added: float, eligible: float = 10_000.0, done: float | None = None,
    calendar: Calendar = EVERY_DAY,
) -> Forecast:  # fmt: skip
    """The outlook after these days of work from the start on."""
    by_day = {START + timedelta(days=n): m2 for n, m2 in enumerate(added)}
    return forecast(
        PROJECT,
        calendar,
        eligible_m2=eligible,
        done_m2=sum(added) if done is None else done,
        by_day=by_day,
        since=START,
        last=START + timedelta(days=len(added) - 1),
    )


def test_an_even_pace_ends_on_one_day() -> None:
    """14 days of 100 m² leave 8 600 m²: 86 days more."""
    found = told(*[100.0] * 14)
    assert found.outlook is Outlook.DATED
    assert found.finish == found.earliest == found.latest == START + timedelta(days=13 + 86)
    assert (found.days, found.first, found.rate_m2) == (14, START, 100.0)


def test_the_range_is_that_of_the_slowest_and_the_fastest_half() -> None:
    """7 days of 200, 7 of 50: 8 250 left; mean 125, fastest 200, slowest 50."""
    found = told(*[200.0] * 7, *[50.0] * 7)
    after = START + timedelta(days=13)
    assert found.finish == after + timedelta(days=66)
    assert found.earliest == after + timedelta(days=42)  # 41.25 rounded up
    assert found.latest == after + timedelta(days=165)


def test_days_without_work_are_left_in() -> None:
    found = told(*[200.0, 0.0] * 7)
    assert found.rate_m2 == 100.0


def test_a_standstill_of_half_the_days_leaves_the_range_open() -> None:
    found = told(*[100.0] * 7, *[0.0] * 7)
    assert found.finish is not None
    assert found.latest is None


@pytest.mark.parametrize(
    ("found", "outlook"),
    [
        (told(*[100.0] * (LEAST_DAYS - 1)), Outlook.NOT_ENOUGH),
        (told(*[100.0] * LEAST_DAYS), Outlook.DATED),
        (told(*[0.0] * 20), Outlook.STANDSTILL),
        (told(*[0.001] * 20), Outlook.STANDSTILL),
        (told(10_000.0), Outlook.FINISHED),
        (told(0.0, eligible=0.0), Outlook.NOT_ENOUGH),
    ],
)
def test_what_cannot_be_said_is_not_said(found: Forecast, outlook: Outlook) -> None:
    assert found.outlook is outlook
    assert (found.finish is not None) == (outlook is Outlook.DATED)


def test_before_the_first_confirmed_day_there_is_nothing_to_say() -> None:
    found = forecast(
        PROJECT, EVERY_DAY, eligible_m2=1.0, done_m2=0.0, by_day={}, since=START, last=None
    )
    assert found.outlook is Outlook.NOT_ENOUGH


def test_only_the_last_four_weeks_are_looked_at() -> None:
    found = told(*[0.0] * 50, *[100.0] * WINDOW_DAYS)
    assert (found.days, found.rate_m2) == (WINDOW_DAYS, 100.0)


def test_needed_and_recent_are_per_working_day() -> None:
    """Weekends off: 20 days from Monday on; 80 days left of which 56 are working days."""
    calendar = Calendar(((START, frozenset(range(5))),))
    week = [70.0] * 5 + [0.0, 0.0]
    found = told(*week, *week, *week[:6], eligible=100_000.0, calendar=calendar)
    assert found.working_days_left == len(
        [n for n in range(20, 100) if (START + timedelta(days=n)).weekday() < 5]
    )
    assert found.needed_m2 == found.left_m2 / found.working_days_left
    assert found.recent_m2 == 70.0  # the last seven working days


def test_after_the_deadline_no_pace_is_in_time() -> None:
    assert told(*[10.0] * 101).needed_m2 is None


def together(quick: Forecast, slow: Forecast, pooled: Forecast) -> Forecast:
    return county_forecast(pooled, {TOWNSHIP_A: quick, TOWNSHIP_B: slow})


def test_a_county_is_done_when_its_last_township_is() -> None:
    """A leaves 1 000 at 100 a day, B 1 000 at 10: by day 10 and 100; at 110 a day together 19."""
    after = START + timedelta(days=13)
    quick, slow = told(*[100.0] * 14, eligible=2_400.0), told(*[10.0] * 14, eligible=1_140.0)
    found = together(quick, slow, told(*[110.0] * 14, eligible=3_540.0))
    assert (quick.finish, found.finish) == (after + timedelta(10), after + timedelta(100))
    assert (found.last_code, found.pooled) == (TOWNSHIP_B, after + timedelta(19))
    assert (found.earliest, found.latest) == (slow.earliest, slow.latest)
    assert (found.left_m2, found.done_m2) == (2_000.0, 1_540.0), "its own row stays that of all"


@pytest.mark.parametrize(
    ("slow", "outlook"),
    [
        (told(*[0.0] * 14, eligible=10.0), Outlook.STANDSTILL),
        (told(*[1.0] * 3, eligible=10.0), Outlook.NOT_ENOUGH),
    ],
)
def test_one_township_without_an_end_leaves_the_county_without_one(
    slow: Forecast, outlook: Outlook
) -> None:
    pooled = told(*[100.0] * 14, eligible=2_410.0)
    found = together(told(*[100.0] * 14, eligible=2_400.0), slow, pooled)
    assert (found.outlook, found.finish, found.latest) == (outlook, None, None)
    assert (found.last_code, found.pooled) == (TOWNSHIP_B, pooled.finish)


def test_who_is_done_or_has_nothing_to_do_holds_nobody_up() -> None:
    quick = told(*[100.0] * 14, eligible=2_400.0)
    for other in (told(10_000.0), told(0.0, eligible=0.0)):
        found = together(quick, other, quick)
        assert (found.outlook, found.finish) == (Outlook.DATED, quick.finish)
    assert together(told(10_000.0), told(10_000.0), told(10_000.0)).outlook is Outlook.FINISHED
    assert county_forecast(quick, {TOWNSHIP_A: quick}) == quick, "one township is no county"


paces = st.lists(st.integers(0, 500), min_size=LEAST_DAYS, max_size=60)


@settings(max_examples=200, deadline=None)
@given(paces, st.integers(1, 100_000))
def test_the_date_lies_in_its_range_and_keeps_its_promise(added: list[int], left: int) -> None:
    found = told(*map(float, added), eligible=float(sum(added) + left))
    if found.outlook is not Outlook.DATED:
        assert found.outlook is Outlook.STANDSTILL
        return
    assert found.earliest is not None
    assert found.finish is not None
    assert found.earliest <= found.finish <= (found.latest or date.max)
    assert found.rate_m2 is not None
    assert found.last is not None
    days = (found.finish - found.last).days
    assert days * found.rate_m2 >= left * (1 - 1e-9) > (days - 1) * found.rate_m2 * (1 - 1e-6)


@settings(max_examples=100, deadline=None)
@given(paces, st.integers(1, 100_000), st.integers(1, 500))
def test_more_left_never_ends_sooner_and_a_quicker_pace_never_later(
    added: list[int], left: int, more: int
) -> None:
    def finish(days: list[int], ahead: int) -> date:
        found = told(*map(float, days), eligible=float(sum(days) + ahead))
        return found.finish or date.max

    assert finish(added, left) <= finish(added, left + more)
    assert finish([day + more for day in added], left) <= finish(added, left)


@settings(max_examples=100, deadline=None)
@given(paces, paces, st.integers(0, 5_000), st.integers(0, 5_000))
def test_no_township_is_done_after_its_county(
    one: list[int], other: list[int], left: int, also_left: int
) -> None:
    townships = {
        code: told(*map(float, days), eligible=float(sum(days) + ahead))
        for code, days, ahead in ((TOWNSHIP_A, one, left), (TOWNSHIP_B, other, also_left))
    }
    days = [float(a + b) for a, b in zip(one, other, strict=False)]
    pooled = told(*days, eligible=float(sum(days) + left + also_left))
    found = county_forecast(pooled, townships)
    if found.outlook is Outlook.DATED:
        assert found.earliest
        assert found.finish
        assert all((township.finish or date.min) <= found.finish for township in townships.values())
        assert found.earliest <= found.finish <= (found.latest or date.max)
    elif found.outlook is Outlook.STANDSTILL:
        assert Outlook.STANDSTILL in {township.outlook for township in townships.values()}


@pytest.mark.parametrize("left_m2", [633.83 * 2000 / 3 / 61, 2000 / 3, 1_234_567.0, 0.01])
def test_a_pace_to_reach_is_the_same_in_a_table_as_in_a_sentence(left_m2: float) -> None:
    assert format_mu(least_m2(left_m2)) == least_mu(left_m2)
    assert least_m2(left_m2) >= left_m2 - 1e-6, "reaching what is printed is enough"


def test_the_words_of_a_gap_name_its_direction() -> None:
    with speaking(ENGLISH):
        assert gap_words(-0.0396) == ", 3.96 points behind it"
        assert gap_words(0.1) == ", 10.00 points ahead of it"
        assert gap_words(-0.00001) == ", just as scheduled"
        assert gap_words(None) == ""
