"""On which days a report is expected."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.language import Problem
from parcels.people.access import Refused
from parcels.services.adopt_check import adopt_check
from parcels.store.engine import Store
from reports.calendar import EVERY_DAY, Calendar, days_between, expected_days, last_due_day
from reports.daily import OFFICE_TIME
from reports.reading import calendar_of, reporting_since, reporting_townships
from reports.services.import_calendar import import_calendar
from reports.services.keep_calendar import drop_days
from reports.tables import CALENDAR_DAY, CALENDAR_WEEK
from tests.builders import (
    COUNTY,
    DAY,
    START,
    TOWNSHIP_A,
    TOWNSHIP_B,
    a_project,
    at,
    working_county,
)

PROJECT = a_project()
SUNDAY = START + timedelta(days=6)
WEEKDAYS = frozenset(range(5))


def test_every_day_is_expected_until_an_office_says_else() -> None:
    found = expected_days(EVERY_DAY, PROJECT, START, SUNDAY, since=START)
    assert found == days_between(START, SUNDAY)


def test_a_holiday_is_not_expected_and_a_working_sunday_is() -> None:
    calendar = Calendar(((START, WEEKDAYS),), {START: False, SUNDAY: True})
    found = expected_days(calendar, PROJECT, START, SUNDAY, since=START)
    assert found == (*(START + timedelta(days=n) for n in range(1, 5)), SUNDAY)


def test_a_new_week_leaves_the_days_before_it_as_they_were() -> None:
    calendar = Calendar(((START + timedelta(days=7), WEEKDAYS),))
    assert calendar.is_working(SUNDAY)
    assert not calendar.is_working(SUNDAY + timedelta(days=7))


@pytest.mark.parametrize(
    ("since", "last_due", "days"),
    [
        (START, None, 7),
        (START + timedelta(days=2), None, 5),  # adopted on Wednesday, which is expected
        (None, None, 0),  # not adopted yet
        (START, START + timedelta(days=1), 2),  # what is not due is not missing
        (SUNDAY + timedelta(days=1), None, 0),
    ],
)
def test_days_before_the_first_adoption_and_days_not_due_are_not_expected(
    since: date | None, last_due: date | None, days: int
) -> None:
    found = expected_days(EVERY_DAY, PROJECT, START, SUNDAY, since=since, last_due=last_due)
    assert len(found) == days


def test_days_outside_the_project_are_not_expected() -> None:
    early, late = START - timedelta(days=9), PROJECT.deadline + timedelta(days=9)
    found = expected_days(EVERY_DAY, PROJECT, early, late, since=early)
    assert (found[0], found[-1]) == (PROJECT.starts_on, PROJECT.deadline)


some_days = st.integers(-30, 130).map(lambda n: START + timedelta(days=n))


@settings(max_examples=100, deadline=None)
@given(some_days, some_days, st.sets(st.integers(0, 6)), st.dictionaries(some_days, st.booleans()))
def test_a_period_expects_what_its_days_expect(
    first: date, last: date, weekdays: set, days: dict
) -> None:
    calendar = Calendar(((START, frozenset(weekdays)),), days)
    found = expected_days(calendar, PROJECT, first, last, since=START)
    single = [
        day
        for day in days_between(first, last)
        if expected_days(calendar, PROJECT, day, day, since=START)
    ]
    assert list(found) == single


@pytest.mark.parametrize(
    ("clock", "due"),
    [(time(17, 29, 59), START - timedelta(days=1)), (time(17, 30), START)],
)
def test_a_day_is_due_at_its_cut_off(clock: time, due: date) -> None:
    assert last_due_day(PROJECT, datetime.combine(START, clock, OFFICE_TIME)) == due


def test_the_store_gives_the_calendar_back_by_county(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(
            sa.insert(CALENDAR_WEEK).values(region=COUNTY, since=START, weekdays="12345")
        )
        connection.execute(
            sa.insert(CALENDAR_DAY).values(region=COUNTY, day=SUNDAY, is_working=True, name="调休")
        )
    with store.reading() as connection:
        assert calendar_of(connection, COUNTY) == Calendar(((START, WEEKDAYS),), {SUNDAY: True})
        assert calendar_of(connection, TOWNSHIP_A).days == {SUNDAY: True}
        assert calendar_of(connection, "419902") == EVERY_DAY


def test_reports_are_expected_from_the_first_adoption_of_townships_with_parcels(
    store: Store,
) -> None:
    here = working_county(store)
    with store.reading() as connection:
        assert reporting_since(connection, here.project) == DAY
        assert reporting_townships(connection, here.project, here.bureau) == {
            TOWNSHIP_A: "甲镇",
            TOWNSHIP_B: "乙镇",
        }
        own = reporting_townships(connection, here.project, here.reporter_a)
        assert own == {TOWNSHIP_A: "甲镇"}


def test_adopting_the_same_check_again_moves_no_first_day(store: Store) -> None:
    here = working_county(store)
    assert here.project.adopted_check_id is not None
    later = at(DAY + timedelta(days=20))
    adopt_check(store, here.bureau, here.project.adopted_check_id, reason="again", now=later)
    with store.reading() as connection:
        assert reporting_since(connection, here.project) == DAY


def sheet(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (("开始日期", "结束日期", "休/班", "节假日"), *rows):
        page.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_the_years_list_comes_by_excel_and_a_single_day_goes_out_again(store: Store) -> None:
    here = working_county(store)
    content = sheet(
        (date(2026, 10, 1), "2026年10月3日", "休", "国庆节"), ("2026-10-10", None, "班", "")
    )
    count, errors = import_calendar(store, here.bureau, COUNTY, content, now=at(DAY))
    assert (count, errors) == (4, [])
    third = date(2026, 10, 3)
    assert drop_days(store, here.bureau, COUNTY, [third], now=at(DAY)) == 1
    with store.reading() as connection:
        found = calendar_of(connection, COUNTY)
    assert found.is_working(third)
    assert not found.is_working(date(2026, 10, 2))
    assert found.days[date(2026, 10, 10)]
    with pytest.raises(Problem):
        drop_days(store, here.bureau, COUNTY, [third], now=at(DAY))
    with pytest.raises(Refused):
        drop_days(store, here.reporter_a, COUNTY, [date(2026, 10, 2)], now=at(DAY))


def test_a_wrong_cell_is_named_and_nothing_is_written(store: Store) -> None:
    here = working_county(store)
    content = sheet(
        ("2026-10-01", "2026-10-07", "休", ""),
        ("十月", None, "休", ""),
        ("2026-05-01", "2026-04-01", "休", ""),
        ("2026-05-09", None, "?", ""),
    )
    count, errors = import_calendar(store, here.bureau, COUNTY, content, now=at(DAY))
    assert count == 0
    assert [error.cell for error in errors] == ["A3", "B4", "C5"]
    with store.reading() as connection:
        assert calendar_of(connection, COUNTY) == EVERY_DAY
    with pytest.raises(Refused):
        import_calendar(store, here.reporter_a, COUNTY, content, now=at(DAY))
