"""Areas of polygons in exact arithmetic: slow, and right wherever floating point is in doubt.

The plane is cut into vertical slabs at every corner and every crossing. Inside a slab no edge
starts, ends or crosses another, so the wanted area is its width times its length at mid-slab.
Membership is even-odd per polygon: for a valid polygon the same as its interior.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, pairwise
from typing import Any

import shapely

Edge = tuple[Fraction, Fraction, Fraction, Fraction, int]  # x, y, x, y left to right; polygon


def exact_area_m2(polygon: Any) -> Fraction:
    """Return the area of a polygon or multipolygon."""
    return exact_cover_m2(polygon, [polygon])


def exact_intersection_m2(one: Any, other: Any) -> Fraction:
    """Return the area two polygons share."""
    return exact_cover_m2(one, [other])


def exact_cover_m2(parcel: Any, structures: Sequence[Any]) -> Fraction:
    """Return the area of a parcel that lies under at least one of the structures."""
    edges = list(chain.from_iterable(_edges(s, n) for n, s in enumerate([parcel, *structures])))
    cuts = sorted(chain((e[0] for e in edges), (e[2] for e in edges), _crossings(edges)))
    total = Fraction(0)
    for left, right in pairwise(cuts):
        if left < right:
            middle = (left + right) / 2
            across = [e for e in edges if e[0] < middle < e[2]]
            total += (right - left) * _covered_length(across, middle)
    return total


def _edges(polygon: Any, number: int) -> Iterator[Edge]:
    for ring in shapely.get_rings(shapely.get_parts(polygon)):
        points = [(Fraction(x), Fraction(y)) for x, y in shapely.get_coordinates(ring).tolist()]
        for (ax, ay), (bx, by) in pairwise(points):
            if ax < bx:
                yield (ax, ay, bx, by, number)
            elif bx < ax:
                yield (bx, by, ax, ay, number)


def _y_at(edge: Edge, x: Fraction) -> Fraction:
    ax, ay, bx, by, _number = edge
    return ay + (by - ay) * (x - ax) / (bx - ax)


def _crossings(edges: Sequence[Edge]) -> Iterator[Fraction]:
    """Yield the x of every proper crossing of two edges."""
    ordered = sorted(edges)
    for n, one in enumerate(ordered):
        for other in ordered[n + 1 :]:
            if other[0] >= one[2]:
                break
            left, right = other[0], min(one[2], other[2])
            if max(one[1], one[3]) < min(other[1], other[3]):
                continue
            if max(other[1], other[3]) < min(one[1], one[3]):
                continue
            before = _y_at(one, left) - _y_at(other, left)
            after = _y_at(one, right) - _y_at(other, right)
            if before * after < 0:
                yield left + (right - left) * before / (before - after)


def _covered_length(across: Iterable[Edge], x: Fraction) -> Fraction:
    """Return how much of the vertical line at x is in polygon 0 and in any other one."""
    hits = sorted((_y_at(edge, x), edge[4]) for edge in across)
    inside: set[int] = set()
    length = Fraction(0)
    for (y, number), (next_y, _next) in pairwise(hits):
        inside ^= {number}
        if 0 in inside and len(inside) > 1:
            length += next_y - y
    return length
