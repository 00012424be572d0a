"""Reading photos, always within one region."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.store.files import file_path
from parcels.store.tables import PROJECT
from parcels.store.within import within
from reports.photos.photo import Photo
from reports.tables import PHOTO

COLUMNS = (
    "id", "about", "region", "ledger_id", "file_name", "width", "height", "taken_at", "lon", "lat",
    "kept_at", "direction",
)  # fmt: skip


def photos_of(store: Store, actor: Actor, project: Project, about: str) -> list[Photo]:
    """Return the photos of one thing in the actor's region, oldest first.

    ``seen_elsewhere`` names the newest other thing that the very same picture was attached to.
    """
    if not access.may(actor, Action.SEE_PROGRESS):
        return []
    twin = PHOTO.alias("twin")
    elsewhere = (
        sa.select(twin.c.about)
        .where(twin.c.original_sha256 == PHOTO.c.original_sha256, twin.c.about != PHOTO.c.about)
        .where(twin.c.kept_at < PHOTO.c.kept_at, twin.c.project_id == PHOTO.c.project_id)
        .order_by(twin.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        sa.select(
            *(PHOTO.c[name] for name in COLUMNS),
            sa.func.coalesce(elsewhere, "").label("seen_elsewhere"),
        )
        .where(
            PHOTO.c.project_id == project.id,
            PHOTO.c.about == about,
            within(PHOTO.c.region, actor.region),
        )
        .order_by(PHOTO.c.id)
    )
    with store.reading() as connection:
        return [Photo(**row) for row in connection.execute(wanted).mappings()]


def is_sent() -> sa.ColumnElement[bool]:
    """Tell of a photo whether it was sent: one of a draft is its writer's alone."""
    return ~PHOTO.c.about.startswith("draft:")


def photos_near_parcel(
    store: Store,
    actor: Actor,
    project: Project,
    ledger_id: int,
    near_lonlat: tuple[float, float, float, float],
) -> list[Photo]:
    """Return the placed photos of a parcel or taken near it, oldest first; none of a draft."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    west, south, east, north = near_lonlat
    is_near = PHOTO.c.lon.between(west, east) & PHOTO.c.lat.between(south, north)
    wanted = (
        sa.select(*(PHOTO.c[name] for name in COLUMNS))
        .where(
            PHOTO.c.project_id == project.id,
            (PHOTO.c.ledger_id == ledger_id) | is_near,
            PHOTO.c.lon.is_not(None),
            is_sent(),
            within(PHOTO.c.region, region),
        )
        .order_by(PHOTO.c.id)
    )
    with store.reading() as connection:
        return [Photo(**row) for row in connection.execute(wanted).mappings()]


def photo_file(store: Store, actor: Actor, photo_id: int, *, is_small: bool) -> Path:
    """Return where a photo of the actor's region lies; raises Problem when there is none.

    One of a draft is its township's alone until the report is sent.
    """
    column = PHOTO.c.small_sha256 if is_small else PHOTO.c.served_sha256
    wanted = (
        sa.select(column)
        .join(PROJECT, PROJECT.c.id == PHOTO.c.project_id)
        .where(
            PHOTO.c.id == photo_id,
            within(PHOTO.c.region, actor.region),
            is_sent() | (PHOTO.c.region == actor.region),
        )
    )
    with store.reading() as connection:
        sha256 = connection.scalar(wanted)
    if sha256 is None or not access.may(actor, Action.SEE_PROGRESS):
        raise Problem(_("There is no such photo."))
    return file_path(store, sha256)
