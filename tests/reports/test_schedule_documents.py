"""Documents that make themselves: when they are due, once, and not where nobody wants them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from parcels.people.actor import Role
from parcels.services.keep_settings import change_settings
from parcels.store.engine import Store
from parcels.workflow import Step
from reports.daily import OFFICE_TIME, ReportState
from reports.reading import reports_between
from reports.services.issue_documents import issued
from reports.services.make_documents import DAY_SET
from reports.services.review_report import move_report
from reports.services.schedule_documents import BY_THEMSELVES, due, look_for_due_documents
from tests.builders import DAY, County, at, person, working_county


@pytest.fixture
def here(store: Store) -> County:
    """A sent its report; nobody has looked at it."""
    county = working_county(store)
    county.send(("A1", Step.AGREEMENT_SIGNED, 100.0), now=at(DAY))
    return county


def confirm(here: County) -> None:
    [receipt_no] = reports_between(here.store, here.bureau, here.project, DAY, DAY)["receipt_no"]
    move_report(
        here.store, here.bureau, here.report_id(receipt_no), ReportState.CONFIRMED, now=at(DAY, 17)
    )


def days_due(here: County, now: datetime) -> list[object]:
    return [day for day, only in due(here.store, here.project, now.astimezone(OFFICE_TIME))
            if only == DAY_SET]  # fmt: skip


def test_nothing_is_due_before_the_cut_off(here: County) -> None:
    confirm(here)
    assert DAY not in days_due(here, at(DAY, 17, 0))
    assert DAY in days_due(here, at(DAY, 18, 0))


def test_a_report_that_awaits_confirmation_is_waited_for_until_noon(here: County) -> None:
    assert DAY not in days_due(here, at(DAY, 20, 0))
    assert DAY in days_due(here, at(DAY + timedelta(days=1), 12, 0))


def test_what_is_due_is_made_once(here: County) -> None:
    confirm(here)
    for _time in range(2):
        look_for_due_documents(here.store, at(DAY, 19, 0))
    kept = issued(here.store, here.bureau, here.project, DAY)
    assert {row["version"] for row in kept} == {1}
    assert {row["name"] for row in kept} == set(DAY_SET)
    assert not days_due(here, at(DAY, 19, 0))


def test_the_week_is_due_on_monday_morning(here: County) -> None:
    monday = DAY + timedelta(days=7 - DAY.weekday())

    def weeks(now: datetime) -> list[object]:
        found = due(here.store, here.project, now.astimezone(OFFICE_TIME))
        return [day for day, only in found if only == ("weekly_summary",)]

    assert not weeks(at(monday, 7, 0))
    assert weeks(at(monday, 8, 0)) == [monday - timedelta(days=1)]
    assert not weeks(at(monday + timedelta(days=1), 8, 0))
    for _time in range(2):
        look_for_due_documents(here.store, at(monday, 8, 0))
    kept = [row for row in issued(here.store, here.bureau, here.project)
            if row["name"] == "weekly_summary"]  # fmt: skip
    assert {(row["day"], row["version"]) for row in kept} == {(monday - timedelta(days=1), 1)}
    assert {row["suffix"] for row in kept} == {"xlsx", "docx", "pdf"}


def test_an_office_that_wants_none_gets_none(here: County) -> None:
    confirm(here)
    admin = person(here.store, "admin", Role.ADMINISTRATOR)
    change_settings(here.store, admin, {BY_THEMSELVES.name: False}, now=at(DAY))
    look_for_due_documents(here.store, at(DAY, 19, 0))
    assert not issued(here.store, here.bureau, here.project)
