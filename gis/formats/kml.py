"""KML, alone or in a KMZ: always WGS 84, links to elsewhere are never followed."""

from __future__ import annotations

from gis.formats.format import Format, Raw, Source
from gis.formats.ogr import layers_of, read_ogr

DRIVERS = ("LIBKML",)


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the folders with placemarks; KML does not say beforehand which hold areas."""
    return layers_of(source.path, DRIVERS)


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read the placemarks of a folder."""
    return read_ogr(source.path, DRIVERS, layer, chosen)


FORMAT = Format(
    code="kml",
    title="KML",
    suffixes=(".kml",),
    is_content=lambda head: b"<kml" in head,
    layers=layers,
    read=read,
)
