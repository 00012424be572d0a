"""A failing parcel with its structures near a local origin, and when a part of it would pass."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

GRID_M = 0.01
MOVED_M = 0.0071  # so far a corner moves at most when it is rounded: the half diagonal
Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[Any]


@dataclass(frozen=True)
class Others:
    """What the rest of a parcel's block (structures) or chain of neighbours (arable) adds."""

    built_m2: float = 0.0
    area_m2: float = 0.0
    new_arable_m2: float = 0.0


@dataclass(frozen=True)
class Site:
    """Ground to cut from: outline and structures are moved to the origin, areas are planar.

    ``arable_ratio`` is new arable ÷ area: a part gives in proportion, nobody knows better.
    """

    outline: shapely.Geometry
    pieces: Shapes  # each structure's ground inside the outline
    built: shapely.Geometry  # their union
    origin: Floats
    min_share: float
    least_area_m2: float  # a smaller part gives too little new arable
    others: Others

    @property
    def most_area_m2(self) -> float:
        """Return the largest area whose share can reach the limit: all structures are in it."""
        if self.min_share == 0:
            return float(self.outline.area)
        most = (self.built.area + self.others.built_m2) / self.min_share - self.others.area_m2
        return float(min(most, self.outline.area))

    @property
    def is_hopeless(self) -> bool:
        """Tell whether no part whatever can pass both rules."""
        return self.most_area_m2 < self.least_area_m2 or self.built.is_empty

    def passes(self, parts: Shapes) -> npt.NDArray[np.bool_]:
        """Tell which parts reach the share, whichever way rounding moves their corners."""
        built_m2 = shapely.area(shapely.intersection(parts, self.built)) + self.others.built_m2
        area_m2 = shapely.area(parts) + MOVED_M * shapely.length(parts)
        return (area_m2 > 0) & (built_m2 >= self.min_share * (area_m2 + self.others.area_m2))

    def placed(self, part: shapely.Geometry) -> shapely.Geometry | None:
        """Return a part in the layer's place: new corners at 0.01 m, the approved ones as given.

        None when rounding spoils the outline.
        """
        own = {tuple(corner) for corner in shapely.get_coordinates(self.outline)}

        def at_place(corners: Floats) -> Floats:
            is_own = np.array([tuple(corner) in own for corner in corners], dtype=bool)
            moved = corners + self.origin
            return np.where(is_own[:, None], moved, np.round(moved / GRID_M) * GRID_M)

        placed = shapely.remove_repeated_points(shapely.transform(part, at_place))
        if placed.geom_type != "Polygon" or not placed.is_valid:
            return None
        return placed


def site_of(
    outline: shapely.Geometry,
    structures: Shapes,
    *,
    min_share: Decimal,
    margin: Decimal,
    least_area_m2: float,
    others: Others | None = None,
) -> Site:
    """Return a parcel as a site; ``margin`` is added to the share that a part must reach."""
    origin = np.floor(np.asarray(outline.bounds[:2], dtype=np.float64))
    near, around = _moved(np.array([outline]), origin)[0], _moved(structures, origin)
    pieces = shapely.intersection(around, near)
    pieces = pieces[shapely.area(pieces) > 0]
    built = shapely.union_all(pieces) if len(pieces) else shapely.Polygon()
    share = min(1.0, float(min_share + margin) * (1 + 1e-6))  # a hair more: areas are rounded
    return Site(near, pieces, built, origin, share, least_area_m2, others or Others())


def largest_parts(shapes: Shapes) -> Shapes:
    """Return the largest polygon of each shape; an empty polygon where there is none."""
    found = np.array(shapes, dtype=object)
    for place in np.flatnonzero(shapely.get_type_id(found) != shapely.GeometryType.POLYGON):
        parts = shapely.get_parts(found[place])
        parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
        found[place] = parts[int(shapely.area(parts).argmax())] if len(parts) else shapely.Polygon()
    return found


def compactness(outline: shapely.Geometry) -> float:
    """Return 4π·area ÷ perimeter²: 1 for a circle, 0.79 for a square, less the thinner."""
    return float(4 * np.pi * outline.area / max(outline.length, 1e-9) ** 2)


def _moved(shapes: Shapes, origin: Floats) -> Shapes:
    return shapely.transform(shapes, lambda corners: corners - origin)
