"""One database, opened with the discipline that keeps acknowledged reports.

SQLite: IMMEDIATE writers, a 30 s busy timeout, foreign keys, ``synchronous=FULL`` (NORMAL loses
acknowledged reports on power loss) and WAL only where the library has the WAL-reset race fixed.
PostgreSQL: the same promises; writers stand in one line behind an advisory lock, so that what a
service read (ceilings, the day's report, the audit head) still holds when it writes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from parcels.store.sqlite import sqlite3
from parcels.store.trouble import in_our_words

BUSY_TIMEOUT_MS = 30_000
WAL_FIXED_FROM = (3, 51, 3)
WAL_BACK_PORTS = {(3, 44): 6, (3, 50): 7}
WRITERS_LOCK = 4_906_251
# Below this much changed SQLite writes nothing before the commit: readers read on meanwhile.
SPILL_PAGES = 65_536
KEPT_OPEN = 32  # handles of SQLite
MOST_IN_A_LIST = 10_000  # names of an IN list; SQLite takes 32 766
Row = TypeVar("Row")
_here = threading.local()


@dataclass(frozen=True)
class Store:
    """An open database, its folder, and where uploaded originals lie (empty: in the folder)."""

    engine: sa.Engine
    folder: Path
    files_url: str = ""

    @property
    def files(self) -> Path:
        """The folder of originals; meaningless when they lie elsewhere."""
        return Path(self.files_url) if self.files_url else self.folder / "files"

    @property
    def files_are_elsewhere(self) -> bool:
        return "://" in self.files_url

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection whose transaction sees one state and changes nothing."""
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with _in_our_words(), self.engine.connect().execution_options(**level) as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def writing(
        self, *, is_altering: bool = False, patience_ms: int = BUSY_TIMEOUT_MS
    ) -> Iterator[sa.Connection]:
        """Give the writer's connection; commits at the end, rolls back on any error.

        ``is_altering``: SQLite's foreign keys rest meanwhile; ``upgrade.altering`` checks them.
        Raises Busy when another writer does not end within ``patience_ms``, or when the database
        is away or without room.
        """
        with _in_our_words(), self.engine.connect().execution_options(writes=True) as connection:
            try:
                if self.is_sqlite:
                    _say_to_sqlite(connection, f"foreign_keys={'OFF' if is_altering else 'ON'}")
                    _say_to_sqlite(connection, f"busy_timeout={patience_ms}")
                with connection.begin():
                    if not self.is_sqlite:
                        _stand_in_line(connection, patience_ms)
                    yield connection
                _here.written = written_here() + 1
            finally:
                if self.is_sqlite:
                    _say_to_sqlite(connection, "foreign_keys=ON")
                    _say_to_sqlite(connection, f"busy_timeout={BUSY_TIMEOUT_MS}")

    @contextmanager
    def beside(self) -> Iterator[sa.Connection]:
        """Give a connection that writes outside the writers' line, for rows nobody decides by.

        SQLite has one line only; on PostgreSQL a heartbeat need not wait for a long writer.
        """
        with (
            _in_our_words(),
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection


def written_here() -> int:
    """Return how often this thread has written: what it read before may have changed."""
    return int(getattr(_here, "written", 0))


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Say in our words that the database is held, away or without room."""
    try:
        yield
    except (sa.exc.DBAPIError, OSError) as error:  # originals are written in the block too
        if told := in_our_words(error):
            raise told from error
        raise


def _stand_in_line(connection: sa.Connection, patience_ms: int) -> None:
    connection.execute(sa.text(f"SET LOCAL lock_timeout = {patience_ms}"))
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITERS_LOCK)))


def folder_from_environment() -> Path:
    """Return ``TRACKER_VAR`` or ``var`` under the current folder."""
    return Path(os.environ.get("TRACKER_VAR", "var")).resolve()


def open_store(folder: Path, url: str | None = None, *, files_url: str | None = None) -> Store:
    """Open the database at ``url`` (default: ``TRACKER_DATABASE_URL``, else SQLite in the folder).

    Originals lie at ``files_url`` (default: ``TRACKER_FILES_URL``, else in the folder). The schema
    is not touched: ``migrate`` does that.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = os.environ.get("TRACKER_FILES_URL", "") if files_url is None else files_url
    address = url or os.environ.get("TRACKER_DATABASE_URL") or f"sqlite:///{folder / 'tracker.db'}"
    store = Store(_engine(address), folder, files)
    if not store.files_are_elsewhere:
        store.files.mkdir(parents=True, exist_ok=True, mode=0o700)
    return store


def _engine(address: str) -> sa.Engine:
    if not address.startswith("sqlite"):
        return sa.create_engine(address, pool_pre_ping=True)
    # a connection is a file handle: whoever waits, waits for the one writer, never for a handle
    engine = sa.create_engine(
        address,
        module=sqlite3,
        poolclass=sa.QueuePool,
        pool_size=KEPT_OPEN,
        max_overflow=-1,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def in_chunks(rows: Sequence[Row], most: int = MOST_IN_A_LIST) -> Iterator[Sequence[Row]]:
    """Give the rows in pieces that one statement can carry."""
    for start in range(0, len(rows), most):
        yield rows[start : start + most]


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite has the WAL-reset race fixed (3.51.3, or a back-port)."""
    if version >= WAL_FIXED_FROM:
        return True
    back_port = WAL_BACK_PORTS.get((version[0], version[1]))
    return back_port is not None and version[2] >= back_port


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    journal = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "DELETE"
    for pragma in (
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"cache_spill={SPILL_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _say_to_sqlite(connection: sa.Connection, pragma: str) -> None:
    """Set what SQLite takes outside a transaction only."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101  asked for on SQLite only
    driver.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
