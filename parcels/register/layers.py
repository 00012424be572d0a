"""Uploaded layers as the register holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import Level, narrower
from parcels.register.reading import LONLAT, PARCEL_COLUMNS, geo_frame
from parcels.store.engine import Store
from parcels.store.tables import (
    CHECK_RUN,
    LAYER,
    PARCEL,
    REGION,
    STRUCTURE,
)  # fmt: skip
from parcels.store.within import within


def layers(store: Store, actor: Actor, project: Project) -> list[Mapping[str, Any]]:
    """Return the layers of a project, newest first."""
    access.require(actor, Action.UPLOAD_LAYER, project.region)
    wanted = sa.select(LAYER).where(LAYER.c.project_id == project.id).order_by(LAYER.c.id.desc())
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def layer_parcels(connection: sa.Connection, layer_id: int) -> gpd.GeoDataFrame:
    """Return a parcel layer's rows in its own CRS, rejected ones with a null outline."""
    wanted = sa.select(PARCEL.c.id, *PARCEL_COLUMNS).where(PARCEL.c.layer_id == layer_id)
    epsg = connection.scalar(sa.select(LAYER.c.crs).where(LAYER.c.id == layer_id))
    return geo_frame(connection, wanted.order_by(PARCEL.c.row), epsg)


def layer_structures(connection: sa.Connection, layer_id: int) -> gpd.GeoDataFrame:
    """Return a structure layer's outlines in its own CRS."""
    wanted = sa.select(STRUCTURE.c.row, STRUCTURE.c["class"], STRUCTURE.c.geometry)
    epsg = connection.scalar(sa.select(LAYER.c.crs).where(LAYER.c.id == layer_id))
    return geo_frame(connection, wanted.where(STRUCTURE.c.layer_id == layer_id), epsg)


def layer_coverage(connection: sa.Connection, layer_id: int) -> tuple[BaseGeometry, int] | None:
    """Return the area a structure layer was read from with its EPSG; None: everywhere."""
    wanted = sa.select(LAYER.c.coverage, LAYER.c.crs).where(LAYER.c.id == layer_id)
    row = connection.execute(wanted).one()
    return (shapely.from_wkb(row.coverage), row.crs) if row.coverage else None


def region_outlines(store: Store, region: str, level: Level) -> gpd.GeoDataFrame:
    """Return code, name and outline (lon/lat) of the regions of a level under a prefix."""
    chosen = sa.and_(
        within(REGION.c.code, region),
        sa.func.length(REGION.c.code) == int(level),
        REGION.c.geometry.is_not(None),
    )
    wanted = sa.select(REGION.c.code, REGION.c.name, REGION.c.geometry).where(chosen)
    with store.reading() as connection:
        # one import gives one CRS; regions of another import are another query's business
        epsg = connection.scalar(sa.select(sa.func.max(REGION.c.crs)).where(chosen)) or LONLAT
        in_it = wanted.where(REGION.c.crs == epsg).order_by(REGION.c.code)
        return geo_frame(connection, in_it, epsg).to_crs(LONLAT)


def structures_under(
    store: Store,
    actor: Actor,
    project: Project,
    parcels: gpd.GeoDataFrame,
    *,
    window: tuple[float, float, float, float] | None = None,
) -> gpd.GeoDataFrame:
    """Return the adopted check's structures that touch these parcels, lon/lat.

    With ``window`` (degrees) only those whose bounds meet it. ``parcels`` come from
    ``judged_parcels`` of the same actor, so nobody sees a neighbour's.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    outlines = parcels.geometry.dropna().to_numpy()
    west, south, east, north = shapely.total_bounds(outlines)
    if window is not None:
        west, south = max(west, window[0]), max(south, window[1])
        east, north = min(east, window[2]), min(north, window[3])
    with store.reading() as connection:
        layer_id = connection.scalar(
            sa.select(CHECK_RUN.c.structure_layer_id).where(
                CHECK_RUN.c.id == (project.adopted_check_id or 0)
            )
        )
        epsg = connection.scalar(sa.select(LAYER.c.crs).where(LAYER.c.id == (layer_id or 0)))
        wanted = sa.select(STRUCTURE.c.row, STRUCTURE.c["class"], STRUCTURE.c.geometry).where(
            STRUCTURE.c.layer_id == (layer_id or 0),
            STRUCTURE.c.west <= float(east),
            STRUCTURE.c.east >= float(west),
            STRUCTURE.c.south <= float(north),
            STRUCTURE.c.north >= float(south),
        )
        found = geo_frame(connection, wanted, epsg or LONLAT).to_crs(LONLAT)
    touching = shapely.STRtree(outlines).query(found.geometry.to_numpy(), predicate="intersects")
    return found.iloc[sorted(set(touching[0]))]
