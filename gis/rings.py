"""Many polygons as flat arrays of ring coordinates, the form that measuring works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Shapes = npt.NDArray[Any]

_POLYGON, _MULTIPOLYGON = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON


@dataclass(frozen=True)
class Rings:
    """Rings in the order of their polygons; a polygon of several parts has several shells.

    Polygon p has the rings ``first[p]:first[p + 1]``, a shell before its holes; ring r has the
    vertices ``start[r]:start[r + 1]`` and repeats its first vertex. A polygon without rings is
    null or empty.
    """

    coordinates: Floats  # (vertices, 2)
    start: Integers
    first: Integers
    is_shell: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def polygon_of(self) -> Integers:
        """Return for each ring the polygon it belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def of(self, polygons: Integers) -> Rings:
        """Return the rings of the chosen polygons, in the order they are asked for."""
        rings, first = _runs(self.first, polygons)
        vertices, start = _runs(self.start, rings)
        return Rings(self.coordinates[vertices], start, first, self.is_shell[rings])

    def moved(self, move: Callable[[Floats, Floats], tuple[Floats, Floats]]) -> Rings:
        """Return the same rings with each place given to ``move`` as x and y."""
        places = np.column_stack(move(self.coordinates[:, 0], self.coordinates[:, 1]))
        return Rings(np.ascontiguousarray(places), self.start, self.first, self.is_shell)

    def shapes(self) -> Shapes:
        """Return polygons, multipolygons where there is more than one shell, None without rings."""
        whole = np.full(len(self), None, dtype=object)
        shells = np.flatnonzero(self.is_shell)
        if not len(shells):
            return whole
        parts = shapely.from_ragged_array(
            _POLYGON, self.coordinates, (self.start, np.r_[shells, len(self.is_shell)])
        )
        polygon_of = self.polygon_of[shells]
        has_several = np.bincount(polygon_of, minlength=len(self)) > 1
        is_part = has_several[polygon_of]
        whole[polygon_of[~is_part]] = parts[~is_part]
        if has_several.any():
            place = np.cumsum(has_several) - 1
            whole[has_several] = shapely.multipolygons(
                parts[is_part], indices=place[polygon_of[is_part]]
            )
        return whole


def rings_of(polygons: Shapes) -> Rings:
    """Return the rings of polygons and multipolygons; null and empty ones have none.

    ValueError for points, lines and collections: their area would silently be left out.
    """
    kind = shapely.get_type_id(polygons)
    is_solid = ~(shapely.is_missing(polygons) | shapely.is_empty(polygons))
    if not np.isin(kind[is_solid], (_POLYGON, _MULTIPOLYGON)).all():
        raise ValueError("areas are measured on polygons and multipolygons only")
    parts, polygon_of_part = _exploded(
        polygons,
        shapely.get_parts,
        counts=np.where(is_solid, shapely.get_num_geometries(polygons), 0),
        is_whole=kind == _POLYGON,
    )
    holes = shapely.get_num_interior_rings(parts)
    is_empty_part = shapely.is_empty(parts)
    rings, part_of_ring = _exploded(
        parts,
        shapely.get_rings,
        counts=np.where(is_empty_part, 0, holes + 1),
        is_whole=holes == 0,
    )
    vertices = shapely.get_num_coordinates(rings)
    if not vertices.all():  # a hole may be empty: it takes nothing out, and has no first vertex
        rings, part_of_ring = rings[vertices > 0], part_of_ring[vertices > 0]
        vertices = vertices[vertices > 0]
    coordinates = shapely.get_coordinates(rings)
    start = np.r_[0, np.cumsum(vertices)].astype(np.int64)
    is_shell = np.ones(len(rings), dtype=np.bool_)
    is_shell[1:] = part_of_ring[1:] != part_of_ring[:-1]
    counts = np.bincount(polygon_of_part[part_of_ring], minlength=len(polygons))
    return Rings(coordinates, start, np.r_[0, np.cumsum(counts)].astype(np.int64), is_shell)


def _exploded(
    wholes: Shapes,
    explode: Any,
    *,
    counts: Integers,
    is_whole: npt.NDArray[np.bool_],
) -> tuple[Shapes, Integers]:
    """Return the pieces of each thing in order, and whose they are.

    A thing of one piece stands for its piece: copying three million outlines costs seconds.
    """
    owner = np.repeat(np.arange(len(wholes)), counts)
    is_as_is = is_whole[owner]
    pieces = wholes[owner]
    if not is_as_is.all():
        is_torn = ~is_whole & (counts > 0)
        torn = explode(wholes[is_torn])
        pieces[~is_as_is] = torn
    return pieces, owner


def _runs(start: Integers, chosen: Integers) -> tuple[Integers, Integers]:
    """Return all places in the chosen runs of ``start``, and where each run now begins."""
    begins = start[chosen]
    lengths = start[chosen + 1] - begins
    ends = np.cumsum(lengths)
    moved = np.repeat(begins - (ends - lengths), lengths)
    return np.arange(len(moved)) + moved, np.r_[0, ends].astype(np.int64)
