"""Accounts by Excel: all of them or none, with an error for every cell that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access, passwords
from parcels.people.access import Action
from parcels.people.actor import ROLE_TITLES, Actor, Role
from parcels.regions import contains
from parcels.services.accounts import insert_account, require_account_fields
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import PERSON
from parcels.workbook import CellError, Heading, Row, read_workbook

MOST_ACCOUNTS = 500
HEADINGS = (
    Heading("name", _("Account"), ("账号", "登录名", "用户名")),
    Heading("display_name", _("Full name"), ("姓名", "名称")),
    Heading("role", _("Role"), ("角色", "岗位")),
    Heading("region", _("Region (code)"), ("行政区代码", "行政区", "区划代码", "Region")),
    Heading("phone", _("Phone"), ("电话", "手机", "联系电话"), is_needed=False),
)
_ROLES: Mapping[str, Role] = {role.value: role for role in Role}


def import_accounts(
    store: Store, actor: Actor, content: bytes, *, now: datetime
) -> tuple[list[tuple[str, str, str]], list[CellError]]:
    """Create the accounts of a workbook; return (account, name, one-time password), and errors.

    With one error nothing is created: the sheet is mended and sent again.
    """
    access.require(actor, Action.KEEP_PEOPLE, actor.region)
    rows = read_workbook(content, HEADINGS)
    if not 0 < len(rows) <= MOST_ACCOUNTS:
        raise Problem(
            _(
                "The sheet holds {count} accounts; from 1 to {most} can be imported at once.",
                count=len(rows),
                most=MOST_ACCOUNTS,
            )
        )
    with store.reading() as connection:
        taken = set(connection.scalars(sa.select(PERSON.c.name)))
    errors = _errors(rows, actor, taken)
    if errors:
        return [], errors
    made = [(row, passwords.one_time()) for row in rows]
    hashes = [passwords.hashed(password) for _row, password in made]
    with store.writing() as connection:
        for (row, _password), password_hash in zip(made, hashes, strict=True):
            values = row.values
            role = _role_of(values["role"])
            assert role is not None  # noqa: S101  checked above
            if connection.scalar(sa.select(PERSON.c.id).where(PERSON.c.name == values["name"])):
                raise Problem(
                    _("The account name {name} is taken; choose another.", name=values["name"])
                )
            insert_account(
                connection, values["name"], values["display_name"], role, values["region"],
                password_hash, phone=values["phone"][:32], now=now,
            )  # fmt: skip
            audit.record(
                connection, actor, "create_account", values["name"], now=now,
                region=values["region"],
                after={
                    "display_name": values["display_name"], "role": role.value,
                    "region": values["region"],
                },
            )  # fmt: skip
    return [(r.values["name"], r.values["display_name"], password) for r, password in made], []


def _errors(rows: Sequence[Row], actor: Actor, taken: set[str]) -> list[CellError]:
    errors, seen = [], set(taken)
    for row in rows:
        values = row.values
        role = _role_of(values["role"])
        if role is None:
            titles = "、".join(str(title) for title in ROLE_TITLES.values())
            errors.append(row.wrong("role", _("No such role; known are {titles}.", titles=titles)))
        if values["name"] in seen:
            errors.append(row.wrong("name", _("This account name is taken or stands twice.")))
        seen.add(values["name"])
        if not contains(actor.region, values["region"]):
            errors.append(
                row.wrong("region", _("Outside your region {region}.", region=actor.region))
            )
        for name, text in require_account_fields(
            values["name"], values["display_name"], role, values["region"]
        ):
            errors.append(row.wrong(name, text))
    return errors


def _role_of(text: str) -> Role | None:
    """Return a role by its code or its title in either language."""
    by_title = {str(title): role for role, title in ROLE_TITLES.items()}
    in_english = {title.msgid.lower(): role for role, title in ROLE_TITLES.items()}
    return by_title.get(text) or in_english.get(text.lower()) or _ROLES.get(text.lower())
