"""Which waiting reports hold photos of another place or day: a person looks before confirming."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store.tables import LAYER, LEDGER, PARCEL
from parcels.store.within import within
from reports.photos.photo import Photo, compared
from reports.photos.reading import COLUMNS
from reports.tables import DAILY_ENTRY, PHOTO

LONLAT = 4490


def doubtful_photos(
    connection: sa.Connection, actor: Actor, project: Project, days: Mapping[int, date]
) -> dict[int, int]:
    """Return report id → how many of its photos contradict its parcels or its day.

    ``days`` are the reports' days by id. A photo without place and time contradicts nothing.
    """
    about = {f"daily_report:{report_id}": report_id for report_id in days}
    rows = connection.execute(
        sa.select(*(PHOTO.c[name] for name in COLUMNS)).where(
            PHOTO.c.project_id == project.id,
            PHOTO.c.about.in_(list(about)),
            sa.or_(PHOTO.c.lon.is_not(None), PHOTO.c.taken_at.is_not(None)),
            within(PHOTO.c.region, actor.region),
        )
    ).mappings()
    photos = [Photo(**row) for row in rows]
    if not photos:
        return {}
    shown = {about[photo.about] for photo in photos}
    worked = connection.execute(
        sa.select(DAILY_ENTRY.c.report_id, DAILY_ENTRY.c.ledger_id).where(
            DAILY_ENTRY.c.report_id.in_(list(shown))
        )
    ).all()
    named = {photo.ledger_id for photo in photos if photo.ledger_id is not None}
    outlines = _outlines(connection, {row.ledger_id for row in worked} | named)
    found: dict[int, int] = {}
    for photo in photos:
        report_id = about[photo.about]
        own = [row.ledger_id for row in worked if row.report_id == report_id]
        places = [photo.ledger_id] if photo.ledger_id is not None else own
        near = [outlines[one] for one in places if one in outlines]
        if compared(photo, near, days[report_id]).is_doubtful:
            found[report_id] = found.get(report_id, 0) + 1
    return found


def _outlines(connection: sa.Connection, ledger_ids: set[int]) -> dict[int, BaseGeometry]:
    """Return the parcels' outlines in degrees by ledger id."""
    rows = connection.execute(
        sa.select(LEDGER.c.id, PARCEL.c.geometry, LAYER.c.crs)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .join(LAYER, LAYER.c.id == PARCEL.c.layer_id)
        .where(LEDGER.c.id.in_(list(ledger_ids)), PARCEL.c.geometry.is_not(None))
    ).all()
    found: dict[int, BaseGeometry] = {}
    for crs in {row.crs for row in rows}:
        own = [row for row in rows if row.crs == crs]
        shapes = gpd.GeoSeries(
            shapely.from_wkb([bytes(row.geometry) for row in own]),
            index=pd.Index([row.id for row in own]),
            crs=crs,
        )
        found |= shapes.to_crs(LONLAT).to_dict()
    return found
