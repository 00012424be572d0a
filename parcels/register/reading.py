"""How rows become frames, and which rows a person sees."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa

from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.tables import PARCEL
from parcels.store.within import within

LONLAT = 4490
PARCEL_COLUMNS = [column for column in PARCEL.c if column.name not in ("id", "layer_id")]


def seen(code: sa.ColumnElement[str], actor: Actor, project: Project) -> sa.ColumnElement[bool]:
    """Return which rows of a project a person sees: who sees the project as a whole sees all.

    So a parcel whose code is empty or of another county is not lost to everyone.
    """
    region = narrower(actor.region, project.region)
    return sa.true() if region == project.region else within(code, region)


def geo_frame(connection: sa.Connection, wanted: sa.Select, epsg: int | None) -> gpd.GeoDataFrame:
    result = connection.execute(wanted)
    names = list(result.keys())
    rows = result.all()
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    table = dict(zip(names, columns, strict=True))
    outlines = shapely.from_wkb([wkb or None for wkb in table.pop("geometry")])
    figures = [c.name for c in wanted.selected_columns if isinstance(c.type, sa.Float)]
    # unknown is NaN, even where every row is unknown: a column of None adds up to an error
    # no row at all must not turn codes and names into numbers
    frame = pd.DataFrame(table, dtype=None if rows else object).astype(
        dict.fromkeys(figures, "float64")
    )
    return gpd.GeoDataFrame(frame, geometry=outlines, crs=epsg)
