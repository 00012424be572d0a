"""Rings listed vertex by vertex made into areas: parts and holes told by what lies in what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Vertex = tuple[float, float]
Ring = list[Vertex]
FEWEST = 3  # corners of an area


def rings_of_path(vertices: Iterable[tuple[Any, Vertex]]) -> list[Ring]:
    """Cut a parcel's vertices into rings: at a new ring number, and where a ring comes home.

    Files use ring numbers for holes, for parts, or not at all. The repeated first vertex that ends
    a ring is left out, as often as it is written.
    """
    rings: list[Ring] = []
    number: Any = None
    is_home = True
    for key, vertex in vertices:
        if rings and key == number and is_home and vertex == rings[-1][0]:
            continue
        if is_home or key != number:
            rings.append([])
        elif len(rings[-1]) >= FEWEST and vertex == rings[-1][0]:
            is_home = True
            continue
        rings[-1].append(vertex)
        number, is_home = key, False
    return rings


def outlines_of(
    parcels: list[list[Ring]],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """Return an outline a parcel, None with a mark where a ring has no three corners."""
    outlines = np.full(len(parcels), None, dtype=object)
    is_broken = np.array(
        [not rings or any(len(set(ring)) < FEWEST for ring in rings) for rings in parcels], bool
    )
    whole = [(i, ring) for i in np.flatnonzero(~is_broken).tolist() for ring in parcels[i]]
    if not whole:
        return outlines, is_broken
    owner = np.array([i for i, _ in whole])
    sizes = [len(ring) for _, ring in whole]
    coordinates = np.array([vertex for _, ring in whole for vertex in ring], dtype=np.float64)
    # nan is not even itself, so no ring would close on it; infinity is refused later by its name
    coordinates[np.isnan(coordinates)] = np.inf
    lines = shapely.linearrings(coordinates, indices=np.repeat(np.arange(len(whole)), sizes))
    areas = shapely.polygons(lines)
    first, count = np.unique(owner, return_index=True, return_counts=True)[1:]
    outlines[owner[first]] = areas[first]
    for at, many in zip(first[count > 1], count[count > 1], strict=True):
        own = areas[at : at + many]
        try:
            outlines[owner[at]] = nested(own)
        except shapely.errors.GEOSException:  # impossible numbers: refused later by their name
            outlines[owner[at]] = shapely.multipolygons(own)
    return outlines, is_broken


def nested(areas: npt.NDArray[Any]) -> shapely.Geometry:
    """Return rings, each given as a filled polygon, as one area: odd depth is a hole."""
    areas = areas[np.argsort(-shapely.area(areas), kind="stable")]
    areas = areas[
        np.sort(np.unique(shapely.to_wkb(shapely.normalize(areas)), return_index=True)[1])
    ]
    inner, outer = shapely.STRtree(areas).query(areas, predicate="covered_by")
    is_other = inner != outer
    inner, outer = inner[is_other], outer[is_other]
    depth = np.bincount(inner, minlength=len(areas))
    holes: dict[int, list[Any]] = {}
    for one, around in zip(inner.tolist(), outer.tolist(), strict=True):
        if depth[one] % 2 and depth[around] == depth[one] - 1:
            holes.setdefault(around, []).append(shapely.get_exterior_ring(areas[one]))
    parts = [
        shapely.polygons(shapely.get_exterior_ring(areas[i]), holes=holes.get(i))
        for i in np.flatnonzero(depth % 2 == 0).tolist()
    ]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def is_north_first(first: Iterable[float], second: Iterable[float]) -> bool | None:
    """Tell by size which number is the northing; None where the numbers do not tell.

    Seven digits are a northing, six or eight an easting; in degrees more than 54 is no latitude
    of China.
    """
    a, b = float(np.median(list(first))), float(np.median(list(second)))
    for north, east, answer in ((a, b, True), (b, a, False)):
        in_metres = 1.7e6 < north < 6.1e6 and (1e5 < east < 9e5 or 13e6 <= east < 46e6)
        in_degrees = 3 < north < 54 and 70 < east < 140
        if in_metres or in_degrees:
            return answer
    return None
