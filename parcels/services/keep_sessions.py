"""Who is signed in now, and ending a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access, sessions
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.settings import settings
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import PERSON, SESSION
from parcels.store.within import within


def open_sessions(store: Store, actor: Actor, *, now: datetime) -> Sequence[Mapping[str, Any]]:
    """Return the sessions of the actor's region that are still open, last used first."""
    access.require(actor, Action.KEEP_PEOPLE, actor.region)
    with store.reading() as connection:
        office = settings(connection)
        idle = timedelta(minutes=office[sessions.IDLE_MINUTES.name])
        longest = timedelta(hours=office[sessions.LONGEST_HOURS.name])
        wanted = (
            sa.select(
                SESSION.c.id,
                SESSION.c.address,
                SESSION.c.started_at,
                SESSION.c.seen_at,
                PERSON.c.name,
                PERSON.c.display_name,
                PERSON.c.role,
                PERSON.c.region,
            )
            .join(PERSON, PERSON.c.id == SESSION.c.person_id)
            .where(
                within(PERSON.c.region, actor.region),
                SESSION.c.ended_at.is_(None),
                SESSION.c.seen_at > now - idle,
                SESSION.c.started_at > now - longest,
            )
            .order_by(SESSION.c.seen_at.desc())
        )
        return [dict(row) for row in connection.execute(wanted).mappings()]


def end_session(store: Store, actor: Actor, session_id: int, *, now: datetime) -> None:
    """End somebody's session at once; what they had sent stays."""
    with store.writing() as connection:
        wanted = (
            sa.select(PERSON.c.name, PERSON.c.region, SESSION.c.address, SESSION.c.ended_at)
            .join(PERSON, PERSON.c.id == SESSION.c.person_id)
            .where(SESSION.c.id == session_id)
        )
        found = connection.execute(wanted).first()
        access.require(actor, Action.KEEP_PEOPLE, found.region if found else actor.region)
        if found is None or found.ended_at is not None:
            raise Problem(_("This session has ended already."))
        sessions.end(connection, session_id, now)
        audit.record(
            connection, actor, "end_session", found.name, now=now, region=found.region,
            after={"address": found.address},
        )  # fmt: skip


def own_sessions(
    store: Store, session: sessions.Session, *, now: datetime
) -> Sequence[Mapping[str, Any]]:
    """Return the open sessions of the person themselves, last used first."""
    with store.reading() as connection:
        office = settings(connection)
        idle = timedelta(minutes=office[sessions.IDLE_MINUTES.name])
        longest = timedelta(hours=office[sessions.LONGEST_HOURS.name])
        wanted = (
            sa.select(SESSION.c.id, SESSION.c.address, SESSION.c.started_at, SESSION.c.seen_at)
            .where(
                SESSION.c.person_id == session.actor.person_id,
                SESSION.c.ended_at.is_(None),
                SESSION.c.seen_at > now - idle,
                SESSION.c.started_at > now - longest,
            )
            .order_by(SESSION.c.seen_at.desc())
        )
        return [dict(row) for row in connection.execute(wanted).mappings()]


def end_own_session(
    store: Store, session: sessions.Session, session_id: int, *, now: datetime
) -> None:
    """End another session of the person themselves; anybody else's is not there for them."""
    with store.writing() as connection:
        wanted = sa.select(SESSION.c.address).where(
            SESSION.c.id == session_id,
            SESSION.c.person_id == session.actor.person_id,
            SESSION.c.ended_at.is_(None),
        )
        found = connection.execute(wanted).first()
        if found is None:
            raise Problem(_("This session has ended already."))
        sessions.end(connection, session_id, now)
        audit.record(
            connection, session.actor, "end_session", session.actor.name, now=now,
            after={"address": found.address},
        )  # fmt: skip


def password_age_days(store: Store, session: sessions.Session, *, now: datetime) -> int:
    """Return how many whole days the person's password is old."""
    wanted = sa.select(PERSON.c.password_set_at).where(PERSON.c.id == session.actor.person_id)
    with store.reading() as connection:
        return int((now - connection.execute(wanted).scalar_one()).days)
