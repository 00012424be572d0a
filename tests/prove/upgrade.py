"""An upgrade is killed on its way, from every schema there was: the old one stays, whole."""

from __future__ import annotations

import os
import random
import signal
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from parcels.people.actor import Role
from parcels.store.engine import Store
from parcels.store.migrate import migrate
from parcels.store.tables import PERSON
from parcels.store.upgrade import (
    VERSIONS,
    altering,
    bring_to,
    is_newest,
    migration_config,
    revisions,
)
from tests.builders import person
from tests.prove.databases import another_store
from tests.prove.proof import Proof

SEED, FIRST = 8, "reports_0001"


def prove(kills: int, folder: Path) -> str:
    """From every schema kill the upgrade that many times within each of its steps."""
    script = ScriptDirectory.from_config(migration_config())
    schemas = [one.revision for one in script.walk_revisions()][::-1]
    started = [name for name in schemas if name != "register_0001"]  # it had no people yet
    chance = random.Random(SEED)
    killed = [
        _upgrade_from(folder / str(place), revision, kills, chance)
        for place, revision in enumerate(started)
    ]
    from_old = [count for count in killed if count]
    return (
        f"{sum(from_old)} upgrades killed from {len(from_old)} schemas, within each of the up to "
        f"{max(from_old) // kills} steps to the newest: each time the schema and its rows were the "
        "old ones, and the next start brought them to the newest"
    )


def _upgrade_from(folder: Path, revision: str, kills: int, chance: random.Random) -> int:
    """Kill the upgrades from one schema, then let one come to its end; return how many died."""
    store = another_store(folder)
    with altering(store) as connection:
        bring_to(connection, [FIRST, revision])
    with store.reading() as connection:
        before = revisions(connection)
        if is_newest(before):
            return 0
    person(store, "bureau", Role.BUREAU_CLERK)
    steps, old = _steps(folder, revision), _schema(store)
    killed = 0
    for first, last in pairwise([0, *steps]):
        for _one in range(kills):
            _upgrade_and_die(store, chance.randint(first + 1, last))
            killed += 1
            with store.reading() as connection:
                assert revisions(connection) == before, f"{revision}: half an upgrade"
                assert list(connection.scalars(sa.select(PERSON.c.name))) == ["bureau"]
            assert _schema(store) == old, f"{revision}: half an upgrade"
    migrate(store)
    with store.reading() as connection:
        assert is_newest(revisions(connection))
        assert connection.scalar(sa.select(PERSON.c.name)) == "bureau"
        if store.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.engine.dispose()
    return killed


def _schema(store: Store) -> list[Any]:
    """Return every table with its columns, keys and indexes as the database itself tells them."""
    wanted = (
        "SELECT name, sql FROM sqlite_master ORDER BY name"
        if store.is_sqlite
        else "SELECT table_name || '.' || column_name, data_type || is_nullable "
        "|| coalesce(column_default, '') FROM information_schema.columns "
        "WHERE table_schema = 'public' UNION ALL SELECT indexname, indexdef FROM pg_indexes "
        "WHERE schemaname = 'public' ORDER BY 1, 2"
    )
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(wanted)]


def _steps(folder: Path, revision: str) -> list[int]:
    """Return after how many statements each step of an upgrade from here has ended."""
    store, count = another_store(folder / "counted"), 0
    ends: list[int] = []

    def counted(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal count
        count += 1
        if VERSIONS in statement and not statement.startswith("SELECT"):
            ends.append(count)

    with altering(store) as connection:
        bring_to(connection, [FIRST, revision])
        sa.event.listen(connection, "before_cursor_execute", counted)
        bring_to(connection, ["heads"])
    store.engine.dispose()
    return ends


def _upgrade_and_die(store: Store, moment: int) -> None:
    store.engine.dispose()
    child = os.fork()
    if child == 0:
        told = 0

        def executed(*_rest: Any) -> None:
            nonlocal told
            told += 1
            if told == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            with altering(store) as connection:
                sa.event.listen(connection, "before_cursor_execute", executed)
                bring_to(connection, ["heads"])
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it came to its end"


PROOF = Proof("upgrade", "An upgrade is killed on the way", prove, quick=0, long=1, on_postgres=1)
