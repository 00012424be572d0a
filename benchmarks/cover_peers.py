"""The same question put to other tools: area of each parcel under at least one structure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.section import timed

# Coordinates near the origin, as GEOS based tools lose figures at eastings of 38 500 000.
QUESTION = """
WITH pieces AS (
    SELECT p.no AS no, ST_Intersection(p.geom, s.geom) AS geom
    FROM parcels AS p JOIN structures AS s ON ST_Intersects(p.geom, s.geom)
)
SELECT no, ST_Area({union}(geom)) AS area_m2 FROM pieces GROUP BY no
"""


@dataclass(frozen=True)
class Result:
    """Cover per parcel and the seconds the question took, layers already handed over."""

    area_m2: np.ndarray
    seconds: float


@dataclass(frozen=True)
class Peer:
    """A tool; ``measure`` raises ImportError where it is not installed."""

    name: str
    measure: Callable[[np.ndarray, np.ndarray], Result]


def near_origin(parcels: np.ndarray, structures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both layers moved by whole metres to the south-west corner."""
    corner = np.floor(shapely.total_bounds(parcels)[:2])
    return (
        shapely.transform(parcels, lambda xy: xy - corner),
        shapely.transform(structures, lambda xy: xy - corner),
    )


def by_geopandas(parcels: np.ndarray, structures: np.ndarray) -> Result:
    """Overlay, then dissolve by parcel."""
    parcels, structures = near_origin(parcels, structures)
    ground = gpd.GeoDataFrame({"no": np.arange(len(parcels))}, geometry=parcels)
    built = gpd.GeoDataFrame(geometry=structures)

    def ask() -> gpd.GeoSeries:
        pieces = gpd.overlay(ground, built, how="intersection", keep_geom_type=True)
        return pieces.dissolve("no").geometry.area

    area, seconds = timed(ask)
    return Result(area.reindex(range(len(parcels)), fill_value=0.0).to_numpy(), seconds)


def by_duckdb(parcels: np.ndarray, structures: np.ndarray) -> Result:
    """One statement, all threads; the extension comes from its wheel, not from the network."""
    import duckdb
    import duckdb_extension_spatial
    import pyarrow as pa

    parcels, structures = near_origin(parcels, structures)
    wheel = Path(duckdb_extension_spatial.__path__[0])
    connection = duckdb.connect()
    connection.load_extension(str(next(wheel.rglob("spatial.duckdb_extension"))))
    for name, shapes in (("parcels", parcels), ("structures", structures)):
        layer = pa.table({"no": np.arange(len(shapes)), "wkb": shapely.to_wkb(shapes)})
        connection.register("layer", layer)
        connection.execute(
            f"CREATE TABLE {name} AS SELECT no, ST_GeomFromWKB(wkb) AS geom FROM layer"
        )
    question = QUESTION.format(union="ST_Union_Agg")
    rows, seconds = timed(lambda: connection.execute(question).fetchnumpy())
    return _spread(rows["no"], rows["area_m2"], len(parcels), seconds)


def by_sedonadb(parcels: np.ndarray, structures: np.ndarray) -> Result:
    """One statement, all threads."""
    import sedonadb  # not sedona.db, which reports home on import

    parcels, structures = near_origin(parcels, structures)
    session = sedonadb.connect()
    for name, shapes in (("parcels", parcels), ("structures", structures)):
        layer = gpd.GeoDataFrame({"no": np.arange(len(shapes))}, geometry=shapes, crs=4547)
        session.create_data_frame(layer.rename_geometry("geom")).to_memtable().to_view(name)
    question = QUESTION.format(union="ST_Union_Agg")
    rows, seconds = timed(lambda: session.sql(question).to_pandas())
    return _spread(rows["no"].to_numpy(), rows["area_m2"].to_numpy(), len(parcels), seconds)


def _spread(numbers: np.ndarray, area_m2: np.ndarray, count: int, seconds: float) -> Result:
    spread = np.zeros(count)
    spread[numbers.astype(np.int64)] = area_m2
    return Result(spread, seconds)


PEERS = (
    Peer("geopandas.overlay + dissolve", by_geopandas),
    Peer("DuckDB spatial", by_duckdb),
    Peer("SedonaDB", by_sedonadb),
)
