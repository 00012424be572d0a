"""Moving a notice along its table: reply, check, return visit, closing, extension, reopening."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.settings import setting
from parcels.store import audit
from parcels.store.engine import Store
from reports.clean import clean
from reports.daily import OFFICE_TIME
from reports.services.issue_notice import LONGEST_DAYS
from reports.supervision.facts import Fact, Facts
from reports.supervision.ladder import BY_FACT, Lines, Rung, still_stands
from reports.supervision.notice import NoticeState, StepKind, require_move
from reports.supervision.settings import DAYS_TO_REPLY
from reports.tables import NOTICE, NOTICE_STEP


def move_notice(
    store: Store,
    actor: Actor,
    notice_id: int,
    to: NoticeState,
    *,
    words: str,
    measures: str = "",
    facts: Facts | None = None,
    lines: Lines | None = None,
    now: datetime,
) -> None:
    """Move a notice; every move says something, a reply also its measures.

    Whoever corrected does not check, and whoever checked does not make the return visit. Closing
    asks ``facts`` and ``lines``: a notice from the figures closes on the figures only.
    """
    words, measures = clean(words.strip()), clean(measures.strip())
    with store.writing() as connection:
        notice = _one(connection, notice_id)
        state, rung = NoticeState(notice.state), Rung(notice.rung)
        action = require_move(rung, state, to)
        access.require(actor, action, notice.township_code)
        if not words:
            raise Problem(_("Say what was done or found; the words stay with the notice."))
        if to is NoticeState.REPLIED and not measures:
            raise Problem(_("A reply needs the measures taken."))
        if action in (Action.CHECK_NOTICE, Action.REVISIT_NOTICE):
            _require_another_person(connection, actor, notice_id, state)
        if to is NoticeState.CLOSED:
            _require_recovered(notice, facts, lines)
        values: dict[str, Any] = {"state": to.value, "extension_until": None}
        if to is NoticeState.OPEN:  # sent back: a new date, or it would be overdue at once
            values["due"] = max(notice.due, _new_due(connection, now))
        _save(connection, notice_id, values)
        _step(
            connection, actor, notice_id, StepKind.MOVED, to, words, now=now,
            measures=measures, until=values.get("due"),
        )  # fmt: skip
        _record(connection, actor, notice, f"notice_{to.value}", now,
                after={"state": to.value, "words": words, "measures": measures})  # fmt: skip


def ask_extension(
    store: Store, actor: Actor, notice_id: int, until: date, *, reason: str, now: datetime
) -> None:
    """Ask for a later due date; only before the notice is due."""
    reason = clean(reason.strip())
    with store.writing() as connection:
        notice = _one(connection, notice_id)
        access.require(actor, Action.REPLY_NOTICE, notice.township_code)
        if NoticeState(notice.state) is not NoticeState.OPEN:
            raise Problem(_("Only a notice that is still to be corrected can be extended."))
        if now.astimezone(OFFICE_TIME).date() > notice.due:
            raise Problem(
                _("The notice was due on {due}; an extension is asked before.", due=notice.due)
            )
        if until <= notice.due:
            raise Problem(_("The new date must lie after {due}.", due=notice.due))
        if until > now.astimezone(OFFICE_TIME).date() + timedelta(days=LONGEST_DAYS):
            raise Problem(_("An extension ends within {days} days.", days=LONGEST_DAYS))
        if not reason:
            raise Problem(_("Say why more time is needed."))
        _save(connection, notice_id, {"extension_until": until})
        _step(connection, actor, notice_id, StepKind.EXTENSION_ASKED, NoticeState.OPEN, reason,
              now=now, until=until)  # fmt: skip
        _record(connection, actor, notice, "ask_extension", now,
                after={"until": str(until), "reason": reason})  # fmt: skip


def answer_extension(
    store: Store, actor: Actor, notice_id: int, *, is_granted: bool, words: str, now: datetime
) -> None:
    """Grant or refuse the extension that was asked."""
    words = clean(words.strip())
    with store.writing() as connection:
        notice = _one(connection, notice_id)
        access.require(actor, Action.ISSUE_NOTICE, notice.township_code)
        if notice.extension_until is None:
            raise Problem(_("No extension is asked for this notice."))
        if not words:
            raise Problem(_("Say why; the township reads it."))
        values: dict[str, Any] = {"extension_until": None}
        if is_granted:
            values["due"] = notice.extension_until
        kind = StepKind.EXTENSION_GRANTED if is_granted else StepKind.EXTENSION_REFUSED
        _save(connection, notice_id, values)
        _step(connection, actor, notice_id, kind, NoticeState.OPEN, words, now=now,
              until=notice.extension_until if is_granted else notice.due)  # fmt: skip
        _record(connection, actor, notice, kind.value, now, after={"words": words})


def reopen_fallen_back(
    store: Store,
    actor: Actor,
    project_id: int,
    every: Sequence[Facts],
    lines: Lines,
    *,
    now: datetime,
) -> list[int]:
    """Open again every closed notice whose figure has fallen back; return their ids.

    A notice is left alone while another on the same fact is open: one matter, one notice.
    """
    by_code = {facts.code: facts for facts in every}
    reopened: list[int] = []
    with store.writing() as connection:
        rows = connection.execute(
            sa.select(NOTICE).where(NOTICE.c.project_id == project_id).order_by(NOTICE.c.id.desc())
        ).all()
        busy = {(row.township_code, row.fact) for row in rows if row.state != NoticeState.CLOSED}
        for row in rows:
            facts = by_code.get(row.township_code)
            matter = (row.township_code, row.fact)
            if row.state != NoticeState.CLOSED or matter in busy or facts is None:
                continue
            if not access.may(actor, Action.REOPEN_NOTICE, row.township_code):
                continue
            fact, rung = Fact(row.fact), Rung(row.rung)
            if not still_stands(fact, rung, facts, lines):
                continue
            busy.add(matter)
            words = str(BY_FACT[fact].evidence(facts, lines[fact][rung]))
            due = _new_due(connection, now)
            _save(connection, row.id, {"state": NoticeState.OPEN.value, "due": due})
            _step(connection, actor, row.id, StepKind.REOPENED, NoticeState.OPEN, words,
                  now=now, until=due)  # fmt: skip
            _record(connection, actor, row, "reopen_notice", now, after={"evidence": words})
            reopened.append(int(row.id))
    return reopened


def fallen_back(
    notices: Collection[Any], every: Sequence[Facts], lines: Lines
) -> list[tuple[str, Fact]]:
    """Return (township, fact) of closed notices whose figure has fallen back; pure."""
    by_code = {facts.code: facts for facts in every}
    busy = {(one.township_code, one.fact) for one in notices if one.is_open}
    return [
        (one.township_code, one.fact)
        for one in notices
        if not one.is_open
        and (one.township_code, one.fact) not in busy
        and one.township_code in by_code
        and still_stands(one.fact, one.rung, by_code[one.township_code], lines)
    ]


def _require_another_person(
    connection: sa.Connection, actor: Actor, notice_id: int, state: NoticeState
) -> None:
    """Raise Problem when this person made the move that is to be checked now."""
    last = connection.scalar(
        sa.select(NOTICE_STEP.c.by_person)
        .where(
            NOTICE_STEP.c.notice_id == notice_id,
            NOTICE_STEP.c.kind == StepKind.MOVED.value,
            NOTICE_STEP.c.state == state.value,
        )
        .order_by(NOTICE_STEP.c.id.desc())
        .limit(1)
    )
    if last is not None and last == actor.person_id:
        raise Problem(_("You made the step before this one; another person has to look now."))


def _require_recovered(notice: sa.Row[Any], facts: Facts | None, lines: Lines | None) -> None:
    fact = Fact(notice.fact)
    if fact is Fact.OTHER:
        return
    if facts is None or lines is None or facts.code != notice.township_code:
        raise Problem(_("The township's figures are missing; a notice closes on figures only."))
    if still_stands(fact, Rung(notice.rung), facts, lines):
        raise Problem(
            _(
                "It cannot be closed, the figures of {day} say: {evidence}",
                day=facts.day,
                evidence=BY_FACT[fact].evidence(facts, lines[fact][Rung(notice.rung)]),
            )
        )


def _new_due(connection: sa.Connection, now: datetime) -> date:
    days = int(setting(connection, DAYS_TO_REPLY.name))
    return now.astimezone(OFFICE_TIME).date() + timedelta(days=days)


def _one(connection: sa.Connection, notice_id: int) -> sa.Row[Any]:
    row = connection.execute(sa.select(NOTICE).where(NOTICE.c.id == notice_id)).first()
    if row is None:
        raise Problem(_("There is no such notice."))
    return row


def _save(connection: sa.Connection, notice_id: int, values: dict[str, Any]) -> None:
    connection.execute(sa.update(NOTICE).where(NOTICE.c.id == notice_id).values(**values))


def _step(
    connection: sa.Connection,
    actor: Actor,
    notice_id: int,
    kind: StepKind,
    state: NoticeState,
    words: str,
    *,
    now: datetime,
    measures: str = "",
    until: date | None = None,
) -> None:
    connection.execute(
        sa.insert(NOTICE_STEP).values(
            notice_id=notice_id,
            kind=kind.value,
            state=state.value,
            words=words,
            measures=measures,
            until=until,
            at=now,
            by_person=actor.person_id,
        )
    )


def _record(
    connection: sa.Connection,
    actor: Actor,
    notice: sa.Row[Any],
    action: str,
    now: datetime,
    *,
    after: dict[str, Any],
) -> None:
    audit.record(
        connection,
        actor,
        action,
        f"{notice.office}〔{notice.year}〕{notice.sequence}",
        now=now,
        region=notice.township_code,
        before={"state": notice.state, "due": str(notice.due)},
        after=after,
    )
