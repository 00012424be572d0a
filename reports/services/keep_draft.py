"""The draft of a report: saved as it is made, so that nothing typed is lost.

A draft is a notepad, no statement: it leaves no audit row (docs/decisions/0021).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import one_project
from parcels.store.engine import Store
from parcels.store.tables import PERSON
from reports.clean import clean
from reports.daily import DailyReport, ReportState
from reports.drafts import TEXTS, Draft, changed, content_of
from reports.means.money import Purpose, Spending
from reports.reasons import ProblemReason
from reports.services.ceilings import claims_of, source_of
from reports.services.reportable import require_reportable_day
from reports.tables import (
    DAILY_PROBLEM,
    DAILY_REPORT,
    MONEY_MOVEMENT,
    PHOTO,
    REPORT_DRAFT,
)

LIVE = (ReportState.FILED.value, ReportState.CONFIRMED.value)


class AlreadyReported(Problem):
    """The day has a report; there is nothing to draft until it is withdrawn or returned."""


def find_draft(store: Store, actor: Actor, project_id: int, township: str, day: date) -> Draft:
    """Return the draft of a day; one that nobody has begun is empty with id 0."""
    access.require(actor, Action.FILE_REPORT, township)
    with store.reading() as connection:
        return _draft(connection, Draft(project_id, township, day))


def open_drafts(store: Store, actor: Actor, project_id: int, township: str) -> dict[date, datetime]:
    """Return the days a township has begun to report, with the moment of the last change."""
    access.require(actor, Action.FILE_REPORT, township)
    wanted = sa.select(REPORT_DRAFT.c.day, REPORT_DRAFT.c.saved_at).where(
        REPORT_DRAFT.c.project_id == project_id, REPORT_DRAFT.c.township_code == township
    )
    with store.reading() as connection:
        return {row.day: row.saved_at for row in connection.execute(wanted)}


def save_draft(
    store: Store,
    actor: Actor,
    project_id: int,
    township: str,
    day: date,
    changes: Mapping[str, Any],
    *,
    now: datetime,
) -> Draft:
    """Make changes to a day's draft and return it whole; what others changed meanwhile stays."""
    access.require(actor, Action.FILE_REPORT, township)
    with store.writing() as connection:
        project = one_project(connection, project_id)
        require_reportable_day(connection, project, township, day, now)
        _require_none_live(connection, project_id, township, day)
        draft = _draft(connection, Draft(project_id, township, day))
        return _save(connection, actor, draft, changed(draft.content, changes), now)


def sent_with(
    store: Store, actor: Actor, project_id: int, township: str, day: date, texts: Mapping[str, Any]
) -> datetime | None:
    """Return when a day was sent with exactly these texts; None where it says something else."""
    access.require(actor, Action.FILE_REPORT, township)
    wanted = sa.select(DAILY_REPORT).where(
        DAILY_REPORT.c.project_id == project_id,
        DAILY_REPORT.c.township_code == township,
        DAILY_REPORT.c.day == day,
        DAILY_REPORT.c.state.in_(LIVE),
    )
    with store.reading() as connection:
        row = connection.execute(wanted).first()
        said = content_of(_report(connection, row)) if row else {}
    is_same = all(
        name in TEXTS and clean(str(text)).strip() == said.get(name, "")
        for name, text in texts.items()
    )
    return row.filed_at if row and is_same else None


def draft_from_report(store: Store, actor: Actor, report_id: int, *, now: datetime) -> Draft:
    """Open a returned or withdrawn report as a draft, photos too; a draft begun stays as it is."""
    with store.writing() as connection:
        row = connection.execute(
            sa.select(DAILY_REPORT).where(DAILY_REPORT.c.id == report_id)
        ).first()
        if row is None:
            raise Problem(_("There is no such report."))
        access.require(actor, Action.FILE_REPORT, row.township_code)
        return open_again(connection, actor, row, now)


def open_again(
    connection: sa.Connection, actor: Actor, report: sa.Row[Any], now: datetime
) -> Draft:
    """Open what a report held as a draft, in the caller's transaction and after its rights."""
    _require_none_live(connection, report.project_id, report.township_code, report.day)
    draft = _draft(connection, Draft(report.project_id, report.township_code, report.day))
    if draft.content:
        return draft
    saved = _save(connection, actor, draft, content_of(_report(connection, report)), now)
    _copy_photos(connection, source_of(report.id), saved.about)
    return saved


def _draft(connection: sa.Connection, empty: Draft) -> Draft:
    row = connection.execute(
        sa.select(REPORT_DRAFT, PERSON.c.display_name)
        .join(PERSON, PERSON.c.id == REPORT_DRAFT.c.saved_by)
        .where(
            REPORT_DRAFT.c.project_id == empty.project_id,
            REPORT_DRAFT.c.township_code == empty.township_code,
            REPORT_DRAFT.c.day == empty.day,
        )
    ).first()
    if row is None:
        return empty
    return replace(
        empty,
        id=row.id,
        key=row.idempotency_key,
        content=row.content,
        saved_at=row.saved_at,
        saved_by=row.display_name,
    )


def _save(
    connection: sa.Connection, actor: Actor, draft: Draft, content: dict[str, Any], now: datetime
) -> Draft:
    told = {"content": content, "saved_at": now, "saved_by": actor.person_id}
    if draft.id:
        connection.execute(
            sa.update(REPORT_DRAFT).where(REPORT_DRAFT.c.id == draft.id).values(**told)
        )
    else:
        draft = replace(draft, key=uuid.uuid4().hex)
        inserted = connection.execute(
            sa.insert(REPORT_DRAFT).values(
                project_id=draft.project_id,
                township_code=draft.township_code,
                day=draft.day,
                idempotency_key=draft.key,
                **told,
            )
        ).inserted_primary_key
        assert inserted is not None  # noqa: S101  an insert of one row has a key
        draft = replace(draft, id=int(inserted[0]))
    return replace(draft, content=content, saved_at=now, saved_by=actor.display_name)


def _require_none_live(
    connection: sa.Connection, project_id: int, township: str, day: date
) -> None:
    receipt = connection.scalar(
        sa.select(DAILY_REPORT.c.receipt_no).where(
            DAILY_REPORT.c.project_id == project_id,
            DAILY_REPORT.c.township_code == township,
            DAILY_REPORT.c.day == day,
            DAILY_REPORT.c.state.in_(LIVE),
        )
    )
    if receipt:
        raise AlreadyReported(
            _("{day} is reported already: receipt {receipt}.", day=day, receipt=receipt)
        )


def _report(connection: sa.Connection, row: sa.Row[Any]) -> DailyReport:
    entries, corrections = claims_of(connection, row.id)
    reasons = connection.scalars(
        sa.select(DAILY_PROBLEM.c.reason).where(DAILY_PROBLEM.c.report_id == row.id)
    )
    spent = connection.execute(
        sa.select(MONEY_MOVEMENT).where(MONEY_MOVEMENT.c.source == source_of(row.id))
    ).all()
    return DailyReport(
        row.project_id,
        row.township_code,
        row.day,
        entries,
        workers=row.workers,
        machines=row.machines,
        problem=row.problem,
        help_wanted=row.help_wanted,
        problem_reasons=tuple(ProblemReason(reason) for reason in reasons),
        money=tuple(Spending(Purpose(s.purpose), s.amount_fen, s.words) for s in spent),
        corrections=corrections,
    )


def _copy_photos(connection: sa.Connection, of: str, to: str) -> None:
    names = [column.name for column in PHOTO.c if column.name not in ("id", "about")]
    rows = connection.execute(
        sa.select(*(PHOTO.c[name] for name in names)).where(PHOTO.c.about == of)
    ).mappings()
    copies = [dict(row) | {"about": to} for row in rows]
    if copies:
        connection.execute(sa.insert(PHOTO), copies)
