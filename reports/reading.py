"""Reading the reporting loop: reports and their entries, always within one region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa

from parcels.frames import as_members, frame_of
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, region_names
from parcels.regions import Level, contains, narrower
from parcels.store.engine import Store
from parcels.store.tables import ADOPTION, LEDGER, PARCEL, PERSON
from parcels.store.within import within
from parcels.workflow import Step
from reports.calendar import Calendar
from reports.daily import OFFICE_TIME, ReportState
from reports.means.money import Purpose, Spending
from reports.reasons import CorrectionReason, ProblemReason
from reports.tables import (
    CALENDAR_DAY,
    CALENDAR_WEEK,
    DAILY_ENTRY,
    DAILY_PROBLEM,
    DAILY_REPORT,
    MONEY_MOVEMENT,
)

REPORT_COLUMNS = [
    "id", "township_code", "day", "sequence", "receipt_no", "state", "filed_at", "is_late",
    "is_for_township", "workers", "machines", "zero_reason", "problem", "help_wanted",
    "reviewed_at", "return_reason", "return_text",
]  # fmt: skip


def reports_between(
    store: Store, actor: Actor, project: Project, first: date, last: date
) -> pd.DataFrame:
    """Return the reports of these days, every sending included, oldest first.

    Columns: those of REPORT_COLUMNS with state as ReportState, filer, filer_phone, reviewer.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    filer, reviewer = PERSON.alias("filer"), PERSON.alias("reviewer")
    wanted = (
        sa.select(
            *(DAILY_REPORT.c[name] for name in REPORT_COLUMNS),
            filer.c.display_name.label("filer"),
            filer.c.phone.label("filer_phone"),
            sa.func.coalesce(reviewer.c.display_name, "").label("reviewer"),
        )
        .join(filer, filer.c.id == DAILY_REPORT.c.filed_by)
        .outerjoin(reviewer, reviewer.c.id == DAILY_REPORT.c.reviewed_by)
        .where(
            DAILY_REPORT.c.project_id == project.id,
            DAILY_REPORT.c.day.between(first, last),
            within(DAILY_REPORT.c.township_code, narrower(actor.region, project.region)),
        )
        .order_by(DAILY_REPORT.c.day, DAILY_REPORT.c.township_code, DAILY_REPORT.c.sequence)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = frame_of(rows, [*REPORT_COLUMNS, "filer", "filer_phone", "reviewer"])
    return frame.assign(state=as_members(frame["state"], ReportState))


def entries_of(store: Store, actor: Actor, project: Project, report_id: int) -> pd.DataFrame:
    """Return a report's entries; what is taken back has an area below 0 and its reason.

    Columns: ledger_id, parcel_no, village, step, area_m2, parcel_area_m2, correction_reason
    (CorrectionReason or None), correction_text.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = (
        sa.select(
            DAILY_ENTRY.c.ledger_id,
            LEDGER.c.parcel_no,
            PARCEL.c.village,
            DAILY_ENTRY.c.step,
            DAILY_ENTRY.c.area_m2,
            PARCEL.c.area_m2.label("parcel_area_m2"),
            DAILY_ENTRY.c.correction_reason,
            DAILY_ENTRY.c.correction_text,
        )
        .join(LEDGER, LEDGER.c.id == DAILY_ENTRY.c.ledger_id)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(
            DAILY_ENTRY.c.report_id == report_id,
            LEDGER.c.project_id == project.id,
            within(LEDGER.c.village_code, narrower(actor.region, project.region)),
        )
        .order_by(DAILY_ENTRY.c.step, PARCEL.c.village, LEDGER.c.parcel_no)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    columns = [
        "ledger_id", "parcel_no", "village", "step", "area_m2", "parcel_area_m2",
        "correction_reason", "correction_text",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    reasons = [CorrectionReason(word) if word else None for word in frame["correction_reason"]]
    return frame.assign(
        step=as_members(frame["step"], Step),
        correction_reason=pd.Series(reasons, index=frame.index, dtype=object),
    )


def calendar_of(connection: sa.Connection, region: str) -> Calendar:
    """Return the working calendar of a county; every day is one until it says else."""
    county = region[: Level.COUNTY]
    weeks = connection.execute(
        sa.select(CALENDAR_WEEK.c.since, CALENDAR_WEEK.c.weekdays)
        .where(CALENDAR_WEEK.c.region == county)
        .order_by(CALENDAR_WEEK.c.since)
    )
    days = connection.execute(
        sa.select(CALENDAR_DAY.c.day, CALENDAR_DAY.c.is_working).where(
            CALENDAR_DAY.c.region == county
        )
    )
    return Calendar(
        tuple((row.since, frozenset(int(n) - 1 for n in row.weekdays)) for row in weeks),
        {row.day: row.is_working for row in days},
    )


def reporting_since(connection: sa.Connection, project: Project) -> date | None:
    """Return the first day reports are expected: that of the first adoption; None before it."""
    # a check that is adopted again has the newer date only; adoptions are never rewritten
    wanted = sa.select(sa.func.min(ADOPTION.c.at)).where(ADOPTION.c.project_id == project.id)
    first = connection.scalar(wanted)
    return max(first.astimezone(OFFICE_TIME).date(), project.starts_on) if first else None


def reporting_townships(
    connection: sa.Connection, project: Project, actor: Actor
) -> dict[str, str]:
    """Return code → name of the townships that report: those with a parcel in the ledger.

    Withdrawn parcels count too, so that a township does not vanish from days that are over.
    """
    code = sa.func.substr(LEDGER.c.village_code, 1, int(Level.TOWNSHIP))
    wanted = sa.select(code).distinct().where(LEDGER.c.project_id == project.id)
    names = region_names(connection, project.region)
    return {
        found: names.get(found, found)
        for found in sorted(connection.scalars(wanted))
        if len(found) == Level.TOWNSHIP
        and contains(project.region, found)
        and (contains(actor.region, found) or contains(found, actor.region))
    }


def confirmed_to(connection: sa.Connection, project: Project, until: date) -> dict[str, date]:
    """Return township code → the last day up to which all its reports are confirmed.

    The project's region stands for the county. Townships of which nothing is confirmed are absent.
    """
    state, day = DAILY_REPORT.c.state, DAILY_REPORT.c.day
    confirmed = sa.func.max(sa.case((state == ReportState.CONFIRMED.value, day)))
    awaiting = sa.func.min(sa.case((state == ReportState.FILED.value, day)))
    rows = connection.execute(
        sa.select(DAILY_REPORT.c.township_code, confirmed, awaiting)
        .where(DAILY_REPORT.c.project_id == project.id, day <= until)
        .group_by(DAILY_REPORT.c.township_code)
    ).all()
    found: dict[str, date] = {}
    for code, last, waiting in rows:
        if last is not None:
            found[code] = min(last, waiting - timedelta(days=1)) if waiting else last
    waits = [waiting for _code, _last, waiting in rows if waiting]
    lasts = [last for _code, last, _waiting in rows if last]
    if lasts:
        found[project.region] = min([max(lasts), *(day - timedelta(days=1) for day in waits)])
    return found


@dataclass(frozen=True)
class ReportDetails:
    """What a report lists beside its entries."""

    problem_reasons: tuple[ProblemReason, ...]
    money: tuple[Spending, ...]


def details_of(store: Store, actor: Actor, project: Project, report_id: int) -> ReportDetails:
    """Return reasons and money of one report of the region; empty for a report of another."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    own = sa.and_(
        DAILY_REPORT.c.id == report_id,
        DAILY_REPORT.c.project_id == project.id,
        within(DAILY_REPORT.c.township_code, region),
    )
    reasons = (
        sa.select(DAILY_PROBLEM.c.reason)
        .join(DAILY_REPORT, DAILY_REPORT.c.id == DAILY_PROBLEM.c.report_id)
        .where(own)
    )
    spent = sa.select(MONEY_MOVEMENT).where(
        MONEY_MOVEMENT.c.source == f"daily_report:{report_id}",
        MONEY_MOVEMENT.c.project_id == project.id,
        within(MONEY_MOVEMENT.c.township_code, region),
    )
    with store.reading() as connection:
        return ReportDetails(
            tuple(ProblemReason(reason) for reason in connection.scalars(reasons)),
            tuple(
                Spending(Purpose(row.purpose), row.amount_fen, row.words)
                for row in connection.execute(spent.order_by(MONEY_MOVEMENT.c.id))
            ),
        )


def problem_reasons_between(
    store: Store, actor: Actor, project: Project, first: date, last: date
) -> pd.DataFrame:
    """Return the reasons of these days' problems, every sending included.

    Columns: report_id, township_code, day, state (ReportState), reason (ProblemReason).
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    of_report = ("township_code", "day", "state")
    wanted = (
        sa.select(
            DAILY_PROBLEM.c.report_id,
            *(DAILY_REPORT.c[name] for name in of_report),
            DAILY_PROBLEM.c.reason,
        )
        .join(DAILY_REPORT, DAILY_REPORT.c.id == DAILY_PROBLEM.c.report_id)
        .where(
            DAILY_REPORT.c.project_id == project.id,
            DAILY_REPORT.c.day.between(first, last),
            within(DAILY_REPORT.c.township_code, narrower(actor.region, project.region)),
        )
        .order_by(DAILY_REPORT.c.day, DAILY_REPORT.c.township_code, DAILY_PROBLEM.c.report_id)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = pd.DataFrame(rows, columns=["report_id", *of_report, "reason"])
    return frame.assign(
        state=as_members(frame["state"], ReportState),
        reason=as_members(frame["reason"], ProblemReason),
    )
