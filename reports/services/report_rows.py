"""The rows a report brings with it, written in the transaction that files it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from parcels.store.tables import STAGE_EVENT
from parcels.workflow import EventState, Step
from reports.clean import clean
from reports.daily import DailyReport
from reports.services.ceilings import source_of
from reports.tables import DAILY_ENTRY, DAILY_PROBLEM, PHOTO, REPORT_DRAFT


def save_claims(
    connection: sa.Connection, report: DailyReport, report_id: int, now: datetime
) -> None:
    """Write entries and their stage events; what is taken back is written below zero."""
    claims = [
        {"ledger_id": ledger_id, "step": step.value, "area_m2": area_m2}
        for (ledger_id, step), area_m2 in _merged(report).items()
    ]
    words = [{"correction_reason": "", "correction_text": ""} for _claim in claims]
    for taken in report.corrections:
        claims.append(
            {
                "ledger_id": taken.ledger_id,
                "step": taken.step.value,
                "area_m2": -taken.area_m2,
            }
        )
        words.append(
            {
                "correction_reason": taken.reason.value,
                "correction_text": clean(taken.text.strip()),
            }
        )
    if not claims:
        return
    of_report = {"report_id": report_id}
    connection.execute(
        sa.insert(DAILY_ENTRY),
        [claim | why | of_report for claim, why in zip(claims, words, strict=True)],
    )
    event = {
        "day": report.day,
        "state": EventState.CLAIMED.value,
        "source": source_of(report_id),
        "recorded_at": now,
    }
    connection.execute(sa.insert(STAGE_EVENT), [claim | event for claim in claims])


def save_problems(connection: sa.Connection, report: DailyReport, report_id: int) -> None:
    """Write the reasons of the problems, a row each."""
    reasons = [
        {"report_id": report_id, "reason": reason.value}
        for reason in dict.fromkeys(report.problem_reasons)
    ]
    if reasons:
        connection.execute(sa.insert(DAILY_PROBLEM), reasons)


def settle_draft(connection: sa.Connection, report: DailyReport, key: str, report_id: int) -> None:
    """Hand the day's photos to the report; the draft it was sent from has done its work."""
    draft = connection.execute(
        sa.select(REPORT_DRAFT.c.id, REPORT_DRAFT.c.idempotency_key).where(
            REPORT_DRAFT.c.project_id == report.project_id,
            REPORT_DRAFT.c.township_code == report.township_code,
            REPORT_DRAFT.c.day == report.day,
        )
    ).first()
    if draft is None:
        return
    connection.execute(
        sa.update(PHOTO)
        .where(PHOTO.c.about == f"draft:{draft.id}")
        .values(about=source_of(report_id))
    )
    if draft.idempotency_key == key:
        connection.execute(sa.delete(REPORT_DRAFT).where(REPORT_DRAFT.c.id == draft.id))


def _merged(report: DailyReport) -> dict[tuple[int, Step], float]:
    """Return the areas by parcel and step, each named once."""
    merged: dict[tuple[int, Step], float] = {}
    for entry in report.entries:
        place = (entry.ledger_id, entry.step)
        merged[place] = merged.get(place, 0.0) + entry.area_m2
    return merged
