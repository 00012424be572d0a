"""The whole database as one SQLite file, from either engine and back into either.

From SQLite its backup API copies pages, from PostgreSQL every table is read in one REPEATABLE READ
transaction: both give one consistent state while others write. So a backup does not care where it
came from, and a county that outgrows SQLite moves by backup and restore.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from parcels.store.engine import Store, open_store
from parcels.store.sqlite import sqlite3
from parcels.store.upgrade import VERSIONS, altering, bring_to, require_known, revisions

ROWS_AT_ONCE = 2_000
PAGES_AT_ONCE = 2_000
NOT_OURS = frozenset({VERSIONS, "spatial_ref_sys"})
KEPT_BY_TRIGGERS = frozenset({"work_total"})  # filled as the rows it sums up are copied

Progress = Callable[[str], None]


class _JsonText(sa.types.UserDefinedType[str]):
    """JSON on PostgreSQL as the very text it was written in: null stays null, order stays."""

    cache_ok = True

    def bind_expression(self, bindvalue: sa.BindParameter[str]) -> sa.ColumnElement[Any]:
        return sa.cast(sa.type_coerce(bindvalue, sa.Text), sa.JSON)

    def column_expression(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.cast(column, sa.Text)


def write_snapshot(store: Store, path: Path) -> None:
    """Write one state of the whole database as a SQLite file while others read and write."""
    if store.is_sqlite:
        with closing(sqlite3.connect(path)) as target:
            raw = store.engine.raw_connection()
            try:
                source = raw.driver_connection
                assert isinstance(source, sqlite3.Connection)  # noqa: S101  is_sqlite
                source.backup(target)
                target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            finally:
                raw.close()
        return
    copy = open_snapshot(path)
    try:
        with store.reading() as source, altering(copy) as into:
            bring_to(into, sorted(revisions(source)))
            _copy_rows(source, into, lambda _table: None)
    finally:
        copy.engine.dispose()


def read_snapshot(store: Store, path: Path, progress: Progress = lambda _what: None) -> None:
    """Make a database equal to a snapshot: wholly, or not at all when anything interrupts."""
    copy = open_snapshot(path)
    try:
        with copy.reading() as source:
            present = revisions(source)
        require_known(present)
        if store.is_sqlite:
            _replace_pages(store, path, progress)
            return
        with copy.reading() as source, altering(store) as into:
            _drop_tables(into)
            bring_to(into, sorted(present))
            _copy_rows(source, into, progress)
            _set_counters(into)
    finally:
        copy.engine.dispose()


def row_counts(path: Path) -> dict[str, int]:
    """Return how many rows each table of a snapshot has."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for (name,) in sorted(names)
        }


def open_snapshot(path: Path) -> Store:
    """Open a snapshot as the store it is."""
    return open_store(path.parent, f"sqlite:///{path}", files_url=str(path.parent / "unused"))


def _replace_pages(store: Store, path: Path, progress: Progress) -> None:
    """Copy pages into the live file in one transaction of SQLite's own: its journal undoes it."""

    def tell(_status: int, left: int, _total: int) -> None:
        progress(f"{left}")

    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source:
        raw = store.engine.raw_connection()
        try:
            target = raw.driver_connection
            assert isinstance(target, sqlite3.Connection)  # noqa: S101  is_sqlite
            source.backup(target, pages=PAGES_AT_ONCE, progress=tell)
        finally:
            raw.close()
    store.engine.dispose()


def _copy_rows(source: sa.Connection, into: sa.Connection, progress: Progress) -> None:
    theirs, ours = _reflected(source), _reflected(into)
    for table in ours.sorted_tables:
        if table.name in NOT_OURS | KEPT_BY_TRIGGERS:
            continue
        names = [column.name for column in table.c if column.computed is None]
        names = [name for name in names if name in theirs.tables[table.name].c]
        wanted = sa.select(*(theirs.tables[table.name].c[name] for name in names))
        key = [theirs.tables[table.name].c[column.name] for column in table.primary_key]
        rows = source.execution_options(yield_per=ROWS_AT_ONCE).execute(wanted.order_by(*key))
        for part in rows.mappings().partitions(ROWS_AT_ONCE):
            into.execute(sa.insert(table), [dict(row) for row in part])
        progress(table.name)


def _reflected(connection: sa.Connection) -> sa.MetaData:
    """Return the tables as the database has them, with JSON as text."""
    found = sa.MetaData()
    present = set(sa.inspect(connection).get_table_names()) - NOT_OURS
    with warnings.catch_warnings():  # PostGIS's column is not ours and is left out
        warnings.filterwarnings("ignore", "Did not recognize type 'geometry'")
        found.reflect(connection, only=sorted(present))
    as_text: type[sa.types.TypeEngine[Any]] = (
        sa.Text if connection.dialect.name == "sqlite" else _JsonText
    )
    for table in found.tables.values():
        for column in table.c:
            if isinstance(column.type, sa.JSON):
                column.type = as_text()
    return found


def _drop_tables(connection: sa.Connection) -> None:
    for name in sorted((set(sa.inspect(connection).get_table_names()) - NOT_OURS) | {VERSIONS}):
        connection.execute(sa.text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))


def _set_counters(connection: sa.Connection) -> None:
    for table in _reflected(connection).tables.values():
        for column in table.primary_key:
            counter = connection.scalar(
                sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name))
            )
            if counter:
                most = connection.scalar(sa.select(sa.func.max(column)))
                connection.execute(sa.select(sa.func.setval(counter, most or 1, most is not None)))
