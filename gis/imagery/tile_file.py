"""Our own file of tiles: one SQLite table by zoom, column and row (counted from the north).

Written only by our child process, so that what the app opens was never made by a stranger.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SIGNS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def media_type(image: bytes) -> str | None:
    """Return the kind of picture by its first bytes; None for anything else."""
    for sign, kind in SIGNS.items():
        if image.startswith(sign):
            return kind if kind != "image/webp" or image[8:12] == b"WEBP" else None
    return None


class TileFile:
    """A finished file of tiles, read by any number of threads."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        row = self._connection().execute("SELECT told FROM about").fetchone()
        self.about: Mapping[str, Any] = json.loads(row[0])

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile's picture; None where there is none."""
        found = self._connection().execute(
            "SELECT image FROM tile WHERE z = ? AND x = ? AND y = ?", (z, x, y)
        )
        row = found.fetchone()
        return bytes(row[0]) if row else None

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(self._address, uri=True)
        connection: sqlite3.Connection = self._local.connection
        return connection


class TileWriter:
    """The file while it is written."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(
            "CREATE TABLE tile (z INTEGER, x INTEGER, y INTEGER, image BLOB NOT NULL, "
            "PRIMARY KEY (z, x, y)) WITHOUT ROWID"
        )
        self._connection.execute("CREATE TABLE about (told TEXT NOT NULL)")

    def put(self, z: int, x: int, y: int, image: bytes) -> None:
        """Write one tile; a second one of the same place is left out."""
        self._connection.execute("INSERT OR IGNORE INTO tile VALUES (?, ?, ?, ?)", (z, x, y, image))

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile written before."""
        row = self._connection.execute(
            "SELECT image FROM tile WHERE z = ? AND x = ? AND y = ?", (z, x, y)
        ).fetchone()
        return row[0] if row else None

    def parents(self, z: int) -> Iterator[tuple[int, int]]:
        """Give the places one level up that have a tile below them."""
        asked = "SELECT DISTINCT x / 2, y / 2 FROM tile WHERE z = ? ORDER BY 1, 2"
        yield from self._connection.execute(asked, (z,)).fetchall()

    def count(self, z: int) -> int:
        """Return how many tiles a level has."""
        row = self._connection.execute("SELECT count(*) FROM tile WHERE z = ?", (z,)).fetchone()
        return int(row[0])

    def range_of(self, z: int) -> tuple[int, int, int, int]:
        """Return west, north, east, south of a level, in tiles, both ends included."""
        asked = "SELECT min(x), min(y), max(x), max(y) FROM tile WHERE z = ?"
        west, north, east, south = self._connection.execute(asked, (z,)).fetchone()
        return west, north, east, south

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write what the file holds, and close it."""
        self._connection.execute("INSERT INTO about VALUES (?)", (json.dumps(about),))
        self._connection.commit()
        self._connection.close()
