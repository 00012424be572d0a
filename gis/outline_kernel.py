"""Compiled loop for the length of a structure's outline inside a parcel.

Every crossing of an outline's edge with the parcel's must be certain: a corner on the other's edge,
edges along one another, anything within rounding gives nan, and GEOS is asked about that pair.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiled import compiled

ROUNDING = 2.0**-53
CERTAIN = (3.0 + 16.0 * ROUNDING) * ROUNDING  # Shewchuk's bound for an orientation
NEAR_M = 1e-6  # a corner this near to an edge, a wall along a boundary: GEOS decides
MOST_CROSSINGS = 64

_floats, _floats2, _ints = "float64[::1]", "float64[:,::1]", "int64[::1]"


@compiled("float64(float64, float64, float64, float64, float64, float64)")
def side(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Return which side of the line a–b c lies on, 0 where it is as good as on it."""
    left, right = (ax - cx) * (by - cy), (ay - cy) * (bx - cx)
    doubt = CERTAIN * (abs(left) + abs(right)) + NEAR_M * (abs(bx - ax) + abs(by - ay))
    if abs(left - right) > doubt:
        return left - right
    return 0.0


@compiled(f"int64({_floats2}, {_ints}, int64, int64, float64, float64)")
def is_inside(places: Any, start: Any, ring_from: int, ring_to: int, x: float, y: float) -> int:
    """Return 1 for a place inside rings, 0 outside, -1 where that is not certain."""
    inside = 0
    for ring in range(ring_from, ring_to):
        for v in range(start[ring], start[ring + 1] - 1):
            ax, ay, bx, by = places[v, 0], places[v, 1], places[v + 1, 0], places[v + 1, 1]
            if (ay > y) == (by > y):
                continue
            turn = side(ax, ay, bx, by, x, y)
            if turn == 0.0:
                return -1
            if (turn > 0.0) == (by > ay):
                inside = 1 - inside
    return inside


@compiled(
    f"int64({_floats2}, {_ints}, int64, int64, float64, float64, float64, float64, {_floats})"
)
def crossings(
    places: Any,
    start: Any,
    ring_from: int,
    ring_to: int,
    ax: float,
    ay: float,
    bx: float,
    by: float,
    cuts: Any,
) -> int:
    """Fill ``cuts[1:]`` with where the edge a–b crosses rings, 0 at a and 1 at b, ascending.

    Returns how many there are, -1 where that is not certain.
    """
    west, east, south, north = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
    count = 0
    for ring in range(ring_from, ring_to):
        for v in range(start[ring], start[ring + 1] - 1):
            cx, cy, dx, dy = places[v, 0], places[v, 1], places[v + 1, 0], places[v + 1, 1]
            if (
                max(cx, dx) < west
                or min(cx, dx) > east
                or max(cy, dy) < south
                or min(cy, dy) > north
            ):
                continue
            of_c, of_d = side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)
            if of_c * of_d > 0.0:
                continue
            of_a, of_b = side(cx, cy, dx, dy, ax, ay), side(cx, cy, dx, dy, bx, by)
            if of_a * of_b > 0.0:
                continue
            if of_a * of_b == 0.0 or of_c * of_d == 0.0 or count == MOST_CROSSINGS:
                return -1
            place = count + 1
            cut = of_a / (of_a - of_b)
            while place > 1 and cuts[place - 1] > cut:
                cuts[place] = cuts[place - 1]
                place -= 1
            cuts[place] = cut
            count += 1
    return count


@compiled(
    f"void({_floats2}, {_ints}, {_ints}, {_floats2}, {_ints}, {_ints}, {_ints}, {_ints},"
    f" int64, int64, {_floats})"
)
def cut_lengths(
    parcels: Any,
    parcel_start: Any,
    parcel_first: Any,
    structures: Any,
    structure_start: Any,
    structure_first: Any,
    parcel_of: Any,
    structure_of: Any,
    pair_from: int,
    pair_to: int,
    length_m: Any,
) -> None:
    """Fill the length of each structure's outline inside its parcel; nan: not certain."""
    cuts = np.empty(MOST_CROSSINGS + 2)
    for pair in range(pair_from, pair_to):
        p, s = parcel_of[pair], structure_of[pair]
        ring_from, ring_to = parcel_first[p], parcel_first[p + 1]
        total = 0.0
        for ring in range(structure_first[s], structure_first[s + 1]):
            at = structure_start[ring]
            inside = is_inside(
                parcels, parcel_start, ring_from, ring_to, structures[at, 0], structures[at, 1]
            )
            if inside < 0:
                total = np.nan
            for v in range(at, structure_start[ring + 1] - 1):
                if np.isnan(total):
                    break
                ax, ay = structures[v, 0], structures[v, 1]
                bx, by = structures[v + 1, 0], structures[v + 1, 1]
                length = np.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
                count = crossings(parcels, parcel_start, ring_from, ring_to, ax, ay, bx, by, cuts)
                if count < 0:
                    total = np.nan
                    break
                cuts[0], cuts[count + 1] = 0.0, 1.0
                for k in range(count + 1):
                    if inside:
                        total += length * (cuts[k + 1] - cuts[k])
                    if k < count:
                        inside = 1 - inside
            if np.isnan(total):
                break
        length_m[pair] = total
