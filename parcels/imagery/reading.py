"""Reading orthophotos and their tiles, always within one region."""

from __future__ import annotations

import threading
from typing import Any

import sqlalchemy as sa

from gis.imagery import TileFile
from gis.imagery.remote import fetch_tile
from gis.language import Problem, _
from gis.tiles import tile_bounds, to_lonlat
from parcels.imagery.image import ADDRESSES, Image, ImageState, Moment
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.regions import Level, narrower
from parcels.register.layers import region_outlines
from parcels.register.verdicts import judged_parcels
from parcels.settings import setting
from parcels.store.engine import Store
from parcels.store.files import file_path
from parcels.store.tables import IMAGERY

AROUND_DEGREES = 0.01  # about a kilometre beside one's own region: neighbours of parcels
KEPT_FILES = 16

Bounds = tuple[float, float, float, float]


def images(store: Store, actor: Actor, project: Project) -> list[Image]:
    """Return a project's orthophotos, newest first; removed ones left out."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = (
        sa.select(IMAGERY)
        .where(IMAGERY.c.project_id == project.id, IMAGERY.c.removed_at.is_(None))
        .order_by(IMAGERY.c.taken_on.desc(), IMAGERY.c.id.desc())
    )
    with store.reading() as connection:
        return [image_of_row(row) for row in connection.execute(wanted).mappings()]


def image_pair(store: Store, actor: Actor, project: Project) -> dict[Moment, Image]:
    """Return the newest ready image of each moment."""
    ready = [image for image in images(store, actor, project) if image.is_ready]
    return {image.moment: image for image in reversed(ready)}


def one_image(store: Store, actor: Actor, image_id: int) -> tuple[Image, Project]:
    """Return an image that the actor may see, and its project; raises Problem for any other."""
    with store.reading() as connection:
        row = connection.execute(sa.select(IMAGERY).where(IMAGERY.c.id == image_id)).mappings()
        found = row.first()
        if found is not None:
            project = one_project(connection, found["project_id"])
            region = narrower(actor.region, project.region)
            if region and access.may(actor, Action.SEE_PROGRESS, region):
                return image_of_row(found), project
    raise Problem(_("There is no such image for you."))


def image_of_row(row: Any) -> Image:
    """Return the image of a table row."""
    bounds = tuple(row[side] for side in ("west", "south", "east", "north"))
    return Image(
        id=row["id"],
        project_id=row["project_id"],
        title=row["title"],
        moment=Moment(row["moment"]),
        taken_on=row["taken_on"],
        file_name=row["file_name"],
        address=row["address"],
        state=ImageState(row["state"]),
        words=row["words"],
        tiles_sha256=row["tiles_sha256"],
        max_zoom=row["max_zoom"],
        pixel_m=row["pixel_m"],
        crs=row["crs"],
        bounds_lonlat=None if None in bounds else bounds,
    )


_opening = threading.Lock()
_open: dict[str, TileFile] = {}


def tiles_of(store: Store, image: Image) -> TileFile | None:
    """Return the image's file of tiles, opened once; None for one that is not ready or remote."""
    if image.tiles_sha256 is None:
        return None
    path = file_path(store, image.tiles_sha256)
    key = str(path)
    with _opening:
        if key not in _open:
            while len(_open) >= KEPT_FILES:
                del _open[next(iter(_open))]
            _open[key] = TileFile(path)
        return _open[key]


def tile_of(store: Store, image: Image, z: int, x: int, y: int) -> bytes | None:
    """Return a tile's picture, ours or the network's; None where there is none."""
    tiles = tiles_of(store, image)
    if tiles is not None:
        return tiles.tile(z, x, y)
    if not image.address:
        return None
    with store.reading() as connection:
        if not setting(connection, ADDRESSES.name):
            return None
    return fetch_tile(image.address, z, x, y)


def seen_window(store: Store, actor: Actor, project: Project) -> Bounds | None:
    """Return the bounds in which the actor sees imagery; None: everywhere in the project.

    A township sees its own ground with a margin, not its neighbours'.
    """
    region = narrower(actor.region, project.region)
    if region == project.region:
        return None
    for level in (Level.VILLAGE, Level.TOWNSHIP):
        outlines = region_outlines(store, region, level)
        if not outlines.empty:
            break
    else:
        outlines = judged_parcels(store, actor, project)
    if outlines.empty or outlines.geometry.dropna().empty:
        return (0.0, 0.0, 0.0, 0.0)
    west, south, east, north = (float(side) for side in outlines.total_bounds)
    margin = AROUND_DEGREES
    return west - margin, south - margin, east + margin, north + margin


def tile_meets(window: Bounds | None, z: int, x: int, y: int) -> bool:
    """Tell whether a tile touches a window in degrees; False for a tile that does not exist."""
    try:
        left, low, right, high = tile_bounds(z, x, y)
    except ValueError:
        return False
    if window is None:
        return True
    (west, south), (east, north) = to_lonlat(left, low), to_lonlat(right, high)
    return west <= window[2] and east >= window[0] and south <= window[3] and north >= window[1]
