"""The store's sums and the sums over every event are one figure."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from parcels import register
from parcels.people.actor import Actor
from parcels.store.engine import Store
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports import reading
from reports.completion import completion
from reports.daily import ReportState, ReturnReason, ZeroReason
from reports.forecast import Outlook
from reports.periods.basis import Basis
from reports.periods.period import Period, PeriodKind
from reports.periods.summary import PeriodSummary, period_summary
from reports.periods.work import new_arable_by_day, work_of
from reports.services.week import summary_of
from tests.builders import DAY, START, TOWNSHIP_A, County, at, working_county

WEEK = Period(PeriodKind.WEEK, START + timedelta(days=7))
STEPS = REPORTED_BY_TOWNSHIP[:6]


@pytest.fixture
def here(store: Store) -> County:
    """Two weeks: work confirmed, awaiting and returned; a day of rain; B reports once."""
    county = working_county(store)
    for place, (parcel, share, then) in enumerate(
        [("A1", 0.5, "confirm"), ("A1", 0.25, "confirm"), ("A2", 1.0, "return"), ("A2", 0.1, "")]
    ):
        day = DAY + timedelta(days=3 * place)
        work = [(parcel, step, 900.0 * share) for step in STEPS]
        receipt = county.send(*work, key=f"a{place}", day=day, now=at(day))
        if then == "confirm":
            county.move(receipt, ReportState.CONFIRMED)
        elif then == "return":
            county.move(
                receipt, ReportState.RETURNED, reason=ReturnReason.NOT_SEEN, text="未见拆除"
            )
    rain = DAY + timedelta(days=1)
    county.send(key="rain", day=rain, now=at(rain, 20), zero_reason=ZeroReason.RAIN)
    work = [("B1", step, 300.0) for step in STEPS[:3]]
    county.move(county.send(*work, actor=county.reporter_b, key="b"), ReportState.CONFIRMED)
    return county


def by_events(here: County, actor: Actor) -> PeriodSummary:
    """The same period from every single event, in Python."""
    project = here.project
    parcels = register.judged_parcels(here.store, actor, project)
    events = register.stage_events(here.store, actor, project)
    today = WEEK.first + timedelta(days=3)
    with here.store.reading() as connection:
        basis = Basis(
            project=project,
            names=reading.reporting_townships(connection, project, actor),
            parcels=parcels,
            work=work_of(events, WEEK.first, today),
            reports=reading.reports_between(here.store, actor, project, WEEK.first, WEEK.last),
            since=DAY,
            last_due=today - timedelta(days=1),
            pace=new_arable_by_day(project, parcels, events, START, today),
            confirmed_to=reading.confirmed_to(connection, project, today),
        )
    return period_summary(basis, WEEK, today=today)


@pytest.mark.parametrize("who", ["bureau", "reporter_a", "reporter_b"])
def test_a_period_is_the_same_from_the_stores_sums_and_from_every_event(
    here: County, who: str
) -> None:
    actor = getattr(here, who)
    now = at(WEEK.first + timedelta(days=3), 12)
    assert summary_of(here.store, actor, here.project, WEEK, now=now) == by_events(here, actor)


def test_completion_of_a_period_is_that_of_every_other_screen(here: County) -> None:
    day = WEEK.first + timedelta(days=3)
    found = summary_of(here.store, here.bureau, here.project, WEEK, now=at(day, 12))
    work = register.stage_events(here.store, here.bureau, here.project)
    assert found.county.completion == completion(here.project, here.parcels(), work, day=day)
    assert found.county.completion.done_m2 == 600.0  # three quarters of A1's 800


def test_reports_are_expected_since_the_adoption_and_until_the_last_cut_off(here: County) -> None:
    first = summary_of(here.store, here.bureau, here.project, WEEK.previous, now=at(WEEK.first, 9))
    counts = {row.code: row.punctuality for row in first.townships}
    assert counts[TOWNSHIP_A].expected == 5  # Wednesday, the day of the adoption, to Sunday
    assert (counts[TOWNSHIP_A].on_time, counts[TOWNSHIP_A].late) == (2, 1)
    assert first.county.punctuality.expected == 10


def test_confirmed_days_end_before_the_first_report_that_waits(here: County) -> None:
    with here.store.reading() as connection:
        found = reading.confirmed_to(connection, here.project, WEEK.last)
    assert found[TOWNSHIP_A] == DAY  # the day of rain waits
    assert found[here.project.region] == DAY
    told = summary_of(
        here.store, here.bureau, here.project, WEEK, now=at(WEEK.last, 20)
    ).county.forecast
    assert (told.outlook, told.last) == (Outlook.NOT_ENOUGH, DAY)


def test_a_withdrawn_or_failing_parcel_adds_to_no_pace(here: County) -> None:
    whole = register.new_arable_by_day(
        here.store, here.bureau, here.project, first=START, last=WEEK.last
    )
    assert dict(zip(whole["day"], whole["done_m2"], strict=True)) == {
        DAY: pytest.approx(400.0),
        DAY + timedelta(days=3): pytest.approx(200.0),
    }


def test_without_an_adopted_check_there_are_no_figures_and_no_error(here: County) -> None:
    from dataclasses import replace

    bare = replace(here.project, adopted_check_id=None)
    assert register.judged_figures(here.store, here.bureau, bare).empty
    found = summary_of(here.store, here.bureau, bare, WEEK, now=at(WEEK.last))
    assert found.county.completion.share is None


def test_steps_come_back_as_members(here: County) -> None:
    found = register.work_sums(
        here.store, here.bureau, here.project, first=WEEK.first, until=WEEK.last
    )
    assert all(isinstance(step, Step) for step in found["step"])
    assert isinstance(found, pd.DataFrame)
