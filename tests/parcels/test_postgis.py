"""With PostGIS the register opens in QGIS; without it everything works the same."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import pytest
import shapely
import sqlalchemy as sa

from parcels.store.backup import back_up, restore
from parcels.store.engine import Store
from parcels.store.migrate import migrate
from parcels.store.postgis import GEOMETRIES, has_postgis, keep_geometry_columns
from parcels.store.tables import PARCEL, REGION
from tests.builders import COUNTY, NOW, working_county


@pytest.fixture
def with_postgis(bare_store: Store) -> Iterator[Store]:
    """A register in a database that has the extension; on SQLite a plain one."""
    if not bare_store.is_sqlite:
        with bare_store.engine.begin() as connection:
            connection.execute(sa.text("CREATE EXTENSION postgis"))
    migrate(bare_store)
    yield bare_store
    if not bare_store.is_sqlite:  # the next test's schema is dropped with it
        with bare_store.engine.begin() as connection:
            connection.execute(sa.text("DROP EXTENSION postgis CASCADE"))


def test_the_column_follows_the_outlines(with_postgis: Store) -> None:
    working_county(with_postgis)
    if with_postgis.is_sqlite:
        return
    with with_postgis.reading() as connection:
        shown = gpd.read_postgis(
            sa.text("SELECT id, geom FROM parcel ORDER BY id"), connection, geom_col="geom"
        )
        kept = connection.execute(sa.select(PARCEL.c.geometry).order_by(PARCEL.c.id)).scalars()
        outlines = gpd.GeoSeries(shapely.from_wkb(list(kept)), crs=4526).to_crs(4490)
    assert shown.crs.to_epsg() == 4490
    assert shown.geometry.geom_equals_exact(outlines, tolerance=1e-9).all()
    moved = shapely.to_wkb(shapely.box(38_500_000, 3_900_000, 38_500_010, 3_900_010))
    with with_postgis.writing() as connection:
        connection.execute(sa.update(PARCEL).where(PARCEL.c.id == 1).values(geometry=moved))
        connection.execute(sa.update(PARCEL).where(PARCEL.c.id == 2).values(geometry=None))
        connection.execute(sa.update(PARCEL).where(PARCEL.c.id == 3).values(geometry=b"broken"))
    with with_postgis.reading() as connection:
        shown = gpd.read_postgis(
            sa.text("SELECT geom FROM parcel ORDER BY id"), connection, geom_col="geom"
        )
        assert shown.geometry.isna().tolist() == [False, True, True]
        assert shown.to_crs(4526).area[0] == pytest.approx(100, abs=0.1)
        kept = connection.scalar(sa.select(PARCEL.c.geometry).where(PARCEL.c.id == 3))
        assert kept == b"broken", "the register keeps what PostGIS cannot read"


def test_qgis_finds_the_layers_with_their_index(with_postgis: Store) -> None:
    if with_postgis.is_sqlite:
        return
    with with_postgis.reading() as connection:
        listed = connection.execute(
            sa.text("SELECT f_table_name, srid FROM geometry_columns ORDER BY 1")
        ).all()
        assert [tuple(row) for row in listed] == [(name, 4490) for name in sorted(GEOMETRIES)]
        indexes = set(connection.scalars(sa.text("SELECT indexname FROM pg_indexes")))
        assert {f"ix_{name}_geom" for name in GEOMETRIES} <= indexes


def test_postgis_may_come_later_and_rows_get_their_shapes(bare_store: Store) -> None:
    migrate(bare_store)
    with bare_store.reading() as connection:
        assert not has_postgis(connection)
    wkb = shapely.to_wkb(shapely.box(113, 35, 114, 36))
    with bare_store.writing() as connection:
        region = {"code": COUNTY, "name": "县", "crs": 4490, "geometry": wkb}
        connection.execute(sa.insert(REGION).values(**region))
        assert keep_geometry_columns(connection) == []
    if bare_store.is_sqlite:
        return
    with bare_store.engine.begin() as connection:
        connection.execute(sa.text("CREATE EXTENSION postgis"))
    migrate(bare_store)
    with bare_store.reading() as connection:
        assert connection.scalar(sa.text("SELECT ST_Area(geom) FROM region")) == pytest.approx(1)
    with bare_store.engine.begin() as connection:
        connection.execute(sa.text("DROP EXTENSION postgis CASCADE"))


def test_a_backup_of_a_register_with_shapes_comes_back(with_postgis: Store) -> None:
    working_county(with_postgis)
    file = with_postgis.folder / "b.zip"
    made = back_up(with_postgis, file, now=NOW)
    assert made.rows["parcel"] == 3
    assert "spatial_ref_sys" not in made.rows
    restore(with_postgis, file, replace=True)
    migrate(with_postgis)
    if with_postgis.is_sqlite:
        return
    with with_postgis.reading() as connection:
        assert connection.scalar(sa.text("SELECT count(geom) FROM parcel")) == 3
