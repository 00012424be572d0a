"""Signing in and out, changing one's password and language."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from gis.language import LANGUAGES, Problem, _
from parcels.people import passwords, sessions
from parcels.people.actor import Actor, Role
from parcels.settings import setting
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import PERSON, SESSION, SIGN_IN_FAILURE

FAILURES_ALLOWED = 5  # of one name from one address: locks nobody else out
ADDRESS_FAILURES_ALLOWED = 200  # of one address over all names: stops spraying, not an office
WITHIN = timedelta(minutes=15)


def sign_in(
    store: Store, name: str, password: str, *, address: str, language: str, now: datetime
) -> str:
    """Return a new session's token; raises Problem for a wrong pair or too many failures."""
    name = name.replace("\0", "\ufffd").strip()[:64]  # PostgreSQL holds no zero byte
    nobody = Actor(None, name, "", None, "", address)
    _take_a_try(store, nobody, "sign_in_throttled", now)
    with store.reading() as connection:
        person = connection.execute(sa.select(PERSON).where(PERSON.c.name == name)).mappings()
        found = person.first()
    is_right = passwords.matches(password, found["password_hash"] if found else None)
    if found is None or found["disabled_at"] or not is_right:
        with store.writing() as connection:
            audit.record(connection, nobody, "sign_in_refused", name, now=now)
        raise Problem(_("The account name or the password is wrong."))
    return _open_session(store, dict(found), address=address, language=language, now=now)


def sign_in_demo(store: Store, name: str, *, address: str, language: str, now: datetime) -> str:
    """Sign in as a demo account by one click; only accounts marked as demo can be entered so."""
    with store.reading() as connection:
        wanted = sa.select(PERSON).where(PERSON.c.name == name, PERSON.c.is_demo)
        found = connection.execute(wanted).mappings().first()
    if found is None or found["disabled_at"]:
        raise Problem(_("There is no such demo account here."))
    return _open_session(store, dict(found), address=address, language=language, now=now)


def _open_session(store: Store, person: dict, *, address: str, language: str, now: datetime) -> str:
    actor = Actor(
        person["id"],
        person["name"],
        person["display_name"],
        Role(person["role"]),
        person["region"],
        address,
    )
    with store.writing() as connection:
        token = sessions.begin(connection, person["id"], address, language, now)
        connection.execute(_tries_of(actor))
        audit.record(connection, actor, "sign_in", person["name"], now=now)
    return token


def sign_out(store: Store, session: sessions.Session, *, everywhere: bool, now: datetime) -> None:
    """End this session, or all of this person's."""
    with store.writing() as connection:
        if everywhere and session.actor.person_id is not None:
            sessions.end_all(connection, session.actor.person_id, now)
        sessions.end(connection, session.id, now)
        audit.record(connection, session.actor, "sign_out", session.actor.name, now=now)


def change_password(
    store: Store, session: sessions.Session, old: str, new: str, *, now: datetime
) -> None:
    """Set a new password and end the person's other sessions; raises Problem when it is no good."""
    actor = session.actor
    _take_a_try(store, actor, "change_password_throttled", now)
    with store.reading() as connection:
        wanted = sa.select(PERSON.c.password_hash).where(PERSON.c.id == actor.person_id)
        present = connection.scalar(wanted)
        profile = setting(connection, passwords.PROFILE.name)
    if not passwords.matches(old, present):
        with store.writing() as connection:
            audit.record(connection, actor, "change_password_refused", actor.name, now=now)
        raise Problem(_("The present password is wrong; nothing was changed."))
    _forgive(store, actor)
    if old == new:
        raise Problem(_("The new password is the old one; choose another."))
    passwords.require_good(new, name=actor.name, profile=profile)
    password_hash = passwords.hashed(new)
    with store.writing() as connection:
        connection.execute(
            sa.update(PERSON)
            .where(PERSON.c.id == actor.person_id)
            .values(password_hash=password_hash, password_set_at=now, must_change_password=False)
        )
        assert actor.person_id is not None  # noqa: S101  a session has a person
        sessions.end_all(connection, actor.person_id, now, but=session.id)
        audit.record(connection, actor, "change_password", actor.name, now=now)


def choose_session_language(store: Store, session: sessions.Session, language: str) -> None:
    """Keep the language for the rest of this session."""
    if language not in LANGUAGES:
        return
    with store.writing() as connection:
        connection.execute(
            sa.update(SESSION).where(SESSION.c.id == session.id).values(language=language)
        )


def _take_a_try(store: Store, actor: Actor, throttled: str, now: datetime) -> None:
    """Count a guess before it is tested: of sixty at once no more are tested than one by one.

    Raises Problem when there were too many; that leaves one row in the audit log, not one a guess.
    """
    with store.reading() as connection:
        pair, all_names = _recent_tries(connection, actor.name, actor.address, now)
    if pair > FAILURES_ALLOWED or all_names > ADDRESS_FAILURES_ALLOWED:
        raise _too_many()
    with store.writing() as connection:
        pair, all_names = _recent_tries(connection, actor.name, actor.address, now)
        is_too_many = pair >= FAILURES_ALLOWED or all_names >= ADDRESS_FAILURES_ALLOWED
        if pair <= FAILURES_ALLOWED and all_names <= ADDRESS_FAILURES_ALLOWED:
            connection.execute(
                sa.insert(SIGN_IN_FAILURE).values(name=actor.name, address=actor.address, at=now)
            )
            if is_too_many:
                audit.record(connection, actor, throttled, actor.name, now=now)
    if is_too_many:
        raise _too_many()


def _forgive(store: Store, actor: Actor) -> None:
    with store.writing() as connection:
        connection.execute(_tries_of(actor))


def _tries_of(actor: Actor) -> sa.Delete:
    """Forget the tries of a pair, once it has given the right password."""
    return sa.delete(SIGN_IN_FAILURE).where(
        SIGN_IN_FAILURE.c.name == actor.name, SIGN_IN_FAILURE.c.address == actor.address
    )


def _too_many() -> Problem:
    return Problem(
        _(
            "Too many failed attempts from this computer. Wait {minutes} minutes, or ask the "
            "administrator for a new password.",
            minutes=int(WITHIN.total_seconds() // 60),
        )
    )


def _recent_tries(
    connection: sa.Connection, name: str, address: str, now: datetime
) -> tuple[int, int]:
    recent = (SIGN_IN_FAILURE.c.address == address) & (SIGN_IN_FAILURE.c.at > now - WITHIN)
    count = sa.select(sa.func.count()).select_from(SIGN_IN_FAILURE)
    return (
        connection.scalar(count.where(recent, SIGN_IN_FAILURE.c.name == name)) or 0,
        connection.scalar(count.where(recent)) or 0,
    )
