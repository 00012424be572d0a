"""Bring a database to the newest schema at start, after an automatic backup of what is there."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from gis.language import _
from parcels.settings import Kind, Setting, hand_in_setting, setting
from parcels.store.backup import back_up
from parcels.store.engine import Store
from parcels.store.postgis import keep_geometry_columns
from parcels.store.upgrade import (
    altering,
    bring_to,
    is_newest,
    migration_config,
    require_known,
    revisions,
)

__all__ = ["migrate", "migration_config"]

LOG = logging.getLogger("tracker.store")
BACKUPS_KEPT = hand_in_setting(
    Setting(
        "automatic_backups_kept",
        _("Automatic backups kept (one before each update of the database)"),
        Kind.WHOLE,
        5,
        least=1,
        most=100,
    )
)


def migrate(store: Store) -> Path | None:
    """Run every migration this database has not had yet, in one transaction.

    Return the automatic backup made before; None when there was nothing to migrate or to lose.
    """
    with store.reading() as connection:
        present = revisions(connection)
    if present:
        require_known(present)
    if is_newest(present):
        _keep_geometry_columns(store)
        return None
    kept = _back_up_first(store) if present else None
    with altering(store) as connection:
        bring_to(connection, ["heads"])
        keep_geometry_columns(connection)
    return kept


def _keep_geometry_columns(store: Store) -> None:
    if store.is_sqlite:
        return
    with altering(store) as connection:
        keep_geometry_columns(connection)


def _back_up_first(store: Store) -> Path:
    """Copy the database into ``backups`` beside it; migrations touch no uploaded file."""
    now = datetime.now(UTC)
    folder = store.folder / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    file = folder / f"before-update-{now:%Y%m%d-%H%M%S-%f}.zip"
    back_up(store, file, now=now, with_files=False)
    LOG.info("kept %s before the update", file)
    with store.reading() as connection:
        has_settings = sa.inspect(connection).has_table("setting")
        most = setting(connection, BACKUPS_KEPT.name) if has_settings else BACKUPS_KEPT.default
    for old in sorted(folder.glob("before-update-*.zip"))[:-most]:
        old.unlink()
    return file
