"""Uploaded originals, unchanged and named by the hash of their content.

They lie in a folder of this machine, or behind any address that fsspec opens; what lies elsewhere
is fetched once into the store's folder and read there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import fsspec
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.store.engine import Store
from parcels.store.tables import STORED_FILE


def keep_file(store: Store, connection: sa.Connection, path: Path, now: datetime) -> str:
    """Copy a file into the store and return its SHA-256; the same content is kept once.

    A large one is placed first and noted then: nobody can write while a transaction copies it.
    """
    sha256 = place_file(store, path)
    note_file(connection, sha256, path.stat().st_size, now)
    return sha256


def place_file(store: Store, path: Path) -> str:
    """Copy a file into the store and return its SHA-256; no row names it yet."""
    sha256 = sha256_of(path)
    put_file(store, path, sha256)
    return sha256


def note_file(connection: sa.Connection, sha256: str, size_bytes: int, now: datetime) -> None:
    """Write the row of a file that was placed; the same content has one."""
    if not connection.scalar(sa.select(STORED_FILE.c.sha256).where(STORED_FILE.c.sha256 == sha256)):
        connection.execute(
            sa.insert(STORED_FILE).values(sha256=sha256, size_bytes=size_bytes, stored_at=now)
        )


def put_file(store: Store, path: Path, sha256: str) -> None:
    """Copy a file of this hash to its place, whole or not at all."""
    if store.files_are_elsewhere:
        _put_elsewhere(store, path, sha256)
        return
    kept = _local_place(store.files, sha256)
    if not kept.exists():
        _copy(path, kept)


def file_path(store: Store, sha256: str) -> Path:
    """Return where a file of this hash lies on this machine, fetched first from elsewhere."""
    if not store.files_are_elsewhere:
        return _local_place(store.files, sha256)
    kept = _local_place(store.folder / "fetched", sha256)
    if not kept.exists():
        with _elsewhere(store) as (system, root), tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / "part"
            system.get_file(_name(root, sha256), str(part))
            if sha256_of(part) != sha256:
                raise Problem(
                    _("The kept file {sha256} is damaged; restore it from a backup.", sha256=sha256)
                )
            _copy(part, kept)
    return kept


def has_file(store: Store, sha256: str) -> bool:
    """Tell whether a file of this hash is kept."""
    if not store.files_are_elsewhere:
        return _local_place(store.files, sha256).is_file()
    with _elsewhere(store) as (system, root):
        return bool(system.exists(_name(root, sha256)))


def sha256_of(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy(path: Path, to: Path) -> None:
    """Copy so that a file of the final name is always whole and on the disk."""
    to.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=to.parent)
    try:
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        Path(part).replace(to)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _put_elsewhere(store: Store, path: Path, sha256: str) -> None:
    with _elsewhere(store) as (system, root):
        kept = _name(root, sha256)
        if system.exists(kept):
            return
        part = f"{kept}.{uuid4().hex}"
        system.makedirs(kept.rpartition("/")[0], exist_ok=True)
        system.put_file(str(path), part)
        system.mv(part, kept)


@contextmanager
def _elsewhere(store: Store) -> Iterator[tuple[fsspec.AbstractFileSystem, str]]:
    """Give the file system and its root; what it raises becomes our own words."""
    try:
        system, root = fsspec.core.url_to_fs(store.files_url)
        yield system, root.rstrip("/")
    except Problem:
        raise
    except (OSError, ValueError, ImportError) as error:
        raise Problem(
            _(
                "The kept files at {url} cannot be reached ({reason}); nothing was changed. Ask "
                "the administrator to look after TRACKER_FILES_URL.",
                url=store.files_url.rpartition("@")[2],  # never a password
                reason=type(error).__name__,
            )
        ) from error


def _local_place(folder: Path, sha256: str) -> Path:
    _require_hash(sha256)
    return folder / sha256[:2] / sha256


def _name(root: str, sha256: str) -> str:
    _require_hash(sha256)
    return f"{root}/{sha256[:2]}/{sha256}"


def _require_hash(sha256: str) -> None:
    if len(sha256) != 64 or not all(letter in "0123456789abcdef" for letter in sha256):
        raise ValueError("not a SHA-256")
