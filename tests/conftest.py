"""Stores for the tests: SQLite always, PostgreSQL too when TRACKER_TEST_POSTGRES_URL names one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import settings

from parcels.store.engine import Store, open_store
from parcels.store.migrate import migrate
from parcels.store.schema import METADATA
from reports import tables as _reports  # noqa: F401  hands in its migrations

POSTGRES_URL = os.environ.get("TRACKER_TEST_POSTGRES_URL", "")
ENGINES = ["sqlite", "postgresql"] if POSTGRES_URL else ["sqlite"]


# a busy machine is slow now and then: that is no defect of what is tested
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@dataclass
class Databases:
    """Empty databases of one engine; a migrated one is made once and used again."""

    kind: str
    folder: Path
    url: str | None = None
    migrated: Store | None = None

    def bare(self, folder: Path) -> Store:
        """Open a database without any table."""
        if self.kind == "sqlite":
            return open_store(folder, f"sqlite:///{folder / 'tracker.db'}")
        store = open_store(folder, self.url)
        with store.engine.begin() as connection:
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        self.migrated = None
        return store

    def empty(self, folder: Path) -> Store:
        """Open a database with every table and no row."""
        if self.kind == "sqlite":
            model = self.folder / "tracker.db"
            if not model.exists():
                made = self.bare(self.folder)
                migrate(made)
                made.engine.dispose()
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(model, folder / "tracker.db")
            return self.bare(folder)
        if self.migrated is None:
            made = self.bare(folder)
            migrate(made)
            self.migrated = made
        with self.migrated.engine.begin() as connection:  # TRUNCATE is slower on tables this small
            # published rows refuse to be deleted, by a trigger that only this hushes
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            for table in reversed(METADATA.sorted_tables):
                if connection.execute(sa.delete(table)).rowcount and "id" in table.c:
                    counter = sa.func.pg_get_serial_sequence(table.name, "id")
                    connection.execute(sa.select(sa.func.setval(counter, 1, False)))
        return open_store(folder, self.url)


@pytest.fixture(scope="session", params=ENGINES)
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("databases")
    if request.param == "sqlite":
        yield Databases("sqlite", folder)
        return
    name = f"tracker_test_{uuid4().hex[:12]}"
    server = sa.create_engine(POSTGRES_URL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    url = sa.make_url(POSTGRES_URL).set(database=name)
    yield Databases("postgresql", folder, url.render_as_string(hide_password=False))
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def bare_store(databases: Databases, tmp_path: Path) -> Iterator[Store]:
    """A database without any table."""
    store = databases.bare(tmp_path / "var")
    yield store
    store.engine.dispose()


@pytest.fixture
def store(databases: Databases, tmp_path: Path) -> Iterator[Store]:
    """A database with every table and no row."""
    store = databases.empty(tmp_path / "var")
    yield store
    store.engine.dispose()
