"""Filing a day's report: once, within the claim ceilings, with a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import PERSON
from reports.clean import clean
from reports.contradictions.evidence import STEP
from reports.daily import DailyReport, ReportState, is_late, require_sound
from reports.services.ceilings import require_report_within_ceilings, source_of
from reports.services.find_contradictions import look_again
from reports.services.move_money import record_spending
from reports.services.report_rows import save_claims, save_problems, settle_draft
from reports.services.reportable import require_reportable_day
from reports.tables import DAILY_REPORT

LIVE = (ReportState.FILED.value, ReportState.CONFIRMED.value)


@dataclass(frozen=True)
class Receipt:
    """What the sender keeps; ``is_repeat``: this sending had arrived before."""

    receipt_no: str
    filed_at: datetime
    is_late: bool
    is_repeat: bool


def file_report(
    store: Store, actor: Actor, report: DailyReport, *, idempotency_key: str, now: datetime
) -> Receipt:
    """Write a township's report of a day with its stage events; the same key files once.

    The bureau may file for a township: the report is marked so (代报), and another confirms it.
    Raises Problem when the report is unsound, TooMuchClaimed with every breach, and a Problem
    naming the present receipt when the day has a report already.
    """
    access.require(actor, filing_action(actor), report.township_code)
    with store.writing() as connection:
        project = one_project(connection, report.project_id)
        if repeated := _receipt_of_key(connection, actor, report, idempotency_key):
            return repeated
        require_sound(report)
        require_reportable_day(connection, project, report.township_code, report.day, now)
        _require_none_live(connection, report)
        require_report_within_ceilings(connection, report)
        receipt = _save(connection, actor, project, report, idempotency_key, now)
        audit.record(
            connection,
            actor,
            "file_report",
            receipt.receipt_no,
            now=now,
            region=report.township_code,
            after={
                "day": str(report.day),
                "entries": len(report.entries),
                "zero": str(report.zero_reason or ""),
                "taken_back": len(report.corrections),
                "money_fen": sum(spent.amount_fen for spent in report.money),
                **({"told_by": clean(report.told_by.strip())} if report.told_by.strip() else {}),
            },
        )
        touched = {entry.ledger_id for entry in report.entries if entry.step is STEP}
        touched |= {taken.ledger_id for taken in report.corrections if taken.step is STEP}
        if touched:
            look_again(connection, actor, project, now=now, only=touched)
    return receipt


def filing_action(actor: Actor) -> Action:
    """Return what this person does by filing: report, or report for a township."""
    return Action.FILE_REPORT if actor.is_township else Action.FILE_FOR_TOWNSHIP


def _receipt_of_key(
    connection: sa.Connection, actor: Actor, report: DailyReport, key: str
) -> Receipt | None:
    """Return the receipt of the same report sent before; another report needs a key of its own."""
    row = connection.execute(
        sa.select(DAILY_REPORT).where(DAILY_REPORT.c.idempotency_key == key)
    ).first()
    if row is None:
        return None
    access.require(actor, filing_action(actor), row.township_code)
    is_same = (row.project_id, row.township_code, row.day) == (
        report.project_id,
        report.township_code,
        report.day,
    )
    if not is_same:
        raise Problem(
            _(
                "This sending belongs to receipt {receipt}; open the form again.",
                receipt=row.receipt_no,
            )
        )
    return Receipt(row.receipt_no, row.filed_at, row.is_late, is_repeat=True)


def _require_none_live(connection: sa.Connection, report: DailyReport) -> None:
    present = connection.execute(
        sa.select(DAILY_REPORT.c.receipt_no, PERSON.c.display_name)
        .join(PERSON, PERSON.c.id == DAILY_REPORT.c.filed_by)
        .where(
            DAILY_REPORT.c.project_id == report.project_id,
            DAILY_REPORT.c.township_code == report.township_code,
            DAILY_REPORT.c.day == report.day,
            DAILY_REPORT.c.state.in_(LIVE),
        )
    ).first()
    if present:
        raise Problem(
            _(
                "{name} has already reported {day}: receipt {receipt}. Withdraw it first if it "
                "is wrong.",
                name=present.display_name,
                day=report.day,
                receipt=present.receipt_no,
            )
        )


def _save(
    connection: sa.Connection,
    actor: Actor,
    project: Project,
    report: DailyReport,
    key: str,
    now: datetime,
) -> Receipt:
    sequence = _next_sequence(connection, report.project_id, report.township_code, report.day)
    receipt_no = f"{report.day:%Y%m%d}-{project.id}-{report.township_code}-{sequence}"
    late = is_late(report.day, project.cut_off, now)
    inserted = connection.execute(
        sa.insert(DAILY_REPORT).values(
            project_id=report.project_id,
            township_code=report.township_code,
            day=report.day,
            sequence=sequence,
            idempotency_key=key,
            receipt_no=receipt_no,
            state=ReportState.FILED.value,
            filed_by=actor.person_id,
            filed_at=now,
            is_late=late,
            is_for_township=not actor.is_township,
            workers=report.workers,
            machines=report.machines,
            zero_reason=report.zero_reason.value if report.zero_reason else "",
            problem=clean(report.problem.strip()),
            help_wanted=clean(report.help_wanted.strip()),
        )
    ).inserted_primary_key
    assert inserted is not None  # noqa: S101  an insert of one row has a key
    report_id = int(inserted[0])
    save_claims(connection, report, report_id, now)
    save_problems(connection, report, report_id)
    record_spending(
        connection,
        actor,
        project_id=report.project_id,
        township_code=report.township_code,
        day=report.day,
        spent=report.money,
        source=source_of(report_id),
        now=now,
    )
    settle_draft(connection, report, key, report_id)
    return Receipt(receipt_no, now, late, is_repeat=False)


def _next_sequence(
    connection: sa.Connection, project_id: int, township_code: str, day: date
) -> int:
    newest = sa.select(sa.func.max(DAILY_REPORT.c.sequence)).where(
        DAILY_REPORT.c.project_id == project_id,
        DAILY_REPORT.c.township_code == township_code,
        DAILY_REPORT.c.day == day,
    )
    return (connection.scalar(newest) or 0) + 1
