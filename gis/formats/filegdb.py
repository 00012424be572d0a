"""File geodatabase of ArcGIS: a folder, so it arrives in a zip."""

from __future__ import annotations

import re

from gis.formats.format import Format, Raw, Source
from gis.formats.ogr import catalogue_of, read_ogr

DRIVERS = ("OpenFileGDB",)
FOLDER = "layer.gdb"
# what ArcGIS writes into the folder; anything else is left in the zip
MEMBER = re.compile(r"(a[0-9a-f]{8}\.[a-z_]{3,24}|gdb|timestamps)", re.IGNORECASE)


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the feature classes."""
    return catalogue_of(source.path, DRIVERS)


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read one feature class."""
    return read_ogr(source.path, DRIVERS, layer, chosen)


FORMAT = Format(
    code="filegdb",
    title="File Geodatabase",
    suffixes=(".gdb",),
    is_content=lambda head: False,  # only ever found as a folder
    layers=layers,
    read=read,
)
