"""Trimming: the largest simple part around the structures that reaches the share.

A core (hull or turned rectangle around all structures, or around a cluster of them) grows by an
even margin, clipped by the parcel. A part that holds every structure has the more share the smaller
it is, so a search on the margin finds the largest one that still passes; at best it is
``Site.most_area_m2``, more is impossible.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from parcels.remedies.site import Shapes, Site, compactness, largest_parts

STEPS = 9  # margins tried at once
ROUNDS = 4  # each narrows the margin STEPS + 1 times: to a few mm over 100 m
CLUSTERS = (1.0, 0.8, 0.6, 0.4, 0.2)  # share of the built area that a core takes in
GOOD_ENOUGH = 0.985  # of the largest area possible: no further core is tried
WORTH = 0.03  # so much area is given up for an outline with fewer corners
LEAST_COMPACT = 0.12  # a 10 : 1 strip has 0.26
MITRE = 2.5


def trimmed(site: Site) -> list[shapely.Geometry]:
    """Return parts that pass, near the origin, the best first; none where nothing can."""
    if site.is_hopeless:
        return []
    found: list[shapely.Geometry] = []
    for core in _cores(site):
        part = _grown(site, core)
        if part is None:
            continue
        found.append(part)
        if part.area >= GOOD_ENOUGH * site.most_area_m2 and compactness(part) > 2 * LEAST_COMPACT:
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


def _cores(site: Site) -> Iterator[shapely.Geometry]:
    """Give the shapes to grow from: around all structures first, then around clusters."""
    pieces, seen = site.pieces, set()
    area_m2 = shapely.area(pieces)
    middles = shapely.get_coordinates(shapely.centroid(pieces))
    away_m = np.hypot(*(middles[:, None] - middles[None]).T)
    seeds = (int((away_m @ area_m2).argmin()), int(area_m2.argmax()))
    for wanted in CLUSTERS:
        for seed in seeds:
            order = np.argsort(away_m[seed], kind="stable")
            built = np.cumsum(area_m2[order])
            count = int(np.searchsorted(built, wanted * built[-1] - 1e-9)) + 1
            chosen = frozenset(order[:count].tolist())
            if chosen in seen:
                continue
            seen.add(chosen)
            together = shapely.multipolygons(_polygons(pieces[sorted(chosen)]))
            hull = shapely.convex_hull(together)
            yield shapely.oriented_envelope(together)
            yield shapely.simplify(hull, 0.3)


def _polygons(shapes: Shapes) -> Shapes:
    parts = shapely.get_parts(shapes)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    return parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]


def _grown(site: Site, core: shapely.Geometry) -> shapely.Geometry | None:
    """Return the core grown as far as the share allows; None if it never passes both rules."""
    west, south, east, north = site.outline.bounds
    low_m, high_m = 0.0, float(np.hypot(east - west, north - south))
    best: shapely.Geometry | None = None
    for turn in range(ROUNDS):
        margins = np.linspace(low_m, high_m, STEPS + 2)[0 if turn == 0 else 1 : -1]
        grown = shapely.buffer(core, margins, join_style="mitre", mitre_limit=MITRE)
        parts = largest_parts(shapely.intersection(grown, site.outline))
        passing = np.flatnonzero(site.passes(parts) & (shapely.area(parts) > 0))
        if len(passing):
            last = int(passing[-1])
            best = parts[last]
            low_m = float(margins[last])
            high_m = float(margins[last + 1]) if last + 1 < len(margins) else high_m
        elif best is None:
            return None
        else:
            high_m = float(margins[0])
    if best is None or best.area < site.least_area_m2 or compactness(best) < LEAST_COMPACT:
        return None
    return best
