"""Issuing a notice from a proposal or by hand, or declining what the ladder proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.answerable import answerable_of
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.regions import Level, contains, level_of
from parcels.settings import setting
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import ANSWERABLE, LEDGER
from parcels.store.within import within
from reports.clean import clean
from reports.contradictions.states import State
from reports.daily import OFFICE_TIME
from reports.supervision.facts import Fact
from reports.supervision.ladder import Rung
from reports.supervision.notice import NoticeState, StepKind
from reports.supervision.settings import OFFICE_OF_NOTICES
from reports.tables import (
    CONTRADICTION,
    DECLINED_PROPOSAL,
    NOTICE,
    NOTICE_PARCEL,
    NOTICE_STEP,
)

LONGEST_DAYS = 180


@dataclass(frozen=True)
class NewNotice:
    """A notice as a person is about to issue it; ``cut_off`` is the moment its figures are of.

    ``parcels``: ledger rows of the township that it names; one of contradictions names theirs.
    """

    township_code: str
    rung: Rung
    fact: Fact
    matter: str
    evidence: str
    requirement: str
    due: date
    cut_off: datetime
    figures: Mapping[str, Any]
    parcels: tuple[int, ...] = ()


def issue_notice(
    store: Store, actor: Actor, project_id: int, wanted: NewNotice, *, now: datetime
) -> int:
    """Write a notice under the office's next number of the year and return its id.

    Numbers have no gaps: writers stand in one line and no notice is ever deleted.
    """
    access.require(actor, Action.ISSUE_NOTICE, wanted.township_code)
    today = now.astimezone(OFFICE_TIME).date()
    _require_complete(wanted, today)
    with store.writing() as connection:
        project = _project_of(connection, project_id, wanted.township_code)
        parcels = _parcels(connection, project_id, wanted)
        office = str(setting(connection, OFFICE_OF_NOTICES.name)).strip()
        place = {"region": project.region, "office": office, "year": today.year}
        newest = sa.select(sa.func.max(NOTICE.c.sequence)).where(
            *(NOTICE.c[name] == value for name, value in place.items())
        )
        sequence = (connection.scalar(newest) or 0) + 1
        row = place | {
            "project_id": project_id,
            "township_code": wanted.township_code,
            "sequence": sequence,
            "rung": wanted.rung.value,
            "fact": wanted.fact.value,
            "matter": clean(wanted.matter.strip()),
            "evidence": clean(wanted.evidence.strip()),
            "figures": dict(wanted.figures),
            "cut_off": wanted.cut_off,
            "requirement": clean(wanted.requirement.strip()),
            "answerable": _leader(connection, project_id, wanted.township_code),
            "due": wanted.due,
            "state": NoticeState.OPEN.value,
            "issued_at": now,
            "issued_by": actor.person_id,
        }
        key = connection.execute(sa.insert(NOTICE).values(**row)).inserted_primary_key
        assert key is not None  # noqa: S101  an insert of one row has a key
        if parcels:
            rows = [{"notice_id": key[0], "ledger_id": ledger_id} for ledger_id in parcels]
            connection.execute(sa.insert(NOTICE_PARCEL), rows)
        connection.execute(
            sa.insert(NOTICE_STEP).values(
                notice_id=key[0],
                kind=StepKind.ISSUED.value,
                state=NoticeState.OPEN.value,
                words=row["requirement"],
                until=wanted.due,
                at=now,
                by_person=actor.person_id,
            )
        )
        audit.record(
            connection,
            actor,
            "issue_notice",
            f"{office}〔{today.year}〕{sequence}",
            now=now,
            region=wanted.township_code,
            after={
                "rung": wanted.rung.value,
                "fact": wanted.fact.value,
                "evidence": row["evidence"],
                "requirement": row["requirement"],
                "due": str(wanted.due),
                "parcels": len(parcels),
            },
        )
    return int(key[0])


def decline_proposal(
    store: Store,
    actor: Actor,
    project_id: int,
    township_code: str,
    fact: Fact,
    rung: Rung,
    *,
    evidence: str,
    reason: str,
    now: datetime,
) -> None:
    """Write that a person declined what the ladder proposed, and why; it stays silent a while."""
    access.require(actor, Action.ISSUE_NOTICE, township_code)
    reason = clean(reason.strip())
    if not reason:
        raise Problem(_("Say why the proposal is declined: the reason stands in the audit log."))
    with store.writing() as connection:
        project = _project_of(connection, project_id, township_code)
        connection.execute(
            sa.insert(DECLINED_PROPOSAL).values(
                project_id=project_id,
                township_code=township_code,
                fact=fact.value,
                rung=rung.value,
                evidence=evidence,
                reason=reason,
                day=now.astimezone(OFFICE_TIME).date(),
                at=now,
                by_person=actor.person_id,
            )
        )
        audit.record(
            connection,
            actor,
            "decline_proposal",
            f"{project.code} {township_code} {fact.value}",
            now=now,
            region=township_code,
            before={"rung": rung.value, "evidence": evidence},
            after={"reason": reason},
        )


def _require_complete(wanted: NewNotice, today: date) -> None:
    for words in (wanted.matter, wanted.evidence, wanted.requirement):
        if not clean(words).strip():
            raise Problem(_("A notice needs its matter, its evidence and what is required."))
    if not today < wanted.due <= today + timedelta(days=LONGEST_DAYS):
        raise Problem(_("The due date {due} must lie after today.", due=wanted.due))


def _project_of(connection: sa.Connection, project_id: int, township_code: str) -> Project:
    project = one_project(connection, project_id)
    if level_of(township_code) is not Level.TOWNSHIP or not contains(project.region, township_code):
        raise Problem(_("The township does not belong to project {name}.", name=project.name))
    return project


def _parcels(connection: sa.Connection, project_id: int, wanted: NewNotice) -> list[int]:
    """Return the ledger rows the notice names; one outside the township raises Problem."""
    named = set(wanted.parcels)
    own = sa.select(LEDGER.c.id).where(
        LEDGER.c.project_id == project_id, within(LEDGER.c.village_code, wanted.township_code)
    )
    if named - set(connection.scalars(own.where(LEDGER.c.id.in_(named)))):
        raise Problem(_("A parcel does not lie in the township that the notice goes to."))
    if wanted.fact is Fact.CONTRADICTION:
        unanswered = own.join(CONTRADICTION, CONTRADICTION.c.ledger_id == LEDGER.c.id).where(
            CONTRADICTION.c.state == State.OPEN.value
        )
        named |= set(connection.scalars(unanswered))
    return sorted(named)


def _leader(connection: sa.Connection, project_id: int, township_code: str) -> str:
    """Return who answers for the township at this moment; empty where nobody is named."""
    row = connection.execute(
        sa.select(ANSWERABLE).where(
            ANSWERABLE.c.project_id == project_id, ANSWERABLE.c.township_code == township_code
        )
    ).mappings()
    found = row.first()
    return str(answerable_of(found).leader) if found else ""
