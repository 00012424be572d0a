"""On PostgreSQL with PostGIS: an indexed geometry column beside the WKB, so that QGIS opens the
register directly.

The column follows the WKB by a trigger, in CGCS2000 (EPSG:4490) whatever the layer's own CRS. It is
for reading by others: nothing of ours reads it, a backup leaves it out, and without PostGIS all
works the same.
"""

from __future__ import annotations

import sqlalchemy as sa

SHOWN_AS = 4490
# table → SQL for the CRS of a row's WKB
GEOMETRIES = {
    "parcel": "(SELECT crs FROM layer WHERE id = NEW.layer_id)",
    "structure": "(SELECT crs FROM layer WHERE id = NEW.layer_id)",
    "region": "NEW.crs",
}


def has_postgis(connection: sa.Connection) -> bool:
    """Tell whether this database has the extension (``CREATE EXTENSION postgis`` gives it)."""
    if connection.dialect.name != "postgresql":
        return False
    wanted = sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")
    return bool(connection.scalar(wanted))


def keep_geometry_columns(connection: sa.Connection) -> list[str]:
    """Add the column, its trigger and its index where they are not yet; return those tables.

    Runs after every migration and at every start, so that PostGIS may come later.
    """
    if not has_postgis(connection):
        return []
    inspector = sa.inspect(connection)
    added = []
    for table, crs in GEOMETRIES.items():
        names = {column["name"] for column in inspector.get_columns(table)}
        if "geom" in names:
            continue
        for statement in _statements(table, crs):
            connection.execute(sa.text(statement))
        added.append(table)
    return added


def _statements(table: str, crs: str) -> tuple[str, ...]:
    # an outline that PostGIS cannot read stays in the register, without a shape in QGIS
    return (
        f"ALTER TABLE {table} ADD COLUMN geom geometry(Geometry, {SHOWN_AS})",
        f"""
        CREATE OR REPLACE FUNCTION {table}_geom() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.geom := ST_Transform(
                ST_SetSRID(ST_GeomFromWKB(NEW.geometry), {crs}), {SHOWN_AS});
            RETURN NEW;
        EXCEPTION WHEN OTHERS THEN
            NEW.geom := NULL;
            RETURN NEW;
        END $$""",
        f"""
        CREATE TRIGGER {table}_geom BEFORE INSERT OR UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_geom()""",
        f"UPDATE {table} SET geometry = geometry WHERE geometry IS NOT NULL",  # noqa: S608
        f"CREATE INDEX ix_{table}_geom ON {table} USING gist (geom)",
    )
