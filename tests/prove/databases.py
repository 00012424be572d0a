"""The two databases that a proof runs on: SQLite in its folder, or a PostgreSQL of our own.

Which one it is stands in ``TRACKER_DATABASE_URL``, as for the application: what a proof opens and
the servers that it starts find the same one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from parcels.store.engine import Store, open_store
from tests.prove.postgres import cluster

URL = "TRACKER_DATABASE_URL"
KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def on(kind: str) -> Iterator[None]:
    """Let everything that opens a store meanwhile find this database."""
    before = os.environ.pop(URL, None)
    try:
        if kind == "SQLite":
            yield
        else:
            with cluster() as postgres:
                os.environ[URL] = postgres.url
                yield
    finally:
        os.environ.pop(URL, None)
        if before is not None:
            os.environ[URL] = before


def another_store(folder: Path) -> Store:
    """Open a second, empty database of the kind that the proof runs on."""
    url = os.environ.get(URL)
    if url is None:
        return open_store(folder)
    name = f"another_{uuid4().hex[:12]}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    server.dispose()
    other = sa.make_url(url).set(database=name)
    return open_store(folder, other.render_as_string(hide_password=False))
