"""Splitting: one straight cut, or the parts a parcel already has; the part that passes is kept."""

from __future__ import annotations

import numpy as np
import shapely

from parcels.remedies.site import Floats, Shapes, Site, compactness, largest_parts
from parcels.remedies.trim import LEAST_COMPACT, best_first, largest


def split(site: Site) -> list[shapely.Geometry]:
    """Return parts that pass, near the origin, the largest and simplest first."""
    if site.is_hopeless:
        return []
    found = _own_parts(site)
    for normal in _normals(site):
        part = _cut(site, normal)
        if part is not None:
            found.append(part)
    return best_first(found)


def _own_parts(site: Site) -> list[shapely.Geometry]:
    """Return the parts of a parcel in several parts that pass as they are."""
    parts = shapely.get_parts(site.outline)
    if len(parts) < 2:
        return []
    return [part for part in parts[site.passes(parts)] if part.area >= site.least_area_m2]


def _normals(site: Site) -> list[Floats]:
    """Return the directions to cut across: along the parcel's and the structures' own sides."""
    normals: list[Floats] = []
    for shape in (site.outline, site.built):
        corners = shapely.get_coordinates(shapely.oriented_envelope(shape))
        for side in np.diff(corners[:3], axis=0):
            length = float(np.hypot(*side))
            if length == 0:
                continue
            unit = side / length
            if all(abs(float(unit @ known)) < 0.998 for known in normals):
                normals.append(unit)
    return [turned for unit in normals for turned in (unit, -unit)]


def _cut(site: Site, normal: Floats) -> shapely.Geometry | None:
    """Return the largest part on the near side of a line across ``normal`` that passes."""
    along = shapely.get_coordinates(site.outline) @ normal

    def below(offsets: Floats) -> Shapes:
        return largest_parts(
            shapely.intersection(_half_planes(site, normal, offsets), site.outline)
        )

    # the smallest part worth looking at gives enough new arable: start there, not at nothing
    low, high = float(along.min()), float(along.max())
    low += (high - low) * 0.5 * site.least_area_m2 / site.outline.area
    best = largest(site, below, low, high)
    if best is None or best.area < site.least_area_m2 or compactness(best) < LEAST_COMPACT:
        return None
    return best


def _half_planes(site: Site, normal: Floats, offsets: Floats) -> Shapes:
    """Return for each offset the ground below it: a rectangle larger than the parcel."""
    west, south, east, north = site.outline.bounds
    middle = np.array([(west + east) / 2, (south + north) / 2])
    reach = float(np.hypot(east - west, north - south)) + 1.0
    side = np.array([-normal[1], normal[0]])
    foot, back = side * (middle @ side), side * reach
    near = foot + normal * offsets[:, None]
    far = foot + normal * (offsets[:, None] - 2 * reach)
    return shapely.polygons(np.stack([near + back, near - back, far - back, far + back], axis=1))
