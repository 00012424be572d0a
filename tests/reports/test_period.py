"""Weeks from Monday, months, quarters: every day lies in exactly one of each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.periods.period import Period, PeriodKind, period_of, periods_between


@given(st.sampled_from(PeriodKind), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_periods_follow_one_another_without_a_gap(kind: PeriodKind, day: date) -> None:
    period = period_of(kind, day)
    assert period.first <= day <= period.last
    assert period.following.first == period.last + timedelta(days=1)
    assert period.following.previous == period
    assert period_of(kind, period.last) == period


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (PeriodKind.WEEK, date(2026, 3, 8), date(2026, 3, 2), date(2026, 3, 8)),
        (PeriodKind.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (PeriodKind.QUARTER, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_names_its_period(kind: PeriodKind, day: date, first: date, last: date) -> None:
    found = period_of(kind, day)
    assert (found.first, found.last) == (first, last)


def test_a_week_begins_on_monday_and_on_no_other_day() -> None:
    with pytest.raises(ValueError, match="begins no week"):
        Period(PeriodKind.WEEK, date(2026, 3, 3))


def test_the_periods_of_a_project_are_told_newest_first() -> None:
    found = periods_between(PeriodKind.MONTH, date(2026, 1, 31), date(2026, 3, 1))
    assert [period.first.month for period in found] == [3, 2, 1]
