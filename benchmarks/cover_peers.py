"""The same question put to other tools: area of each parcel under at least one structure."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import psycopg
import shapely

from benchmarks.section import timed

SERVER = Path(__file__).resolve().parent.parent / "tests" / "postgres.sh"
ROOMY = "-c shared_buffers=2GB -c work_mem=256MB -c maintenance_work_mem=1GB -c max_wal_size=8GB"
ROWS_AT_ONCE = 100_000
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


def by_postgis(parcels: np.ndarray, structures: np.ndarray) -> Result:
    """One statement, a worker a core, in a server of its own; indexed and analysed beforehand."""
    try:
        url = subprocess.run(
            ["sh", str(SERVER)], env=os.environ | {"TRACKER_POSTGRES_OPTIONS": ROOMY},
            capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        raise ImportError("needs Debian's packages postgresql and postgis") from error
    folder = url.rpartition("=")[2]
    try:
        with psycopg.connect(f"host={folder} user=tracker dbname=postgres") as connection:
            return _asked_postgis(connection, *near_origin(parcels, structures))
    except psycopg.errors.FeatureNotSupported as error:  # a server without the extension
        raise ImportError("needs Debian's package postgis") from error
    finally:
        subprocess.run(["sh", str(SERVER), "stop", folder], check=True)


def _asked_postgis(
    connection: psycopg.Connection, parcels: np.ndarray, structures: np.ndarray
) -> Result:
    connection.execute("CREATE EXTENSION postgis")
    for name, shapes in (("parcels", parcels), ("structures", structures)):
        connection.execute(f"CREATE UNLOGGED TABLE {name} (no integer, geom geometry)")
        with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
            for start in range(0, len(shapes), ROWS_AT_ONCE):
                wkb = shapely.to_wkb(shapes[start : start + ROWS_AT_ONCE], hex=True)
                copy.write("".join(f"{no}\t{one}\n" for no, one in enumerate(wkb, start)))
        connection.execute(f"CREATE INDEX ON {name} USING gist (geom)")
        connection.execute(f"ALTER TABLE {name} SET (parallel_workers = {os.cpu_count()})")
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE")
    connection.execute(f"SET max_parallel_workers_per_gather = {os.cpu_count()}")
    connection.execute("SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0")
    question = QUESTION.format(union="ST_Union")
    rows, seconds = timed(lambda: connection.execute(question).fetchall())
    answer = np.array(rows)
    return _spread(answer[:, 0].astype(np.int64), answer[:, 1], len(parcels), seconds)


def _spread(numbers: np.ndarray, area_m2: np.ndarray, count: int, seconds: float) -> Result:
    spread = np.zeros(count)
    spread[numbers.astype(np.int64)] = area_m2
    return Result(spread, seconds)


PEERS = (
    Peer("geopandas.overlay + dissolve", by_geopandas),
    Peer("DuckDB spatial", by_duckdb),
    Peer("SedonaDB", by_sedonadb),
    Peer("PostGIS", by_postgis),
)
