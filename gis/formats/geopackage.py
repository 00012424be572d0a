"""GeoPackage: the format to prefer, with long names, real types and its own CRS."""

from __future__ import annotations

from gis.formats.format import Format, Raw, Source
from gis.formats.ogr import catalogue_of, read_ogr

DRIVERS = ("GPKG",)


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the layers with shapes."""
    return catalogue_of(source.path, DRIVERS)


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read one layer."""
    return read_ogr(source.path, DRIVERS, layer, chosen)


FORMAT = Format(
    code="geopackage",
    title="GeoPackage",
    suffixes=(".gpkg",),
    is_content=lambda head: head.startswith(b"SQLite format 3\0"),
    layers=layers,
    read=read,
)
