"""Many polygons as flat arrays of ring coordinates, the form that measuring works on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

_POLYGON, _MULTIPOLYGON = shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON


@dataclass(frozen=True)
class Rings:
    """Rings in the order of their polygons; ring r has vertices ``start[r]:start[r + 1]``."""

    coordinates: npt.NDArray[np.float64]  # (vertices, 2); a ring repeats its first vertex
    start: npt.NDArray[np.int64]
    polygon_of: npt.NDArray[np.int64]
    is_shell: npt.NDArray[np.bool_]


def rings_of(polygons: npt.NDArray[Any]) -> Rings:
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
    coordinates = shapely.get_coordinates(rings)
    start = np.r_[0, np.cumsum(shapely.get_num_coordinates(rings))].astype(np.int64)
    is_shell = np.ones(len(rings), dtype=np.bool_)
    is_shell[1:] = part_of_ring[1:] != part_of_ring[:-1]
    return Rings(coordinates, start, polygon_of_part[part_of_ring], is_shell)


def _exploded(
    wholes: npt.NDArray[Any],
    explode: Any,
    *,
    counts: npt.NDArray[np.int64],
    is_whole: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
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
