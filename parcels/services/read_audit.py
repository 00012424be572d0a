"""Reading the audit log: newest first, of the reader's region, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from parcels.audit_words import action_words, what_happened
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor, Role
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from parcels.store.within import within

MOST_EXPORTED = 100_000


@dataclass(frozen=True)
class Wanted:
    """Which rows: moments from ``since`` to before ``until``; empty fields ask nothing."""

    since: datetime
    until: datetime
    person: str = ""
    action: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Entry:
    """One row as a person reads it."""

    id: int
    at: datetime
    person: str
    display_name: str
    address: str
    region: str
    action: str
    happened: str
    hash: str


def read_audit(
    store: Store, actor: Actor, wanted: Wanted, *, most: int, skip: int = 0
) -> tuple[list[Entry], int]:
    """Return up to ``most`` rows, newest first, and how many there are in all."""
    access.require(actor, Action.SEE_AUDIT, actor.region)
    here = _condition(actor, wanted)
    rows = sa.select(AUDIT).where(here).order_by(AUDIT.c.id.desc()).limit(most).offset(skip)
    with store.reading() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(AUDIT).where(here))
        entries = [
            Entry(
                id=row["id"],
                at=row["at"],
                person=row["person"],
                display_name=row["display_name"],
                address=row["address"],
                region=row["region"],
                action=action_words(row["action"]),
                happened=what_happened(dict(row)),
                hash=row["hash"],
            )
            for row in connection.execute(rows).mappings()
        ]
    return entries, count or 0


def known_actions(store: Store, actor: Actor) -> list[str]:
    """Return the actions that the actor's part of the log has, for a filter."""
    access.require(actor, Action.SEE_AUDIT, actor.region)
    wanted = sa.select(AUDIT.c.action).where(_of_region(actor)).distinct()
    with store.reading() as connection:
        return sorted(connection.scalars(wanted))


def is_whole(store: Store, actor: Actor) -> tuple[int | None, str]:
    """Return the first row that breaks the chain (None: it is whole), and the chain's head."""
    access.require(actor, Action.SEE_AUDIT, actor.region)
    with store.reading() as connection:
        return audit.broken_at(connection), audit.head(connection)


def record_export(store: Store, actor: Actor, file: str, *, now: datetime) -> None:
    """Write down that a part of the log was downloaded."""
    access.require(actor, Action.SEE_AUDIT, actor.region)
    with store.writing() as connection:
        audit.record(connection, actor, "export", file, now=now)


def _condition(actor: Actor, wanted: Wanted) -> sa.ColumnElement[bool]:
    parts = [_of_region(actor), AUDIT.c.at >= wanted.since, AUDIT.c.at < wanted.until]
    if wanted.person:
        parts.append(
            AUDIT.c.person.contains(wanted.person, autoescape=True)
            | AUDIT.c.display_name.contains(wanted.person, autoescape=True)
        )
    if wanted.action:
        parts.append(AUDIT.c.action == wanted.action)
    if wanted.subject:
        parts.append(AUDIT.c.subject.contains(wanted.subject, autoescape=True))
    return sa.and_(*parts)


def _of_region(actor: Actor) -> sa.ColumnElement[bool]:
    """Rows of the region; those of nobody's region (the system, unknown names) the administrator
    sees too."""
    here = within(AUDIT.c.region, actor.region)
    return here | (AUDIT.c.region == "") if actor.role is Role.ADMINISTRATOR else here
