"""Where a region's name stands on a map: inside it, clear of what is drawn there."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

GRID = 13  # candidates for a name, each way


def free_place(region: BaseGeometry, drawn: shapely.STRtree) -> tuple[float, float]:
    """Return the point of a grid inside a region that is farthest from shapes and boundary.

    A region too narrow for the grid gives any point inside; ``drawn`` may hold none.
    """
    west, south, east, north = region.bounds
    across, up = (np.linspace(low, high, GRID) for low, high in ((west, east), (south, north)))
    points = shapely.points(*(axis.ravel() for axis in np.meshgrid(across, up)))
    shapely.prepare(region)
    inside = points[shapely.contains(region, points)]
    if not len(inside):
        middle = region.representative_point()
        return float(middle.x), float(middle.y)
    free = shapely.distance(inside, region.boundary)
    if len(drawn):
        (at, _nearest), away = drawn.query_nearest(inside, return_distance=True, all_matches=False)
        free[at] = np.minimum(free[at], away)
    best = inside[int(np.argmax(free))]
    return float(best.x), float(best.y)
