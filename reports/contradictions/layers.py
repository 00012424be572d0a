"""Structures of a layer whose image is younger than the claim: the evidence at hand today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from gis.cover import structure_cover
from gis.zones import in_working_crs
from parcels.projects import Project
from parcels.register.layers import layer_coverage
from parcels.register.reading import geo_frame
from parcels.services.keep_layer import LayerKind
from parcels.store.tables import LAYER, PARCEL, STRUCTURE
from reports.contradictions.evidence import Evidence, hand_in_evidence

SOURCE = "structures"


def structures_seen(
    connection: sa.Connection, project: Project, claimed: pd.DataFrame
) -> Iterator[Evidence]:
    """Give what the structure layers with an image after the first claim show on these parcels."""
    layers = connection.execute(
        sa.select(LAYER.c.id, LAYER.c.image_date, LAYER.c.crs)
        .where(
            LAYER.c.project_id == project.id,
            LAYER.c.kind == LayerKind.STRUCTURES.value,
            LAYER.c.image_date > claimed["claimed_on"].min(),
        )
        .order_by(LAYER.c.image_date)
    ).all()
    if not layers:
        return
    outlines = claimed_outlines(connection, claimed)
    for layer in layers:
        later = claimed.index[claimed["claimed_on"] < layer.image_date]
        own = outlines[outlines.index.isin(later)]
        if not own.empty:
            yield from _seen_on(connection, own, layer.id, layer.image_date)


def claimed_outlines(connection: sa.Connection, claimed: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the outlines of parcels by ledger id, in metres."""
    wanted = sa.select(PARCEL.c.id, PARCEL.c.geometry, LAYER.c.crs).join(
        LAYER, LAYER.c.id == PARCEL.c.layer_id
    )
    ids = {int(parcel_id): int(one) for one, parcel_id in claimed["parcel_id"].items()}
    rows = connection.execute(
        wanted.where(PARCEL.c.id.in_(list(ids)), PARCEL.c.geometry.is_not(None))
    ).all()
    frame = gpd.GeoDataFrame(
        index=pd.Index([ids[row.id] for row in rows], name="ledger_id"),
        geometry=list(shapely.from_wkb([bytes(row.geometry) for row in rows])),
        crs=rows[0].crs if rows else 4490,
    )
    return in_working_crs(frame) if len(frame) else frame


def structures_near(
    connection: sa.Connection, layer_id: int, parcels: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return a layer's structures around parcels, in the parcels' CRS."""
    west, south, east, north = (float(v) for v in parcels.to_crs(4490).total_bounds)
    epsg = connection.scalar(sa.select(LAYER.c.crs).where(LAYER.c.id == layer_id))
    wanted = sa.select(STRUCTURE.c.row, STRUCTURE.c.geometry).where(
        STRUCTURE.c.layer_id == layer_id,
        STRUCTURE.c.west <= east,
        STRUCTURE.c.east >= west,
        STRUCTURE.c.south <= north,
        STRUCTURE.c.north >= south,
    )
    return geo_frame(connection, wanted, epsg).to_crs(parcels.crs)


def _seen_on(
    connection: sa.Connection, parcels: gpd.GeoDataFrame, layer_id: int, image_date: date
) -> Iterator[Evidence]:
    structures = structures_near(connection, layer_id, parcels)
    if structures.empty:
        standing = np.zeros(len(parcels))
    else:
        standing = structure_cover(
            parcels.geometry.to_numpy(), structures.geometry.to_numpy()
        ).area_m2
    covered = np.ones(len(parcels), dtype=bool)
    if kept := layer_coverage(connection, layer_id):
        ground = gpd.GeoSeries([kept[0]], crs=kept[1]).to_crs(parcels.crs).iloc[0]
        covered = shapely.covers(ground, parcels.geometry.to_numpy())
    for ledger_id, area_m2, is_covered in zip(parcels.index, standing, covered, strict=True):
        if is_covered or area_m2 > 0:  # where nobody looked, seeing nothing says nothing
            yield Evidence(int(ledger_id), image_date, float(area_m2), f"{SOURCE}:{layer_id}")


hand_in_evidence(SOURCE, structures_seen)
