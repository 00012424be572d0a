"""A backup while the application runs, and its restore."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.store.archive import (
    DATABASE,
    Manifest,
    office_files,
    put_office_file,
    read_manifest,
    unpack,
    writing_archive,
)
from parcels.store.engine import Store
from parcels.store.files import file_path, has_file, put_file, sha256_of
from parcels.store.snapshot import (
    Progress,
    open_snapshot,
    read_snapshot,
    row_counts,
    write_snapshot,
)
from parcels.store.sqlite import sqlite3

FILES = "files"


def back_up(store: Store, file: Path, *, now: datetime, with_files: bool = True) -> Manifest:
    """Write register, originals and settings into one file; return what it holds.

    The database is one state; originals never change and are written before the row that names
    them, so every original of that state is there. One that is lost or damaged is named in
    ``missing``, and the rest is kept.
    """
    if file.exists():
        raise Problem(_("{file} exists already; choose another name.", file=file))
    if not file.parent.is_dir():
        raise Problem(_("There is no folder {folder}; make it first.", folder=file.parent))
    missing = []
    with tempfile.TemporaryDirectory(dir=store.folder, prefix=".backup-") as work:
        copy = Path(work) / DATABASE
        write_snapshot(store, copy)
        with writing_archive(file) as archive:
            archive.add(copy, DATABASE)
            for sha256 in _hashes_in(copy) if with_files else []:
                if not has_file(store, sha256):
                    missing.append(sha256)
                    continue
                path = file_path(store, sha256)
                if sha256_of(path) != sha256:
                    missing.append(sha256)
                    continue
                archive.add(path, f"{FILES}/{sha256[:2]}/{sha256}")
            for path, name in office_files(store.folder) if with_files else []:
                archive.add(path, name)
            manifest = Manifest(
                made_at=now.isoformat(),
                engine=store.engine.dialect.name,
                revisions=_column_of(copy, "alembic_version", "version_num"),
                audit_head=next(iter(_column_of(copy, "audit", "hash", last=True)), ""),
                has_files=with_files,
                rows=row_counts(copy),
                missing=missing,
            )
            archive.finish(manifest)
    return manifest


def restore(
    store: Store,
    file: Path,
    *,
    replace: bool = False,
    progress: Progress = lambda _what: None,
    record: Callable[[sa.Connection, Manifest], None] | None = None,
) -> Manifest:
    """Make the store equal to a backup; raises Problem and changes nothing when it cannot be.

    Everything is checked first. Originals come before the database: they are named by their
    content and harm nobody. The database then changes in one transaction, so whatever interrupts
    leaves the old register or the new one. ``replace`` allows a store that is not empty;
    ``record`` writes into the register that comes back, before it does: both come or neither.
    """
    manifest = read_manifest(file)
    if not replace and not is_empty(store):
        raise Problem(
            _(
                "This place holds a register already; nothing was changed. Restore into an empty "
                "folder (TRACKER_VAR) or database, or say --replace."
            )
        )
    with tempfile.TemporaryDirectory(dir=store.folder, prefix=".restore-") as work:
        part = Path(work) / "part"
        copy = Path(work) / DATABASE
        unpack(file, DATABASE, copy)
        _require_sound(copy, manifest, file)
        if not manifest.has_files:
            _require_originals(store, copy)
        for name in manifest.members:
            if name == DATABASE:
                continue
            unpack(file, name, part)
            if name.startswith(f"{FILES}/"):
                put_file(store, part, name.rpartition("/")[2])
            else:
                put_office_file(part, store.folder, name)
        progress(FILES)
        if record is not None:
            _written_into(copy, manifest, record)
        read_snapshot(store, copy, progress)
    return manifest


def _written_into(
    copy: Path, manifest: Manifest, record: Callable[[sa.Connection, Manifest], None]
) -> None:
    opened = open_snapshot(copy)
    try:
        with opened.writing() as connection:
            record(connection, manifest)
    finally:
        opened.engine.dispose()


def is_empty(store: Store) -> bool:
    """Tell whether a database has no tables, or nobody in them."""
    with store.reading() as connection:
        if not sa.inspect(connection).has_table("person"):
            return True
        return not connection.scalar(sa.text("SELECT count(*) FROM person"))


def _require_sound(copy: Path, manifest: Manifest, file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as connection:
            is_sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        is_sound = is_sound and row_counts(copy) == dict(manifest.rows)
    except sqlite3.DatabaseError:
        is_sound = False
    if not is_sound:
        raise Problem(
            _("The database in {file} is damaged; use another backup. Nothing was changed.",
              file=file)
        )  # fmt: skip


def _require_originals(store: Store, copy: Path) -> None:
    lost = [sha256 for sha256 in _hashes_in(copy) if not has_file(store, sha256)]
    if lost:
        raise Problem(
            _(
                "This backup holds the database only, and {count} of its uploaded files are not "
                "here; nothing was changed. Restore a whole backup first.",
                count=len(lost),
            )
        )


def _hashes_in(copy: Path) -> list[str]:
    return _column_of(copy, "stored_file", "sha256")


def _column_of(copy: Path, table: str, column: str, *, last: bool = False) -> list[str]:
    """Return a column of a snapshot in order, or only its newest value."""
    order = "rowid DESC LIMIT 1" if last else column
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute(f"SELECT {column} FROM {table} ORDER BY {order}")  # noqa: S608
        return [str(value) for (value,) in rows]
