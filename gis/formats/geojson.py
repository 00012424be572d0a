"""GeoJSON, also in GBK or UTF-16 and with grid coordinates, as Chinese tools write it."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from gis.formats.format import Format, Raw, Source
from gis.formats.ogr import layers_of, read_ogr
from gis.formats.problems import Unreadable
from gis.formats.text import find_encoding, marked_codec

DRIVERS = ("GeoJSON",)
CHUNK = 1024**2
OPENING = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(\[\s*)?\{")
KINDS = re.compile(
    rb'"type"\s*:\s*"(Feature\w*|GeometryCollection|(Multi)?(Polygon|LineString|Point))"'
)
TOPOLOGY = re.compile(rb'"type"\s*:\s*"Topology"')
DECLARES_CRS = re.compile(rb'"crs"\s*:\s*\{')


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the one layer of the file."""
    return [(source.name, kind) for _, kind in layers_of(_utf8(source)[0], DRIVERS)[:1]]


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read all features; a CRS that was not declared is left to the numbers."""
    path, codec, how = _utf8(source, chosen)
    found = layers_of(path, DRIVERS)
    if not found:
        raise Unreadable("no_layers")
    raw = read_ogr(path, DRIVERS, found[0][0])
    wkt = raw.wkt if _finds(path, DECLARES_CRS) else None
    return dataclasses.replace(raw, layer=layer, wkt=wkt, encoding=codec, encoding_how=how)


def _utf8(source: Source, chosen: str | None = None) -> tuple[Path, str, str]:
    """Return a copy of the file in plain UTF-8, its encoding and how that was found."""
    copy = source.work / "layer.geojson"
    content = source.path.read_bytes()
    codec, how = marked_codec(content) or "utf-8", "format"
    if codec == "utf-8":
        encoding = find_encoding([content], None, chosen)
        if encoding is None:
            raise Unreadable("bad_encoding", encoding=chosen)
        if encoding.codec != "utf-8":
            codec, how = encoding.codec, encoding.how
    try:
        copy.write_bytes(content if codec == "utf-8" else content.decode(codec).encode())
    except UnicodeDecodeError as error:
        raise Unreadable("damaged") from error
    if _finds(copy, TOPOLOGY):
        raise Unreadable("topojson")
    if not _finds(copy, KINDS):
        raise Unreadable("damaged")
    return copy, codec.removesuffix("-sig"), how


def _finds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    return pattern.search(path.read_bytes()) is not None


FORMAT = Format(
    code="geojson",
    title="GeoJSON",
    suffixes=(".geojson", ".json"),
    is_content=lambda head: OPENING.match(head.replace(b"\0", b"")) is not None,
    layers=layers,
    read=read,
)
