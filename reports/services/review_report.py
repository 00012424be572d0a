"""Confirming, returning or withdrawing a filed report; its stage events follow it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor, Role
from parcels.projects import one_project
from parcels.settings import setting
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import PERSON, STAGE_EVENT
from parcels.workflow import EventState
from reports.clean import clean
from reports.daily import ReportState, ReturnReason, require_next
from reports.publication.reading import LEADER_REVIEWS, SECOND_PERSON
from reports.services.ceilings import events_of, require_within_ceilings, source_of
from reports.services.find_contradictions import look_again
from reports.services.keep_draft import open_again
from reports.services.move_money import follow_report
from reports.tables import DAILY_REPORT, LEADER_REVIEW

EVENTS_BECOME = {
    ReportState.CONFIRMED: EventState.CONFIRMED,
    ReportState.RETURNED: EventState.VOID,
    ReportState.WITHDRAWN: EventState.VOID,
}


def move_report(
    store: Store,
    actor: Actor,
    report_id: int,
    to: ReportState,
    *,
    reason: ReturnReason | None = None,
    text: str = "",
    now: datetime,
) -> None:
    """Move a report along its table; a returned or withdrawn one stops counting at once.

    What was withdrawn is a draft again in the same transaction: nobody types it twice.
    A return needs a reason and a text: they stand on top of the township's first page.
    """
    text = clean(text.strip())
    with store.writing() as connection:
        report = connection.execute(
            sa.select(DAILY_REPORT).where(DAILY_REPORT.c.id == report_id)
        ).first()
        if report is None:
            raise Problem(_("There is no such report."))
        action = require_next(ReportState(report.state), to)
        access.require(actor, action, report.township_code)
        if to is ReportState.RETURNED and (reason is None or not text):
            raise Problem(_("Say what is wrong: the township sees your words first thing."))
        if to is ReportState.CONFIRMED:
            _require_another_person(connection, actor, report)
            _require_ceilings(connection, report)
        connection.execute(
            sa.update(DAILY_REPORT)
            .where(DAILY_REPORT.c.id == report_id)
            .values(
                state=to.value,
                reviewed_by=actor.person_id,
                reviewed_at=now,
                return_reason=reason.value if reason else "",
                return_text=text,
            )
        )
        connection.execute(
            sa.update(STAGE_EVENT)
            .where(STAGE_EVENT.c.source == source_of(report_id))
            .values(state=EVENTS_BECOME[to].value)
        )
        follow_report(connection, source_of(report_id), EVENTS_BECOME[to])
        if EVENTS_BECOME[to] is EventState.VOID:  # a claim that is gone contradicts nothing
            touched = [claim.ledger_id for claims in events_of(connection, report_id)
                       for claim in claims]  # fmt: skip
            project = one_project(connection, report.project_id)
            look_again(connection, actor, project, now=now, only=touched)
        if to is ReportState.WITHDRAWN:
            open_again(connection, actor, report, now)
        after = {"state": to.value, "reason": str(reason or ""), "text": text}
        if to is ReportState.CONFIRMED and _is_own(actor, report):
            after["without_second_person"] = "yes"
        audit.record(
            connection,
            actor,
            f"report_{to.value}",
            report.receipt_no,
            now=now,
            region=report.township_code,
            before={"state": report.state},
            after=after,
        )


def _require_another_person(connection: sa.Connection, actor: Actor, report: sa.Row[Any]) -> None:
    """Raise Problem when the confirmer filed it, or its township's leader has yet to review it."""
    if _is_own(actor, report) and setting(connection, SECOND_PERSON.name):
        raise Problem(
            _(
                "You filed {receipt} for the township, so another clerk of the bureau confirms it. "
                "Where there is no other, the administrator switches off “{setting}” on the page "
                "“Settings”; the audit log then names each such report.",
                receipt=report.receipt_no,
                setting=SECOND_PERSON.title,
            )
        )
    if awaiting_leader(connection, [report.id]):
        raise Problem(
            _("The township's leader has not reviewed {receipt} yet.", receipt=report.receipt_no)
        )


def awaiting_leader(connection: sa.Connection, report_ids: Sequence[int]) -> set[int]:
    """Return which of these reports the township's leader has yet to review, where one has to."""
    if not setting(connection, LEADER_REVIEWS.name):
        return set()
    wanted = (
        sa.select(DAILY_REPORT.c.id)
        .join(PERSON, PERSON.c.id == DAILY_REPORT.c.filed_by)
        .outerjoin(LEADER_REVIEW, LEADER_REVIEW.c.report_id == DAILY_REPORT.c.id)
        .where(
            DAILY_REPORT.c.id.in_(report_ids),
            PERSON.c.role == Role.TOWNSHIP_REPORTER.value,
            LEADER_REVIEW.c.report_id.is_(None),
        )
    )
    return set(connection.scalars(wanted))


def _is_own(actor: Actor, report: sa.Row[Any]) -> bool:
    """Tell whether this person filed the report; only a clerk's own can come to the same clerk."""
    return actor.person_id is not None and actor.person_id == report.filed_by


def review_as_leader(store: Store, actor: Actor, report_id: int, *, now: datetime) -> None:
    """Note that the township's leader looked at a filed report; once is enough."""
    with store.writing() as connection:
        report = connection.execute(
            sa.select(DAILY_REPORT).where(DAILY_REPORT.c.id == report_id)
        ).first()
        if report is None or report.state != ReportState.FILED.value:
            raise Problem(_("There is no such report that waits."))
        access.require(actor, Action.REVIEW_AS_LEADER, report.township_code)
        known = sa.select(LEADER_REVIEW.c.report_id).where(LEADER_REVIEW.c.report_id == report_id)
        if connection.execute(known).first() is not None:
            return
        connection.execute(
            sa.insert(LEADER_REVIEW).values(report_id=report_id, person_id=actor.person_id, at=now)
        )
        audit.record(
            connection,
            actor,
            "review_as_leader",
            report.receipt_no,
            now=now,
            region=report.township_code,
        )


def _require_ceilings(connection: sa.Connection, report: sa.Row[Any]) -> None:
    """Raise TooMuchClaimed when work this report builds on was returned or withdrawn since."""
    entries, corrections = events_of(connection, report.id)
    require_within_ceilings(
        connection,
        report.project_id,
        report.township_code,
        entries,
        corrections=corrections,
        but=source_of(report.id),
        is_filed=True,
    )
