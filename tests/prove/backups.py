"""Backups that were damaged are refused, and a restore that is killed leaves the old or the new."""

from __future__ import annotations

import hashlib
import os
import random
import signal
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
from parcels.store.schema import METADATA
from tests.builders import person
from tests.prove.county import found_county
from tests.prove.proof import Proof

SEED, CUTS_OF_FLIPS, KILLS_OF_FLIPS = 8, 4, 10


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
    kills = max(1, flips // KILLS_OF_FLIPS)
    old, new = _rows(store), _restored_rows(folder, file)
    ends = {"old": 0, "new": 0}
    for number in range(kills):
        _restore_and_die(store, file, chance.randint(1, 30))
        rows = _rows(store)
        assert rows in (old, new), f"kill {number}: the register is a mixture"
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


def _content(store: Store) -> dict[str, str]:
    """Return the hash of the database and of every kept file."""
    paths = [store.folder / "tracker.db", *sorted(store.files.rglob("*"))]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()
    }


def _rows(store: Store) -> dict[str, list[Any]]:
    with store.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in METADATA.sorted_tables
        }


def _restored_rows(folder: Path, file: Path) -> dict[str, list[Any]]:
    other = open_store(folder / "other")
    restore(other, file)
    rows = _rows(other)
    other.engine.dispose()
    return rows


def _restore_and_die(store: Store, file: Path, moment: int) -> None:
    """Restore in a child that kills itself on the way."""
    store.engine.dispose()  # nothing open goes over into the child
    child = os.fork()
    if child == 0:
        told = 0

        def progress(_what: str) -> None:
            nonlocal told
            told += 1
            if told == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            snapshot.PAGES_AT_ONCE = 8
            restore(open_store(store.folder), file, replace=True, progress=progress)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


PROOF = Proof("backups", "Damaged backups and killed restores", prove, quick=10, long=200)
