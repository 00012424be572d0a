"""Coordinate exchange TXT (界址点坐标): read as it really comes, written as it is prescribed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from gis.findings import Finding
from gis.formats.coordinate_lines import ListedParcel, area_m2_of, system_of, taken_apart
from gis.formats.corners import corners_of_rings
from gis.formats.format import Format, Raw, Source
from gis.formats.problems import Unreadable, problem
from gis.formats.text import samples_of, text_of
from gis.formats.vertex_rings import Ring, is_north_first, outlines_of, rings_of_path

if TYPE_CHECKING:
    import geopandas as gpd

NAMES = ("点数", "面积原文", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
AREA_COLUMN = "地块面积"
MARKS = tuple(
    "[地块坐标]".encode(codec) for codec in ("gb18030", "utf-8", "utf-16-le", "utf-16-be")
)
PARCEL_LINE = re.compile(rb"^[^\r\n]*,[^\r\n]*,\s*@\s*\r?$", re.MULTILINE)


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the one layer of the file."""
    return [(source.name, True)]


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read all parcels; ``row`` is a parcel's place in the file."""
    text, encoding, unread = text_of(source.path.read_bytes(), chosen)
    settings, parcels = taken_apart(text)
    if not parcels:
        raise Unreadable("damaged")
    numbers = [vertex for parcel in parcels for _, vertex in parcel.vertices]
    north_first = is_north_first(*zip(*numbers, strict=True)) if numbers else None
    is_turned = north_first is not False  # the format prescribes north, then east
    rings = [rings_of_path(_east_first(parcel, is_turned=is_turned)) for parcel in parcels]
    outlines, is_broken = outlines_of(rings)
    rows = np.arange(1, len(parcels) + 1)
    findings = list(unread)
    for i, lacking in enumerate(_shortfalls(parcels, rings)):
        if parcels[i].is_garbled or lacking:
            outlines[i], is_broken[i] = None, True
        if lacking:
            found = len(parcels[i].vertices)
            values = {"row": i + 1, "told": found + lacking, "found": found}
            findings.append(Finding("vertices_missing", i + 1, values))
    east = float(np.median([vertex[is_turned] for vertex in numbers])) if numbers else None
    columns = _columns(parcels, outlines, is_grid=east is not None and abs(east) > 180)
    return Raw(
        layer, outlines, is_broken, rows, columns, system_of(settings, east), encoding.codec,
        encoding.how, samples_of(t for t in columns.column("地块名称").to_pylist() if t),
        tuple(findings), corners_of_rings(rings, is_broken, rows),
    )  # fmt: skip


def _east_first(parcel: ListedParcel, *, is_turned: bool) -> list[tuple[str, tuple[float, float]]]:
    if not is_turned:
        return parcel.vertices
    return [(ring, (second, first)) for ring, (first, second) in parcel.vertices]


def _shortfalls(parcels: list[ListedParcel], rings: list[list[Ring]]) -> list[int]:
    """Return how many vertices each parcel lacks by its own count; 0 where it may be whole.

    A ring that comes home is whole, whatever a person typed before it. One that does not may have
    its closing point counted all the same, where the file does so more than once.
    """
    lacking = []
    for parcel, own in zip(parcels, rings, strict=True):
        told = parcel.fields[0] if parcel.fields else ""
        is_number = told.isdecimal() and len(told) <= 9
        is_home = len(parcel.vertices) >= sum(map(len, own)) + len(own)
        lacking.append(max(0, int(told) - len(parcel.vertices)) if is_number and not is_home else 0)
    counts_closing = [n == len(own) > 0 for n, own in zip(lacking, rings, strict=True)]
    if sum(counts_closing) > 1:
        return [0 if is_so else n for n, is_so in zip(lacking, counts_closing, strict=True)]
    return lacking


def _columns(parcels: list[ListedParcel], outlines: Any, *, is_grid: bool) -> pa.Table:
    most = max(len(NAMES), *(len(parcel.fields) for parcel in parcels))
    names = [*NAMES, *(f"字段{i}" for i in range(len(NAMES) + 1, most + 1))]
    columns = {
        name: pa.array([p.fields[i] or None if i < len(p.fields) else None for p in parcels],
                       pa.string())
        for i, name in enumerate(names)
    }  # fmt: skip
    measured_m2 = shapely.area(outlines) if is_grid else np.zeros(len(parcels))
    told = columns["面积原文"].to_pylist()
    areas_m2 = [area_m2_of(t, m) if t else None for t, m in zip(told, measured_m2, strict=True)]
    return pa.table(columns | {AREA_COLUMN: pa.array(areas_m2, pa.float64())})


def write_coordinate_txt(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    number: str,
    name: str | None = None,
    use: str | None = None,
    land_class: str | None = None,
    map_sheet: str | None = None,
    area_m2: str | None = None,
    unit: str = "",
    made_on: date | None = None,
    more: Mapping[str, str] | None = None,
) -> None:
    """Write parcels strictly: GBK, CRLF, shell as ring 1, holes from 2, from the north-west.

    The other arguments name columns; ``area_m2`` None: the plane area; ``more``: own lines of the
    head. The frame must be in a
    CGCS2000 Gauss–Krüger zone. A parcel in parts becomes one entry a part, as ``number-1``,
    ``number-2``: rings of one entry mean holes. ``Problem`` where that cannot be written.
    """
    from gis.formats.coordinate_txt_lines import lines_of

    columns = (number, name, map_sheet, use, land_class)
    lines = lines_of(frame, path.name, columns, area_m2, unit, made_on, more or {})
    try:
        content = "\r\n".join([*lines, ""]).encode("gbk")
    except UnicodeEncodeError as error:
        values = {"character": error.object[error.start : error.end]}
        raise problem("not_in_gbk", path.name, values) from error
    path.write_bytes(content)


def _is_content(head: bytes) -> bool:
    return any(mark in head for mark in MARKS) or PARCEL_LINE.search(head) is not None


__all__: Sequence[str] = ("FORMAT", "write_coordinate_txt")

FORMAT = Format(
    code="coordinate_txt",
    title="Coordinate TXT",
    suffixes=(".txt",),
    is_content=_is_content,
    layers=layers,
    read=read,
)
