"""The schema's steps: one line of migrations per package, each in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from gis.language import Problem, _
from parcels.store import tables  # noqa: F401  the register's tables join METADATA
from parcels.store.engine import Store
from parcels.store.schema import METADATA, MIGRATIONS

HOUSE = Path(__file__).resolve().parents[2]
VERSIONS = "alembic_version"


def migration_config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration over every package that has migrations.

    Packages above hand theirs in when they are imported; a command of this package has not
    imported them, so their folders are looked up beside it.
    """
    found = [folder.parent for folder in sorted(HOUSE.glob("*/migrations/versions"))]
    folders = [*MIGRATIONS, *(folder for folder in found if folder not in MIGRATIONS)]
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option(
        "version_locations", "\n".join(str(folder / "versions") for folder in folders)
    )
    config.attributes["connection"] = connection
    config.attributes["metadata"] = METADATA
    return config


def revisions(connection: sa.Connection) -> frozenset[str]:
    """Return the revisions a database is at; none for one without tables."""
    if not sa.inspect(connection).has_table(VERSIONS):
        return frozenset()
    return frozenset(connection.scalars(sa.text(f"SELECT version_num FROM {VERSIONS}")))  # noqa: S608


def is_newest(present: Collection[str]) -> bool:
    """Tell whether a database at these revisions has had every migration.

    Alembic's own table leaves out a revision that another one there depends on.
    """
    script = ScriptDirectory.from_config(migration_config())
    had: set[str] = set()
    ahead = list(present)
    while ahead:
        for one in script.get_revisions(ahead.pop()):
            if one is not None and one.revision not in had:
                had.add(one.revision)
                ahead += [*_names(one.down_revision), *_names(one.dependencies)]
    return had >= {one.revision for one in script.walk_revisions()}


def _names(said: str | Iterable[str] | None) -> Iterable[str]:
    return [said] if isinstance(said, str) else said or []


def require_known(present: frozenset[str]) -> None:
    """Raise a Problem for revisions that this software does not know, or for none."""
    script = ScriptDirectory.from_config(migration_config())
    if not present or not present <= {one.revision for one in script.walk_revisions()}:
        raise Problem(
            _(
                "This database was written by a newer version of the tracker; install that "
                "version. Nothing was changed."
            )
        )


def bring_to(connection: sa.Connection, wanted: Sequence[str]) -> None:
    """Run the migrations up to these revisions on a connection from ``altering``."""
    config = migration_config(connection)
    for revision in wanted:
        command.upgrade(config, revision)


@contextmanager
def altering(store: Store) -> Iterator[sa.Connection]:
    """Give the writer's connection for a change of tables: all of it or nothing.

    SQLite alters a table by making it anew, and while the old one goes its rows are referred to:
    foreign keys rest meanwhile and are all checked before the end.
    """
    with store.writing(is_altering=True) as connection:
        yield connection
        if store.is_sqlite:
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if lost is not None:
                raise RuntimeError(f"a row of {lost[0]} would refer to nothing in {lost[2]}")
