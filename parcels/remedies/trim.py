"""Trimming: the largest simple part around the structures that reaches the share.

A core (hull or turned rectangle around all structures, or around a cluster of them) grows by an
even margin, clipped by the parcel. A part that holds every structure has the more share the smaller
it is, so a search on the margin finds the largest one that still passes; at best it is
``Site.most_area_m2``, more is impossible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import shapely

from parcels.remedies.site import Floats, Shapes, Site, compactness, largest_parts

COARSE = 5  # margins tried at once, then halved
HALVINGS = 10  # to 2 cm over 100 m
CLUSTERS = (1.0, 0.75, 0.5, 0.25)  # share of the built area that a core takes in
GOOD_ENOUGH = 0.97  # of the largest area possible: no further core is tried
WORTH = 0.03  # so much area is given up for an outline with fewer corners
LEAST_COMPACT = 0.12  # a 10 : 1 strip has 0.26
MITRE = 2.5


def trimmed(site: Site) -> list[shapely.Geometry]:
    """Return parts that pass, near the origin, the best first; none where nothing can."""
    if site.is_hopeless:
        return []
    found: list[shapely.Geometry] = []
    best_m2 = 0.0
    for wanted in CLUSTERS:
        if best_m2 >= max(GOOD_ENOUGH, wanted) * site.most_area_m2:
            break  # a smaller cluster carries less
        for core in _cores(site, wanted):
            part = _grown(site, core)
            if part is None:
                continue
            found.append(part)
            best_m2 = max(best_m2, float(part.area))
            if best_m2 >= GOOD_ENOUGH * site.most_area_m2:
                break
    return best_first(found)


def best_first(parts: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """Return the largest first; among those of nearly its area the one with fewest corners."""
    if not parts:
        return []
    most_m2 = max(part.area for part in parts)

    def rank(part: shapely.Geometry) -> tuple[bool, float]:
        is_near = part.area >= (1 - WORTH) * most_m2
        corners = float(shapely.get_num_coordinates(part))
        return (not is_near, corners if is_near else -part.area)

    return sorted(parts, key=rank)


def _cores(site: Site, wanted: float) -> Iterator[shapely.Geometry]:
    """Give the shapes to grow from: around the clusters that hold a share of the built area."""
    pieces, seen = site.pieces, set()
    area_m2 = shapely.area(pieces)
    middles = shapely.get_coordinates(shapely.centroid(pieces))
    away_m = np.hypot(*(middles[:, None] - middles[None]).T)
    for seed in (int((away_m @ area_m2).argmin()), int(area_m2.argmax())):
        order = np.argsort(away_m[seed], kind="stable")
        built = np.cumsum(area_m2[order])
        count = int(np.searchsorted(built, wanted * built[-1] - 1e-9)) + 1
        chosen = frozenset(order[:count].tolist())
        if chosen in seen:
            continue
        seen.add(chosen)
        together = shapely.multipolygons(_polygons(pieces[sorted(chosen)]))
        yield shapely.oriented_envelope(together)
        yield shapely.simplify(shapely.convex_hull(together), 0.3)


def _polygons(shapes: Shapes) -> Shapes:
    parts = shapely.get_parts(shapes)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    return parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]


def _grown(site: Site, core: shapely.Geometry) -> shapely.Geometry | None:
    """Return the core grown as far as the share allows; None if it never passes both rules."""

    def grown(margins: Floats) -> Shapes:
        around = shapely.buffer(core, margins, join_style="mitre", mitre_limit=MITRE)
        return largest_parts(shapely.intersection(around, site.outline))

    west, south, east, north = site.outline.bounds
    best = largest(site, grown, 0.0, float(np.hypot(east - west, north - south)))
    if best is None or best.area < site.least_area_m2 or compactness(best) < LEAST_COMPACT:
        return None
    return best


def largest(
    site: Site, part_at: Callable[[Floats], Shapes], low: float, high: float
) -> shapely.Geometry | None:
    """Return the part that passes at the greatest value found, by coarse steps, then halving."""
    steps = np.linspace(low, high, COARSE + 1)[:-1]
    parts = part_at(steps)
    passing = np.flatnonzero(site.passes(parts))
    if not len(passing):
        return None
    last = int(passing[-1])
    best, low = parts[last], float(steps[last])
    high = float(steps[last + 1]) if last + 1 < len(steps) else high
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        part = part_at(np.array([middle]))
        if site.passes(part)[0]:
            best, low = part[0], middle
        else:
            high = middle
    return best
