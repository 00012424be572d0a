"""Uploaded originals, unchanged and named by the hash of their content."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from parcels.store.engine import Store
from parcels.store.tables import STORED_FILE


def keep_file(store: Store, connection: sa.Connection, path: Path, now: datetime) -> str:
    """Copy a file into the store and return its SHA-256; the same content is kept once."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    kept = file_path(store, sha256)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=kept.parent)
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        Path(part).replace(kept)
    if not connection.scalar(sa.select(STORED_FILE.c.sha256).where(STORED_FILE.c.sha256 == sha256)):
        connection.execute(
            sa.insert(STORED_FILE).values(
                sha256=sha256, size_bytes=kept.stat().st_size, stored_at=now
            )
        )
    return sha256


def file_path(store: Store, sha256: str) -> Path:
    """Return where a file of this hash lies."""
    if len(sha256) != 64 or not all(letter in "0123456789abcdef" for letter in sha256):
        raise ValueError("not a SHA-256")
    return store.files / sha256[:2] / sha256
