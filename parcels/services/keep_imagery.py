"""Taking orthophotos in: registered at once, cut into tiles by the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from gis.imagery import Cut, cut_tiles
from gis.imagery.remote import require_template
from gis.language import Problem, _
from parcels.imagery.image import ADDRESSES, ImageState, Moment
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.settings import setting
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import file_path, note_file, place_file
from parcels.store.tables import CHECK_RUN, IMAGERY, PARCEL

INBOX = "imagery"  # beside the database: where an administrator lays files too large to upload
LAID_SUFFIXES = (".tif", ".tiff", ".mbtiles", ".zip")


def laid_files(store: Store) -> list[Path]:
    """Return the files laid into the imagery folder on the server, by name."""
    folder = store.folder / INBOX
    if not folder.is_dir():
        return []
    found = (path for path in folder.iterdir() if path.suffix.lower() in LAID_SUFFIXES)
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def keep_imagery(
    store: Store,
    actor: Actor,
    project_id: int,
    path: Path,
    *,
    file_name: str,
    title: str,
    moment: Moment,
    taken_on: date,
    crs: int | None = None,
    now: datetime,
) -> int:
    """Keep an image file unchanged and register it; return its id. ``cut_imagery`` comes next."""
    title = title.strip()
    with store.reading() as connection:
        project = one_project(connection, project_id)
    access.require(actor, Action.KEEP_IMAGERY, project.region)
    _require_told(title, taken_on, now)
    sha256 = place_file(store, path)  # gigabytes: nobody waits for the lock meanwhile
    with store.writing() as connection:
        note_file(connection, sha256, path.stat().st_size, now)
        return _insert(
            connection, actor, project, now=now,
            title=title, moment=moment.value, taken_on=taken_on, chosen_crs=crs,
            file_name=Path(file_name).name[-255:], file_sha256=sha256,
            state=ImageState.WAITING.value,
        )  # fmt: skip


def keep_address(
    store: Store,
    actor: Actor,
    project_id: int,
    address: str,
    *,
    title: str,
    moment: Moment,
    taken_on: date,
    max_zoom: int = 18,
    now: datetime,
) -> int:
    """Register a tile address inside the network; return its id. The office must allow them."""
    address, title = address.strip(), title.strip()
    with store.reading() as connection:
        project = one_project(connection, project_id)
        is_allowed = setting(connection, ADDRESSES.name)
    access.require(actor, Action.KEEP_IMAGERY, project.region)
    if not is_allowed:
        raise Problem(
            _("Imagery from addresses is not allowed here; the administrator can allow it.")
        )
    require_template(address)
    _require_told(title, taken_on, now)
    with store.writing() as connection:
        return _insert(
            connection, actor, project, now=now,
            title=title, moment=moment.value, taken_on=taken_on, address=address, file_name="",
            state=ImageState.READY.value, max_zoom=max_zoom,
        )  # fmt: skip


def cut_imagery(
    store: Store,
    actor: Actor,
    image_id: int,
    *,
    now: datetime,
    progress: Callable[[float], None] = lambda _share: None,
    beside: Callable[[sa.Connection], None] = lambda _connection: None,
) -> Cut:
    """Cut a registered file into tiles; raises Problem, kept beside the image, if it cannot be.

    ``beside`` runs in the same transaction as the end.
    """
    with store.reading() as connection:
        row = connection.execute(sa.select(IMAGERY).where(IMAGERY.c.id == image_id)).mappings()
        image = row.first()
        if image is None or image["file_sha256"] is None:
            raise Problem(_("There is no such image for you."))
        project = one_project(connection, image["project_id"])
        extent = project_extent(connection, project)
    access.require(actor, Action.KEEP_IMAGERY, project.region)
    with tempfile.TemporaryDirectory(dir=store.folder, prefix=".tiles_") as folder:
        tiles = Path(folder) / "tiles.sqlite"
        try:
            made = cut_tiles(
                file_path(store, image["file_sha256"]),
                tiles,
                name=image["file_name"],
                crs=image["chosen_crs"],
                extent_lonlat=extent,
                progress=progress,
            )
            _require_near(made, extent, image["file_name"])
        except Problem as problem:
            _end(store, actor, project, image_id, now, beside,
                 state=ImageState.REFUSED.value, words=str(problem))  # fmt: skip
            raise
        west, south, east, north = made.bounds_lonlat
        sha256 = place_file(store, tiles)
        with store.writing() as connection:
            note_file(connection, sha256, tiles.stat().st_size, now)
        _end(
            store, actor, project, image_id, now, beside,
            state=ImageState.READY.value, words="", tiles_sha256=sha256, crs=made.crs,
            max_zoom=made.max_zoom, pixel_m=made.pixel_m,
            west=west, south=south, east=east, north=north,
        )  # fmt: skip
    return made


def remove_imagery(
    store: Store, actor: Actor, image_id: int, *, reason: str, now: datetime
) -> None:
    """Show an image no longer; judgements that name it stay readable."""
    reason = reason.strip()
    with store.writing() as connection:
        image = connection.execute(sa.select(IMAGERY).where(IMAGERY.c.id == image_id)).first()
        if image is None:
            raise Problem(_("There is no such image for you."))
        project = one_project(connection, image.project_id)
        access.require(actor, Action.KEEP_IMAGERY, project.region)
        if not reason:
            raise Problem(_("Say why the image is taken out."))
        connection.execute(
            sa.update(IMAGERY).where(IMAGERY.c.id == image_id).values(removed_at=now)
        )
        audit.record(
            connection, actor, "remove_imagery", f"{project.code} {image.title}",
            now=now, region=project.region, after={"reason": reason},
        )  # fmt: skip


def project_extent(
    connection: sa.Connection, project: Project
) -> tuple[float, float, float, float] | None:
    """Return the bounds of the adopted parcels in degrees; None before the first adoption."""
    sides = (
        sa.func.min(PARCEL.c.west), sa.func.min(PARCEL.c.south),
        sa.func.max(PARCEL.c.east), sa.func.max(PARCEL.c.north),
    )  # fmt: skip
    wanted = (
        sa.select(*sides)
        .join(CHECK_RUN, CHECK_RUN.c.parcel_layer_id == PARCEL.c.layer_id)
        .where(CHECK_RUN.c.id == (project.adopted_check_id or 0))
    )
    west, south, east, north = connection.execute(wanted).one()
    return None if west is None else (west, south, east, north)


def _require_told(title: str, taken_on: date, now: datetime) -> None:
    if not title:
        raise Problem(_("Give the image a name, such as its source."))
    if taken_on > now.date():
        raise Problem(_("The image cannot have been taken in the future; mend its date."))


def _require_near(
    made: Cut, extent: tuple[float, float, float, float] | None, file_name: str
) -> None:
    if extent is None:
        return
    west, south, east, north = made.bounds_lonlat
    if west > extent[2] or east < extent[0] or south > extent[3] or north < extent[1]:
        raise Problem(
            _(
                "{file} shows {lon}° E, {lat}° N and no parcel of this project; check its "
                "coordinate system.",
                file=file_name,
                lon=f"{(west + east) / 2:.3f}",
                lat=f"{(south + north) / 2:.3f}",
            )
        )


def _insert(
    connection: sa.Connection, actor: Actor, project: Project, *, now: datetime, **values: object
) -> int:
    inserted = connection.execute(
        sa.insert(IMAGERY).values(
            project_id=project.id, created_at=now, created_by=actor.person_id, **values
        )
    ).inserted_primary_key
    assert inserted is not None  # noqa: S101  an insert of one row has a key
    told = {name: str(value) for name, value in values.items() if value is not None}
    audit.record(
        connection, actor, "keep_imagery", f"{project.code} {values['title']}",
        now=now, region=project.region, after=told,
    )  # fmt: skip
    return int(inserted[0])


def _end(
    store: Store,
    actor: Actor,
    project: Project,
    image_id: int,
    now: datetime,
    beside: Callable[[sa.Connection], None],
    **values: object,
) -> None:
    with store.writing() as connection:
        connection.execute(sa.update(IMAGERY).where(IMAGERY.c.id == image_id).values(**values))
        audit.record(
            connection, actor, "cut_imagery", f"{project.code} #{image_id}",
            now=now, region=project.region, after={"state": values["state"]},
        )  # fmt: skip
        if values["state"] == ImageState.READY.value:
            beside(connection)
