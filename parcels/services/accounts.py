"""Accounts: the first administrator, new people, new passwords, closing an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, Text, _
from parcels.people import access, passwords, sessions
from parcels.people.access import Action
from parcels.people.actor import TOWNSHIP_ROLES, Actor, Role, system
from parcels.regions import Level, level_of
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import PERSON, REGION, SIGN_IN_FAILURE
from parcels.store.within import within

FIRST_ADMINISTRATOR = "admin"


def create_first_administrator(store: Store, region: str, *, now: datetime) -> str | None:
    """Create ``admin`` in a database without people; return the one-time password, else None."""
    with store.writing() as connection:
        if connection.scalar(sa.select(sa.func.count()).select_from(PERSON)):
            return None
        password = passwords.one_time()
        insert_account(
            connection,
            FIRST_ADMINISTRATOR,
            "系统管理员",
            Role.ADMINISTRATOR,
            region,
            passwords.hashed(password),
            now=now,
        )
        audit.record(connection, system(region), "create_account", FIRST_ADMINISTRATOR, now=now)
    return password


def create_account(
    store: Store,
    actor: Actor,
    *,
    name: str,
    display_name: str,
    role: Role,
    region: str,
    phone: str = "",
    now: datetime,
) -> str:
    """Create an account and return its one-time password, to be changed at first sign-in."""
    name, display_name, region = name.strip(), display_name.strip(), region.strip()
    access.require(actor, Action.KEEP_PEOPLE, region)
    for _field, text in require_account_fields(name, display_name, role, region):
        raise Problem(text)
    password = passwords.one_time()
    password_hash = passwords.hashed(password)
    with store.writing() as connection:
        if connection.scalar(sa.select(PERSON.c.id).where(PERSON.c.name == name)):
            raise Problem(_("The account name {name} is taken; choose another.", name=name))
        insert_account(
            connection, name, display_name, role, region, password_hash, phone=phone, now=now
        )
        after = {"display_name": display_name, "role": role.value, "region": region}
        audit.record(connection, actor, "create_account", name, now=now, region=region, after=after)
    return password


def reset_password(store: Store, actor: Actor, name: str, *, now: datetime) -> str:
    """Give an account a new one-time password and end its sessions."""
    with store.writing() as connection:
        person = _one(connection, name)
        access.require(actor, Action.KEEP_PEOPLE, person["region"])
        return _reset(connection, actor, person, now)


def recover_account(store: Store, name: str, *, now: datetime) -> str:
    """Do the same from the server's console, where nobody signs in; a closed account opens."""
    with store.writing() as connection:
        person = _one(connection, name)
        opened = sa.update(PERSON).where(PERSON.c.id == person["id"]).values(disabled_at=None)
        connection.execute(opened)
        connection.execute(sa.delete(SIGN_IN_FAILURE).where(SIGN_IN_FAILURE.c.name == name))
        return _reset(connection, system(person["region"]), person, now)


def _reset(
    connection: sa.Connection, actor: Actor, person: Mapping[str, Any], now: datetime
) -> str:
    password = passwords.one_time()
    connection.execute(
        sa.update(PERSON)
        .where(PERSON.c.id == person["id"])
        .values(
            password_hash=passwords.hashed(password),
            password_set_at=now,
            must_change_password=True,
        )
    )
    sessions.end_all(connection, person["id"], now)
    audit.record(
        connection, actor, "reset_password", person["name"], now=now, region=person["region"]
    )
    return password


def set_disabled(store: Store, actor: Actor, name: str, *, disabled: bool, now: datetime) -> None:
    """Close an account and end its sessions, or open it again."""
    with store.writing() as connection:
        person = _one(connection, name)
        access.require(actor, Action.KEEP_PEOPLE, person["region"])
        if person["id"] == actor.person_id:
            raise Problem(_("You cannot close your own account; ask another administrator."))
        connection.execute(
            sa.update(PERSON)
            .where(PERSON.c.id == person["id"])
            .values(disabled_at=now if disabled else None)
        )
        if disabled:
            sessions.end_all(connection, person["id"], now)
        action = "close_account" if disabled else "open_account"
        audit.record(connection, actor, action, name, now=now, region=person["region"])


def people(store: Store, actor: Actor) -> Sequence[Mapping[str, Any]]:
    """Return the accounts of the actor's region, without anything secret."""
    access.require(actor, Action.KEEP_PEOPLE, actor.region)
    columns = [PERSON.c[name] for name in ("name", "display_name", "role", "region", "phone")]
    wanted = (
        sa.select(*columns, PERSON.c.disabled_at, PERSON.c.must_change_password)
        .where(within(PERSON.c.region, actor.region))
        .order_by(PERSON.c.region, PERSON.c.name)
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def demo_accounts(store: Store) -> Sequence[Mapping[str, Any]]:
    """Return the accounts offered by one click: none outside the demo database."""
    wanted = (
        sa.select(PERSON.c.name, PERSON.c.display_name, PERSON.c.role)
        .where(PERSON.c.is_demo, PERSON.c.disabled_at.is_(None))
        .order_by(PERSON.c.id)
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def insert_demo_account(
    connection: sa.Connection,
    name: str,
    display_name: str,
    role: Role,
    region: str,
    *,
    now: datetime,
) -> None:
    """Write an account that is entered by a click and whose password nobody knows."""
    insert_account(
        connection, name, display_name, role, region, passwords.hashed(passwords.one_time()),
        is_demo=True, now=now,
    )  # fmt: skip


def insert_account(
    connection: sa.Connection,
    name: str,
    display_name: str,
    role: Role,
    region: str,
    password_hash: str,
    *,
    phone: str = "",
    is_demo: bool = False,
    now: datetime,
) -> None:
    """Write an account whose fields were checked."""
    connection.execute(
        sa.insert(PERSON).values(
            name=name,
            display_name=display_name,
            role=role.value,
            region=region,
            phone=phone,
            password_hash=password_hash,
            password_set_at=now,
            must_change_password=not is_demo,
            is_demo=is_demo,
        )
    )


def _one(connection: sa.Connection, name: str) -> Mapping[str, Any]:
    row = connection.execute(sa.select(PERSON).where(PERSON.c.name == name)).mappings().first()
    if row is None:
        raise Problem(_("There is no account {name}.", name=name))
    return dict(row)


def require_account_fields(
    name: str, display_name: str, role: Role | None, region: str
) -> list[tuple[str, Text]]:
    """Return (field, what is wrong with it) of an account; none when it can be created."""
    wrong = []
    if not (2 <= len(name) <= 64) or not name.replace("-", "").replace("_", "").isalnum():
        wrong.append(("name", _("An account name has 2 to 64 letters, digits, - or _.")))
    if not display_name:
        told = _("Give the person's name: it stands on reports and in the audit log.")
        wrong.append(("display_name", told))
    level = level_of(region)
    if level is None:
        told = _(
            "{region} is no region: 4 digits are a city, 6 a county, 9 a township, 12 a village.",
            region=region,
        )
        wrong.append(("region", told))
    elif role in TOWNSHIP_ROLES and level is not Level.TOWNSHIP:
        wrong.append(("region", _("A township account needs its township's code of 9 digits.")))
    return wrong


def found_county(store: Store, actor: Actor, code: str, name: str, *, now: datetime) -> None:
    """Name the county this installation serves: once, by its first administrator."""
    code, name = code.strip(), name.strip()
    if actor.role is not Role.ADMINISTRATOR or actor.region:
        raise access.Refused(_("The county of this installation is settled already."))
    if level_of(code) not in (Level.CITY, Level.COUNTY) or not name:
        raise Problem(_("Give the county's code of 6 digits (a city's has 4) and its name."))
    with store.writing() as connection:
        connection.execute(sa.insert(REGION).values(code=code, name=name))
        changed = sa.update(PERSON).where(PERSON.c.id == actor.person_id, PERSON.c.region == "")
        connection.execute(changed.values(region=code))
        audit.record(
            connection, actor, "found_county", code, now=now, region=code, after={"name": name}
        )
