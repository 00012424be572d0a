"""A restore drill: bring a backup back in a place of its own, and compare what came."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from parcels.store import audit
from parcels.store.archive import Manifest
from parcels.store.backup import DATABASE, FILES, restore
from parcels.store.engine import Store, open_store
from parcels.store.files import sha256_of
from parcels.store.migrate import migrate
from parcels.store.snapshot import row_counts
from parcels.store.upgrade import VERSIONS


@dataclass(frozen=True)
class Drill:
    """What a backup said of itself, and what came back from it."""

    made: Manifest
    rows: Mapping[str, int]  # by table
    damaged_files: list[str]  # by hash; those that were lost before the backup are not among them
    files: int
    head: str
    broken_at: int | None  # a row of the audit log, after the update to this version's schema

    @property
    def is_equal(self) -> bool:
        """Tell whether everything came back as it was."""
        return (
            dict(self.rows) == dict(self.made.rows)
            and not self.damaged_files
            and self.broken_at is None
            and self.head == (self.made.audit_head or audit.FIRST_HASH)
        )


def rehearse(file: Path, folder: Path) -> Drill:
    """Restore a backup into a new place under ``folder``, look at it, and remove it again.

    Nothing else is touched, whatever database the register is in; raises Problem for a file that
    is no whole backup.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".drill-") as work:
        place = Path(work)
        store = open_store(place, f"sqlite:///{place / DATABASE}", files_url=str(place / FILES))
        try:
            made = restore(store, file)
            rows = row_counts(place / DATABASE)
            hashes = [path for path in store.files.rglob("*") if path.is_file()]
            damaged = sorted(path.name for path in hashes if sha256_of(path) != path.name)
            with store.reading() as connection:
                head = audit.head(connection)
            migrate(store)
            with store.reading() as connection:
                broken_at = audit.broken_at(connection)
        finally:
            store.engine.dispose()
    return Drill(made, rows, damaged, len(hashes), head, broken_at)


def rows_now(store: Store) -> dict[str, int]:
    """Return how many rows each table of a register has; none where there is none."""
    with store.reading() as connection:
        names = sa.inspect(connection).get_table_names()
        if VERSIONS not in names:
            return {}
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
            for name in sorted(names)
        }
