"""Trying the office's basemap: one tile in the middle of its ground, and what came of it."""

from __future__ import annotations

import math

import sqlalchemy as sa

from gis.language import Problem, Text, _
from gis.tiles import tile_bounds, to_mercator
from parcels.imagery.basemap import is_unfinished, wanted_basemap
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.store.engine import Store
from parcels.store.tables import PARCEL

ZOOM, COUNTRY_ZOOM = 14, 4
COUNTRY = (104.0, 36.0)  # the middle of China, for an office without parcels


def try_basemap(store: Store, actor: Actor) -> Text | None:
    """Return what a tile of the basemap was; None without a basemap; raises Problem."""
    access.require(actor, Action.KEEP_SETTINGS, actor.region)
    sides = [sa.func.avg(column) for column in (PARCEL.c.west, PARCEL.c.south)]
    with store.reading() as connection:
        if is_unfinished(connection):
            raise Problem(_("The basemap's address or key is missing; the maps have none yet."))
        ground = wanted_basemap(connection)
        middle = connection.execute(sa.select(*sides)).one()
    if ground is None:
        return None
    ground.require_whole()
    is_placed = None not in middle and all(map(math.isfinite, middle))
    lon, lat = (middle[0], middle[1]) if is_placed else COUNTRY
    z, x, y = _tile_at(lon, lat, ZOOM if is_placed else COUNTRY_ZOOM)
    image = ground.tile(z, x, y)
    if image is None:
        raise Problem(_("The basemap answers, but has no picture in the middle of this office's "
                        "ground (level {z}, column {x}, row {y}).", z=z, x=x, y=y))  # fmt: skip
    return _("The basemap answers: a tile of {kb} KB (level {z}, column {x}, row {y}).",
             kb=math.ceil(len(image) / 1024), z=z, x=x, y=y)  # fmt: skip


def _tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    west, _south, east, north = tile_bounds(0, 0, 0)
    side = (east - west) / 2**z
    x, y = to_mercator(lon, lat)
    return z, int((x - west) / side), int((north - y) / side)
