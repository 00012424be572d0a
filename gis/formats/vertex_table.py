"""Vertex lists, one row a vertex, whatever program wrote the table: columns told by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from gis.findings import Finding
from gis.formats.corners import corners_of_rings
from gis.formats.format import Raw
from gis.formats.text import Encoding, samples_of
from gis.formats.vertex_rings import is_north_first, outlines_of, rings_of_path

Row = Sequence[Any]
HEADER_ROWS = 30  # a title, a note and a unit may stand above the names
EXACT_DIGITS = 10**15  # beyond, a spreadsheet's number is not what was typed
NAMES: dict[str, tuple[str, ...]] = {
    "number": (
        "地块编号", "图斑编号", "tbbh", "图斑号", "地块号", "dkbh", "宗地号", "宗地代码", "zddm",
        "地块代码", "编号", "parcelno", "parcelnumber", "parcelid", "parcel", "plotno", "plot",
    ),
    "ring": (
        "圈号", "环号", "圈", "环", "ring", "ringno", "部件", "部件号", "part", "partno", "quanhao",
    ),
    "order": (
        "序号", "点序", "点序号", "点号", "顺序号", "顺序", "界址点号", "jzdh", "界址点序号",
        "order", "vertex", "vertexno", "point", "pointno", "pointid", "seq", "sequence",
    ),
    "x": ("x", "x坐标", "坐标x", "xm", "x米", "xcoord", "xcoordinate", "pointx"),
    "y": ("y", "y坐标", "坐标y", "ym", "y米", "ycoord", "ycoordinate", "pointy"),
    "north": ("北坐标", "纵坐标", "纵坐标x", "北", "x北", "north", "northing", "纬度", "lat",
              "latitude", "b"),
    "east": ("东坐标", "横坐标", "横坐标y", "东", "y东", "east", "easting", "经度", "lon", "lng",
             "longitude", "l"),
}  # fmt: skip

PLACES = (  # a number is unique only inside one of these
    "坐落单位代码", "zldwdm", "村代码", "villagecode", "坐落单位名称", "zldwmc", "村名", "行政村",
    "村", "village",
)  # fmt: skip


@dataclass(frozen=True)
class Head:
    """Where the names stand, what they are, and which columns play a part."""

    at: int
    names: tuple[str, ...]
    column: dict[str, int]  # number, ring, order, first, second
    says_north_first: bool | None


@dataclass
class _Parcel:
    row: int
    vertices: list[tuple[str, float | str | None, tuple[float, float]]] = field(
        default_factory=list
    )
    values: dict[int, Any] = field(default_factory=dict)
    varying: dict[int, Any] = field(default_factory=dict)  # column → the first other value


def head_of(rows: Iterable[Row]) -> Head | None:
    """Find the row of names among the first rows; None if this is no vertex list."""
    for at, row in zip(range(HEADER_ROWS), rows, strict=False):
        plain = [re.sub(r"[(（\[].*|[\W_]", "", str(name or "")).lower() for name in row]
        column = {
            part: plain.index(found[0])
            for part, names in NAMES.items()
            if (found := [name for name in names if name in plain])
        }
        for first, second, says in (("north", "east", True), ("x", "y", None)):
            if {"number", first, second} <= column.keys():
                parts = {k: v for k, v in column.items() if k in ("number", "ring", "order")}
                names = tuple(str(name if name is not None else "").strip() for name in row)
                pair = {"first": column[first], "second": column[second]}
                return Head(at, names, parts | pair, says)
    return None


def raw_of(layer: str, head: Head, rows: Iterable[Row], encoding: Encoding) -> Raw:
    """Read the rows under the names; a parcel's ``row`` is its place among the parcels."""
    parcels, findings = _parcels(head, rows)
    numbers = [vertex for p in parcels for *_, vertex in p.vertices]
    told = is_north_first(*zip(*numbers, strict=True)) if numbers else None
    is_turned = bool(told if told is not None else head.says_north_first)
    rings = []
    for parcel in parcels:
        if _sort(parcel):
            findings.append(Finding("vertices_sorted", parcel.row, {"row": parcel.row}))
        rings.append(
            rings_of_path((ring, at[::-1] if is_turned else at) for ring, _, at in parcel.vertices)
        )
    outlines, is_broken = outlines_of(rings)
    columns = _columns(head, parcels, findings)
    texts = [t for c in columns.columns if pa.types.is_string(c.type) for t in c.to_pylist() if t]
    numbered = np.array([p.row for p in parcels], dtype=np.int64)
    return Raw(
        layer, outlines, is_broken, numbered, columns, None, encoding.codec, encoding.how,
        samples_of(texts[:2000]), tuple(findings), corners_of_rings(rings, is_broken, numbered),
    )  # fmt: skip


def _parcels(head: Head, rows: Iterable[Row]) -> tuple[list[_Parcel], list[Finding]]:
    """Gather the vertices by number, and by village where the table names it.

    A number or a village stands for the rows below it, as merged cells do.
    """
    known: dict[tuple[str, str], _Parcel] = {}
    plain = [re.sub(r"[\W_]", "", name).lower() for name in head.names]
    place_at = next((plain.index(name) for name in PLACES if name in plain), None)
    last = place = ""
    current: _Parcel | None = None
    orphans = 0
    column = head.column
    others = [i for i in range(len(head.names)) if i not in column.values()]
    for row in rows:
        if all(value is None or value == "" for value in row):
            continue
        cells = [*row, *[None] * (len(head.names) - len(row))]
        number = shown(cells[column["number"]])
        here = shown(cells[place_at]) if place_at is not None else ""
        is_next = not number or (number == last and (not here or not place))
        last, place = number or last, here or place
        if not is_next:
            current = known.setdefault((number, place), _Parcel(len(known) + 1))
            current.values.setdefault(column["number"], number)
        if current is None:
            orphans += 1
            continue
        ring = shown(cells[column["ring"]]) if "ring" in column else ""
        order = cells[column["order"]] if "order" in column else None
        vertex = _number(cells[column["first"]]), _number(cells[column["second"]])
        current.vertices.append((ring, order, vertex))
        for i in others:
            value = cells[i]
            if value is None or value == "":
                continue
            if current.values.setdefault(i, value) != value:
                current.varying.setdefault(i, value)
    findings = []
    if orphans:
        findings.append(Finding("rows_without_number", values={"rows": orphans}))
    return list(known.values()), findings


def _number(value: Any) -> float:
    """Return a coordinate; what is none becomes nan, which rejects its parcel."""
    try:
        return float(str(value).replace(",", "").strip()) if value is not None else np.nan
    except ValueError:
        return np.nan


def shown(value: Any) -> str:
    """Return a cell as text: 7.0 is parcel 7."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _sort(parcel: _Parcel) -> bool:
    """Put vertices in the order of their numbers, ring by ring, where these are all different."""
    is_changed = False
    rings: dict[str, list[Any]] = {}
    for one in parcel.vertices:
        rings.setdefault(one[0], []).append(one)
    for ring, vertices in rings.items():
        orders = [_order(order) for _, order, _ in vertices]
        is_usable = not np.isnan(orders).any() and len(set(orders)) == len(orders)
        if is_usable and orders != sorted(orders):
            rings[ring] = [vertices[i] for i in np.argsort(orders, kind="stable")]
            is_changed = True
    is_changed |= len(rings) > 1 and _is_interleaved(parcel)
    if is_changed:
        parcel.vertices = [one for vertices in rings.values() for one in vertices]
    return is_changed


def _is_interleaved(parcel: _Parcel) -> bool:
    runs = [one[0] for i, one in enumerate(parcel.vertices)
            if i == 0 or parcel.vertices[i - 1][0] != one[0]]  # fmt: skip
    return len(runs) != len(set(runs))


def _order(value: Any) -> float:
    found = re.fullmatch(r"[A-Za-z]{0,3}(\d{1,12})(?:\.0)?", shown(value))
    return float(found[1]) if found else np.nan


def _columns(head: Head, parcels: list[_Parcel], findings: list[Finding]) -> pa.Table:
    columns: list[pa.Array] = []
    names: list[str] = []
    for i, name in enumerate(head.names):
        if i in head.column.values() and i != head.column["number"]:
            continue
        values = [parcel.values.get(i) for parcel in parcels]
        if not name and not any(value is not None for value in values):
            continue
        for parcel, value in zip(parcels, values, strict=True):
            told = {"row": parcel.row, "column": name, "text": shown(value)}
            if i in parcel.varying:
                other = shown(parcel.varying[i])
                findings.append(Finding("values_vary", parcel.row, told | {"other": other}))
            if isinstance(value, int | float) and abs(value) >= EXACT_DIGITS:
                findings.append(Finding("digits_lost", parcel.row, told))
        names.append(name)
        columns.append(_column(values, is_text=i == head.column["number"]))
    return pa.Table.from_arrays(columns, names=names)


def _column(values: list[Any], *, is_text: bool) -> pa.Array:
    given = {type(value) for value in values if value is not None}
    if not is_text and given and given <= {int, float}:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array([None if v is None else shown(v) for v in values], pa.string())


def after(head: Head, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows under the names."""
    return (row for at, row in enumerate(rows) if at > head.at)
