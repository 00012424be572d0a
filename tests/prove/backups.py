"""Backups that were damaged are refused, and a restore that is killed leaves the old or the new."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.people.actor import Role
from parcels.store import snapshot
from parcels.store.backup import back_up, restore
from parcels.store.engine import Store, open_store
from parcels.store.files import file_path, sha256_of
from parcels.store.schema import METADATA
from parcels.store.tables import STORED_FILE
from tests.builders import person
from tests.prove.county import found_county
from tests.prove.databases import another_store
from tests.prove.proof import Proof

SEED, CUTS_OF_FLIPS, KILLS_OF_FLIPS = 8, 4, 5
PAGES_AT_ONCE = 8


def prove(flips: int, folder: Path) -> str:
    """Flip that many bits, cut a quarter as often, kill a restore a tenth as often."""
    store = open_store(folder / "var")
    found_county(store, townships=3, parcels=4)
    file = folder / "backup.zip"
    back_up(store, file, now=datetime.now(UTC))
    person(store, "later", Role.INSPECTOR)
    chance, whole, live = random.Random(SEED), file.read_bytes(), _content(store)
    damaged = [_flipped(whole, chance) for _one in range(flips)]
    cuts = max(1, flips // CUTS_OF_FLIPS)
    damaged += [whole[: chance.randrange(len(whole))] for _one in range(cuts)]
    broken = folder / "broken.zip"
    for content in damaged:
        broken.write_bytes(content)
        with pytest.raises(Problem):
            restore(store, broken, replace=True)
        assert _content(store) == live, "a damaged backup changed the register"
    kills = max(2, flips // KILLS_OF_FLIPS)
    old, (new, steps, took_s) = _rows(store), _restored(folder, file)
    ends = {"old": 0, "new": 0}
    for number in range(kills):
        if number % 2:  # at a step of the copying, or at any moment whatever
            _restore_and_die(store, file, step=chance.randint(1, steps))
        else:
            _restore_and_die(store, file, after_s=chance.uniform(0, took_s))
        rows = _rows(store)
        assert rows in (old, new), f"kill {number}: the register is a mixture"
        with store.reading() as connection:
            for sha256 in connection.scalars(sa.select(STORED_FILE.c.sha256)):
                assert sha256_of(file_path(store, sha256)) == sha256, f"kill {number}: {sha256}"
        ends["old" if rows == old else "new"] += 1
        if rows == new:
            person(store, "later", Role.INSPECTOR)
            old = _rows(store)
    store.engine.dispose()
    return (
        f"{flips} flipped bits and {cuts} truncations: all refused, not a byte of the live "
        f"register changed; restore killed {kills} times: {ends['old']} times the old register, "
        f"{ends['new']} times the new one, never a mixture"
    )


def _flipped(whole: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(whole))
    return whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]


def _content(store: Store) -> dict[str, Any]:
    """Return the hash of the database (on PostgreSQL its rows) and of every kept file."""
    paths = [store.folder / "tracker.db", *sorted(store.files.rglob("*"))]
    rows = {} if store.is_sqlite else _rows(store)
    return rows | {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()
    }


def _rows(store: Store) -> dict[str, list[Any]]:
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in METADATA.sorted_tables
        }


def _restored(folder: Path, file: Path) -> tuple[dict[str, list[Any]], int, float]:
    """Return the rows of a restore that nobody disturbs, how many steps it has and how long."""
    other, steps = another_store(folder / "other"), 0

    def progress(_what: str) -> None:
        nonlocal steps
        steps += 1

    snapshot.PAGES_AT_ONCE = PAGES_AT_ONCE
    began = time.monotonic()
    restore(other, file, progress=progress)
    took_s = time.monotonic() - began
    rows = _rows(other)
    other.engine.dispose()
    return rows, steps, took_s


def _restore_and_die(store: Store, file: Path, *, step: int = 0, after_s: float = 0.0) -> None:
    """Restore in a child that kills itself at a step, or that is killed after some time."""
    store.engine.dispose()  # nothing open goes over into the child
    child = os.fork()
    if child == 0:
        told = 0

        def progress(_what: str) -> None:
            nonlocal told
            told += 1
            if told == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            restore(store, file, replace=True, progress=progress)
        finally:
            os._exit(0)
    if not step:
        time.sleep(after_s)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


PROOF = Proof(
    "backups", "Damaged backups and killed restores", prove, quick=10, long=200, on_postgres=200
)
