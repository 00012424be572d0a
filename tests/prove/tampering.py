"""The audit log is changed, forged, dropped from and cut off: each time it is found."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from parcels.people.actor import Role
from parcels.services.keep_project import name_region
from parcels.store import audit
from parcels.store.engine import Store, open_store
from parcels.store.migrate import migrate
from parcels.store.tables import AUDIT
from tests.builders import COUNTY, NOW, person
from tests.prove.proof import Proof

ROWS, PRINTED, SEED = 120, 12, 8
Rows = list[dict[str, Any]]


class Undone(Exception):
    """Takes a tampering back."""


def prove(times: int, folder: Path) -> str:
    """Tamper that many times, each time with the whole log and every printed head at hand."""
    store = open_store(folder / "var")
    rows, heads = _a_log(store)
    chance, found = random.Random(SEED), Counter()
    for _time in range(times):
        tamper = chance.choice(TAMPERINGS)
        changed = tamper([dict(row) for row in rows], chance)
        assert changed != rows, tamper.__name__
        found[_found_by(store, changed, heads)] += 1
    assert found["nothing"] == 0, found
    assert _found_by(store, rows, heads) == "nothing", "the untouched log is whole"
    store.engine.dispose()
    return (
        f"{times} tamperings of a log of {ROWS} rows: {found['the chain']} found by the chain, "
        f"{found['a printed head']} by a printed head, 0 by nothing"
    )


def _a_log(store: Store) -> tuple[Rows, list[str]]:
    migrate(store)
    bureau = person(store, "bureau", Role.BUREAU_CLERK)
    heads = []
    for number in range(ROWS):
        moment = NOW + timedelta(minutes=number)
        name_region(store, bureau, f"{COUNTY}101{number:03}", f"村{number}", now=moment)
        with store.reading() as connection:
            heads.append(audit.head(connection)[:PRINTED])
    with store.reading() as connection:
        rows = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).mappings()
        return [dict(row) for row in rows], heads


def _found_by(store: Store, rows: Rows, heads: list[str]) -> str:
    """Put the tampered log in place of the true one, ask, and take it back."""
    told = ""
    try:
        with store.writing() as connection:
            connection.execute(sa.delete(AUDIT))
            if rows:
                connection.execute(sa.insert(AUDIT), rows)
            if audit.broken_at(connection) is not None:
                told = "the chain"
            elif not all(audit.holds(connection, head) for head in heads):
                told = "a printed head"
            raise Undone
    except Undone:
        return told or "nothing"


def _change(rows: Rows, chance: random.Random) -> Rows:
    _spoil(chance.choice(rows), chance)
    return rows


def _forge(rows: Rows, chance: random.Random) -> Rows:
    """Change a row and give it a hash that fits it."""
    row = chance.choice(rows)
    _spoil(row, chance)
    row["hash"] = audit.hash_of(row)
    return rows


def _rewrite(rows: Rows, chance: random.Random) -> Rows:
    """Change a row and make every hash after it anew: only paper tells."""
    at = chance.randrange(len(rows))
    _spoil(rows[at], chance)
    previous = rows[at - 1]["hash"] if at else audit.FIRST_HASH
    for row in rows[at:]:
        row["previous_hash"] = previous
        row["hash"] = previous = audit.hash_of(row)
    return rows


def _drop(rows: Rows, chance: random.Random) -> Rows:
    del rows[chance.randrange(len(rows) - 1)]
    return rows


def _swap(rows: Rows, chance: random.Random) -> Rows:
    one, other = chance.sample(range(len(rows)), 2)
    rows[one]["id"], rows[other]["id"] = rows[other]["id"], rows[one]["id"]
    return rows


def _slip_in(rows: Rows, chance: random.Random) -> Rows:
    at = chance.randrange(len(rows))
    false = {**rows[at], "id": len(rows) + 1000, "subject": "false"}
    false["hash"] = audit.hash_of(false)
    return [*rows, false]


def _cut(rows: Rows, chance: random.Random) -> Rows:
    """Cut the tail off: the chain itself cannot know."""
    return rows[: chance.randrange(len(rows))]


def _spoil(row: dict[str, Any], chance: random.Random) -> None:
    field = chance.choice(["at", "person", "display_name", "address", "region", "action",
                           "subject", "before", "after"])  # fmt: skip
    if field == "at":
        row["at"] += timedelta(microseconds=1)
    elif field in ("before", "after"):
        row[field] = {**row[field], "x": 1}
    else:
        row[field] = row[field][:-1] + ("y" if row[field].endswith("x") else "x")


TAMPERINGS: tuple[Callable[[Rows, random.Random], Rows], ...] = (
    _change, _forge, _rewrite, _drop, _swap, _slip_in, _cut,
)  # fmt: skip
PROOF = Proof(
    "tampering", "The audit log is tampered with", prove, quick=70, long=1000, on_postgres=1000
)
