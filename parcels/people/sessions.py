"""Sessions as rows on the server: what a browser holds is only a token, and it can be ended."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from gis.language import CHINESE, _
from parcels.people import passwords
from parcels.people.actor import Actor, Role
from parcels.settings import Kind, Setting, hand_in_setting, settings
from parcels.store.engine import Store
from parcels.store.tables import PERSON, SESSION
from parcels.store.trouble import Busy

MOST_HOURS = 24
PEOPLE = _("Signing in")
IDLE_MINUTES = hand_in_setting(
    Setting(
        "session_idle_minutes",
        _("Minutes without use after which a session ends"),
        Kind.WHOLE,
        120,
        PEOPLE,
        least=5,
        most=720,
    )
)
LONGEST_HOURS = hand_in_setting(
    Setting(
        "session_longest_hours",
        _("Hours after which a session ends in any case"),
        Kind.WHOLE,
        12,
        PEOPLE,
        least=1,
        most=MOST_HOURS,
    )
)
_TOUCH = timedelta(minutes=1)
_PATIENCE_MS = 200


@dataclass(frozen=True)
class Session:
    """A valid session: who, in which language, and what still stands before the first page."""

    id: int
    actor: Actor
    csrf: str
    language: str
    must_change_password: bool
    is_demo: bool


def digest(token: str) -> str:
    """Return what the store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    connection: sa.Connection, person_id: int, address: str, language: str, now: datetime
) -> str:
    """Write a new session row and return its token, which is nowhere else."""
    token = secrets.token_urlsafe(32)
    connection.execute(
        sa.insert(SESSION).values(
            token_sha256=digest(token),
            person_id=person_id,
            csrf=secrets.token_urlsafe(24),
            address=address,
            language=language or CHINESE,
            started_at=now,
            seen_at=now,
        )
    )
    return token


def find_session(
    store: Store, token: str | None, now: datetime, *, is_used: bool = True
) -> Session | None:
    """Return the session of a token; None when there is none, it ended, or it grew too old.

    ``is_used`` counts this as a sign of life; a page that asks by itself gives none.
    """
    if not token or len(token) > 128:
        return None
    wanted = (
        sa.select(SESSION, *(column.label(f"who_{column.name}") for column in PERSON.c))
        .join(PERSON, PERSON.c.id == SESSION.c.person_id)
        .where(SESSION.c.token_sha256 == digest(token))
    )
    with store.reading() as connection:
        row = connection.execute(wanted).mappings().first()
        office = settings(connection)
    if row is None or row["ended_at"] or row["who_disabled_at"]:
        return None
    if now < row["started_at"] - _TOUCH:  # the clock was set back to before its start
        return None
    longest = timedelta(hours=office[LONGEST_HOURS.name])
    idle = timedelta(minutes=office[IDLE_MINUTES.name])
    if now >= min(row["started_at"] + longest, row["seen_at"] + idle):
        with store.writing() as connection:  # ended for good: a clock set back revives nothing
            end(connection, row["id"], now)
        return None
    if is_used and now - row["seen_at"] > _TOUCH:
        seen = sa.update(SESSION).where(SESSION.c.id == row["id"]).values(seen_at=now)
        with suppress(Busy), store.writing(patience_ms=_PATIENCE_MS) as connection:
            connection.execute(seen)  # behind a long write the next request tells it
    return Session(
        id=row["id"],
        actor=Actor(
            row["person_id"],
            row["who_name"],
            row["who_display_name"],
            Role(row["who_role"]),
            row["who_region"],
            row["address"],
        ),
        csrf=row["csrf"],
        language=row["language"],
        must_change_password=row["who_must_change_password"]
        or passwords.is_too_old(row["who_password_set_at"], now, office[passwords.PROFILE.name]),
        is_demo=row["who_is_demo"],
    )


def end(connection: sa.Connection, session_id: int, now: datetime) -> None:
    """End one session."""
    connection.execute(sa.update(SESSION).where(SESSION.c.id == session_id).values(ended_at=now))


def end_all(
    connection: sa.Connection, person_id: int, now: datetime, *, but: int | None = None
) -> None:
    """End every open session of a person, except perhaps the one they are using."""
    condition = (SESSION.c.person_id == person_id) & SESSION.c.ended_at.is_(None)
    if but is not None:
        condition &= SESSION.c.id != but
    connection.execute(sa.update(SESSION).where(condition).values(ended_at=now))
