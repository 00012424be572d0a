"""GML with its geometry in place; references to other files stay unresolved."""

from __future__ import annotations

from gis.formats.format import Format, Raw, Source
from gis.formats.ogr import layers_of, read_ogr

DRIVERS = ("GML",)


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the feature types with shapes."""
    return layers_of(source.path, DRIVERS)


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read the features of one type."""
    return read_ogr(source.path, DRIVERS, layer, chosen)


FORMAT = Format(
    code="gml",
    title="GML",
    suffixes=(".gml", ".xml"),
    is_content=lambda head: b"opengis.net/gml" in head,
    layers=layers,
    read=read,
)
