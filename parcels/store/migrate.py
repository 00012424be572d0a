"""Bring a database to the newest schema: one line of migrations per package, each in order."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from parcels.store import tables  # noqa: F401  the register's tables join METADATA
from parcels.store.engine import Store
from parcels.store.schema import METADATA, MIGRATIONS


def migration_config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration over every package that handed in migrations."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option(
        "version_locations", "\n".join(str(folder / "versions") for folder in MIGRATIONS)
    )
    config.attributes["connection"] = connection
    config.attributes["metadata"] = METADATA
    return config


def migrate(store: Store) -> None:
    """Run every migration this database has not had yet, in one transaction."""
    with store.writing() as connection:
        command.upgrade(migration_config(connection), "heads")
