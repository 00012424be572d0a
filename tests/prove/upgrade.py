"""An upgrade is killed on its way, from every schema there was: the old one stays, whole."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from parcels.people.actor import Role
from parcels.store.engine import Store, open_store
from parcels.store.migrate import migrate
from parcels.store.tables import PERSON
from parcels.store.upgrade import altering, bring_to, is_newest, migration_config, revisions
from tests.builders import person
from tests.prove.proof import Proof

SEED, FIRST = 8, "reports_0001"


def prove(kills: int, folder: Path) -> str:
    """From every schema (the first and the last but one in short) kill that many upgrades."""
    script = ScriptDirectory.from_config(migration_config())
    schemas = [one.revision for one in script.walk_revisions()][::-1]
    started = [name for name in schemas if name != "register_0001"]  # it had no people yet
    if kills == 1:
        started = [started[0], started[-2]]
    chance, killed = random.Random(SEED), 0
    for place, revision in enumerate(started):
        for number in range(kills):
            killed += _upgrade_from(folder / f"{place}-{number}", revision, chance)
    return (
        f"{killed} upgrades killed on the way from {len(started)} schemas: each time the schema "
        "and its rows were the old ones, and the next start brought them to the newest"
    )


def _upgrade_from(folder: Path, revision: str, chance: random.Random) -> int:
    store = open_store(folder)
    with altering(store) as connection:
        bring_to(connection, [FIRST, revision])
    with store.reading() as connection:
        before = revisions(connection)
        if is_newest(before):
            return 0
    person(store, "bureau", Role.BUREAU_CLERK)
    statements = _statements(folder, revision)
    old = _schema(store)
    _upgrade_and_die(store, chance.randint(1, statements))
    with store.reading() as connection:
        assert revisions(connection) == before, f"{revision}: half an upgrade"
    assert _schema(store) == old, f"{revision}: half an upgrade"
    migrate(store)
    with store.reading() as connection:
        assert is_newest(revisions(connection))
        assert connection.scalar(sa.select(PERSON.c.name)) == "bureau"
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    store.engine.dispose()
    return 1


def _schema(store: Store) -> list[Any]:
    wanted = "SELECT name, sql FROM sqlite_master ORDER BY name"
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(wanted)]


def _statements(folder: Path, revision: str) -> int:
    """Return how many statements an upgrade from here takes."""
    store, count = open_store(folder / "counted"), 0

    def counted(*_rest: Any) -> None:
        nonlocal count
        count += 1

    with altering(store) as connection:
        bring_to(connection, [FIRST, revision])
        sa.event.listen(connection, "before_cursor_execute", counted)
        bring_to(connection, ["heads"])
    store.engine.dispose()
    return count


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
            mine = open_store(store.folder)
            with altering(mine) as connection:
                sa.event.listen(connection, "before_cursor_execute", executed)
                bring_to(connection, ["heads"])
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it came to its end"


PROOF = Proof("upgrade", "An upgrade is killed on the way", prove, quick=0, long=4)
