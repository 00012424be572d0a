"""Outlines made fit for measuring: plane, finite, valid areas. One bad outline stops no other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gis.findings import Finding

Geometries = npt.NDArray[np.object_]

# make_valid needs about 1 s for 100 000 crossings and grows faster than that
TANGLE_LIMIT = 50_000
VERTEX_LIMIT = 1_000_000
COORDINATE_LIMIT = 1e9  # no grid on Earth has larger numbers
POLYGONS = (3, 6)
COLLECTION = 7


@dataclass(frozen=True)
class Repaired:
    """Outlines in the order given: None where rejected, with the reason in ``codes``, else "".

    ``is_changed``: not the shape that was given; those not changed are the very same objects.
    """

    outlines: Geometries
    codes: npt.NDArray[np.object_]
    is_changed: npt.NDArray[np.bool_]
    findings: tuple[Finding, ...] = field(default=())


def repair(outlines: Geometries, rows: npt.NDArray[np.int64]) -> Repaired:
    """Return plane, valid polygons and multipolygons; ``rows`` number the outlines in findings."""
    shapes = np.array(outlines, dtype=object)
    codes = np.full(len(shapes), "", dtype=object)
    values: dict[int, dict[str, object]] = {}
    findings: list[Finding] = []

    def reject(where: npt.NDArray[np.bool_], code: str) -> None:
        hit = where & (codes == "")
        codes[hit] = code
        shapes[hit] = None

    reject(shapely.is_missing(shapes) | shapely.is_empty(shapes), "null_geometry")
    has_height = shapely.has_z(shapes) | shapely.has_m(shapes)
    if has_height.any():
        findings.append(Finding("z_dropped", values={"rows": int(has_height.sum())}))
        shapes[has_height] = shapely.force_2d(shapes[has_height])
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    is_wild = ~(np.abs(coordinates) < COORDINATE_LIMIT).all(axis=1)
    wild = np.bincount(owners[is_wild], minlength=len(shapes))
    values |= {int(i): {"vertices": int(wild[i])} for i in np.flatnonzero(wild)}
    reject(wild > 0, "not_finite")
    is_collection = shapely.get_type_id(shapes) == COLLECTION
    findings += _keep_areas(shapes, rows)
    reject(~np.isin(shapely.get_type_id(shapes), POLYGONS), "not_polygon")
    is_same = (coordinates[1:] == coordinates[:-1]).all(axis=1) & (owners[1:] == owners[:-1])
    findings += _drop_repeated(shapes, rows, np.unique(owners[1:][is_same]).tolist())
    for i in np.flatnonzero((codes == "") & ~shapely.is_valid(shapes)).tolist():
        vertices = int(shapely.get_num_coordinates(shapes[i]))
        if vertices > VERTEX_LIMIT or _tangle(shapes[i]) > TANGLE_LIMIT:
            codes[i], values[i] = "too_tangled", {"vertices": vertices, "limit": TANGLE_LIMIT}
            shapes[i] = None
            continue
        x, y = _place_of_defect(shapes[i])
        drawn = float(shapely.area(shapes[i]))
        shapes[i] = mended(shapes[i])
        if shapes[i] is not None:
            areas = {"drawn": drawn, "kept": float(shapely.area(shapes[i]))}
            findings.append(Finding("repaired_outline", int(rows[i]), areas, x, y))
    is_flat = (codes == "") & ~(shapely.area(shapes) > 0)
    values |= {int(i): {"vertices": len(shapely.get_coordinates(outlines[i]))}
               for i in np.flatnonzero(is_flat)}  # fmt: skip
    reject(is_flat, "no_area_left")
    findings += [
        Finding(codes[i], int(rows[i]), values.get(int(i), {})) for i in np.flatnonzero(codes != "")
    ]
    given = {int(row): place for place, row in enumerate(rows)} if findings else {}
    named = [
        f if f.row is None else _placed(f, np.asarray(outlines, object)[given[f.row]])
        for f in findings
    ]
    touched = [finding.row for finding in findings if finding.row is not None]
    is_changed = has_height | is_collection | (codes != "") | np.isin(rows, touched)
    return Repaired(shapes, codes, is_changed, tuple(named))


def mended(outline: shapely.Geometry) -> shapely.Geometry | None:
    """Return the areas of a broken outline as one valid shape, None if nothing has an area."""
    ways: tuple[dict[str, Any], ...] = (
        {"method": "structure", "keep_collapsed": False},
        {"method": "linework"},
    )
    for way in ways:  # a city's layer has outlines that the first way leaves broken
        try:
            areas = areas_of(shapely.make_valid(outline, **way))
        except shapely.errors.GEOSException:
            continue
        if areas is not None and shapely.is_valid(areas):
            return areas
    return None


def areas_of(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return the polygons of any shape as one polygon or multipolygon, else None."""
    parts = np.atleast_1d(shapely.get_parts(shape))
    while (shapely.get_type_id(parts) >= 4).any():
        parts = shapely.get_parts(parts)
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)]
    if not len(parts):
        return None
    whole = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return whole if shapely.is_valid(whole) else shapely.union_all(parts)


def _keep_areas(shapes: Geometries, rows: npt.NDArray[np.int64]) -> list[Finding]:
    """Take the areas out of mixed collections, in place."""
    findings = []
    for i in np.flatnonzero(shapely.get_type_id(shapes) == COLLECTION):
        parts = np.atleast_1d(shapely.get_parts(shapes[i]))
        polygons = parts[np.isin(shapely.get_type_id(parts), (*POLYGONS, COLLECTION))]
        if not len(polygons):
            continue
        single = shapely.get_parts(polygons)
        single = single[shapely.get_type_id(single) == 3]
        if len(single):
            shapes[i] = single[0] if len(single) == 1 else shapely.multipolygons(single)
            if len(polygons) < len(parts):
                left = {"parts": len(parts) - len(polygons)}
                findings.append(Finding("parts_dropped", int(rows[i]), left))
    return findings


def _drop_repeated(
    shapes: Geometries, rows: npt.NDArray[np.int64], suspects: list[int]
) -> list[Finding]:
    """Leave out vertices equal to the one before, in place; the shape does not change."""
    findings = []
    for i in suspects:
        if shapes[i] is None:
            continue
        try:
            slim = shapely.remove_repeated_points(shapes[i], 0.0)
        except shapely.errors.GEOSException:  # a ring of one place only: has no area, see later
            continue
        fewer = int(shapely.get_num_coordinates(shapes[i]) - shapely.get_num_coordinates(slim))
        if fewer > 0 and not shapely.is_empty(slim):
            shapes[i] = slim
            findings.append(Finding("repeated_vertices", int(rows[i]), {"vertices": fewer}))
    return findings


def _tangle(outline: shapely.Geometry) -> float:
    """Estimate how many pairs of edges may cross, beyond the neighbours every outline has."""
    points, index = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(outline)), return_index=True
    )
    is_edge = index[1:] == index[:-1]
    ends = np.hstack([points[:-1], points[1:]])[is_edge]
    if len(ends) < 3:
        return 0.0
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    probes = boxes[:: max(1, len(boxes) // 100)]  # a hundred edges tell the density
    hits = shapely.STRtree(boxes).query(probes).shape[1]
    return len(boxes) * max(0.0, hits / len(probes) - 6) / 2


def _placed(finding: Finding, given: shapely.Geometry | None) -> Finding:
    """Return a finding with its row among the values, and a place: its own, or the first corner."""
    values = {"row": finding.row, **finding.values}
    x, y = finding.x, finding.y
    if x is None:
        corners = shapely.get_coordinates(given)
        corners = corners[(np.abs(corners) < COORDINATE_LIMIT).all(axis=1)]
        x, y = map(float, corners[0]) if len(corners) else (None, None)
    return Finding(finding.code, finding.row, values, x, y)


def _place_of_defect(outline: shapely.Geometry) -> tuple[float | None, float | None]:
    found = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(outline))
    return (float(found[1]), float(found[2])) if found else (None, None)
