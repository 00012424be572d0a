"""Compiled loops over the records of a .shp: which are plain rings, and their coordinates.

A record is **plain** when it is one ring that is proven to be a simple closed curve around some
area: closed, finite, no vertex twice in a row, neighbours that do not fold back, and no two other
edges that meet. Such a polygon is valid by definition, so neither GDAL nor GEOS need look at it.
The proof uses orientations whose sign is certain (Shewchuk's bound); whatever is less than certain
is not plain, and is left to GDAL and GEOS. Nothing here decides that a shape is bad.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiled import compiled

POLYGON = 5
MOST_POINTS = 400  # every pair of edges is looked at: beyond this GEOS is faster
FARTHEST = 1e9
ROUNDING = 2.0**-53
CERTAIN = (3.0 + 16.0 * ROUNDING) * ROUNDING
NEAR_UNDERFLOW = 1e-290  # below, the bounds on rounding do not hold
HEAD, RING = 8, 48  # record header; type, box, two counts and the one part's start

_file = "Array(uint8, 1, 'C', True)"  # a mapped file is read-only
_bytes, _floats, _floats2 = "uint8[::1]", "float64[::1]", "float64[:,::1]"
_ints = "int64[::1]"


@compiled(f"int64({_file}, int64)")
def little(content: Any, at: int) -> Any:
    """Return a little-endian 32-bit number without its sign."""
    return (
        np.int64(content[at])
        | np.int64(content[at + 1]) << 8
        | np.int64(content[at + 2]) << 16
        | np.int64(content[at + 3]) << 24
    )


@compiled(f"float64({_floats}, int64, int64, int64)")
def turn(xy: Any, a: int, b: int, c: int) -> float:
    """Return which side of the line a–b c lies on, 0 where that is not certain."""
    left = (xy[2 * a] - xy[2 * c]) * (xy[2 * b + 1] - xy[2 * c + 1])
    right = (xy[2 * a + 1] - xy[2 * c + 1]) * (xy[2 * b] - xy[2 * c])
    side = left - right
    if abs(side) > CERTAIN * (abs(left) + abs(right)) + NEAR_UNDERFLOW:
        return side
    return 0.0


@compiled(f"boolean({_floats}, int64)")
def is_simple(xy: Any, points: int) -> bool:
    """Tell whether a closed ring is certainly a simple curve; False: not certain."""
    edges = points - 1
    for i in range(edges):
        # the next edge shares a corner only, unless it runs back along this one
        a, b, c = i, i + 1, i + 2 if i + 2 < points else 1
        if turn(xy, a, b, c) == 0.0:
            along_x = (xy[2 * b] - xy[2 * a]) * (xy[2 * c] - xy[2 * b])
            along_y = (xy[2 * b + 1] - xy[2 * a + 1]) * (xy[2 * c + 1] - xy[2 * b + 1])
            doubt = 8.0 * ROUNDING * (abs(along_x) + abs(along_y)) + NEAR_UNDERFLOW
            if not along_x + along_y > doubt:
                return False
    for i in range(edges - 2):
        ax, ay, bx, by = xy[2 * i], xy[2 * i + 1], xy[2 * i + 2], xy[2 * i + 3]
        west, east, south, north = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        last = edges - 1 if i == 0 else edges  # the last edge is the first one's neighbour
        for j in range(i + 2, last):
            cx, cy, dx, dy = xy[2 * j], xy[2 * j + 1], xy[2 * j + 2], xy[2 * j + 3]
            if (
                max(cx, dx) < west
                or min(cx, dx) > east
                or max(cy, dy) < south
                or min(cy, dy) > north
            ):
                continue
            if turn(xy, i, i + 1, j) * turn(xy, i, i + 1, j + 1) > 0.0:
                continue
            if turn(xy, j, j + 1, i) * turn(xy, j, j + 1, i + 1) > 0.0:
                continue
            return False
    return True


@compiled(f"boolean({_floats}, int64, {_floats})")
def is_plain(xy: Any, points: int, box: Any) -> bool:
    """Tell whether a ring is plain, and fill its box."""
    last = 2 * (points - 1)
    if xy[0] != xy[last] or xy[1] != xy[last + 1]:
        return False
    west = south = np.inf
    east = north = -np.inf
    twice = 0.0
    for v in range(points):
        x, y = xy[2 * v], xy[2 * v + 1]
        if not (abs(x) < FARTHEST and abs(y) < FARTHEST):
            return False
        if v and x == xy[2 * v - 2] and y == xy[2 * v - 1]:
            return False
        west, east = min(west, x), max(east, x)
        south, north = min(south, y), max(north, y)
        if v:
            twice += (xy[2 * v - 2] - xy[0]) * (y - xy[1]) - (x - xy[0]) * (xy[2 * v - 1] - xy[1])
    if not abs(twice) > 1e-12 * (east - west) * (north - south):
        return False
    box[0], box[1], box[2], box[3] = west, south, east, north
    return is_simple(xy, points)


@compiled(f"void({_file}, {_ints}, {_ints}, {_ints}, {_ints}, {_floats2}, int64, int64)")
def read_records(
    content: Any,
    starts: Any,
    lengths: Any,
    kinds: Any,
    points: Any,
    boxes: Any,
    record_from: int,
    record_to: int,
) -> None:
    """Fill each record's shape type, and box and number of points where it is plain, else 0.

    Records lie within the content and have the lengths given.
    """
    longest = np.empty(16 * MOST_POINTS, np.uint8)
    xy = longest.view(np.float64)
    for record in range(record_from, record_to):
        at, length = starts[record], lengths[record]
        kinds[record] = little(content, at + HEAD)
        points[record] = 0
        if kinds[record] != POLYGON or length < RING + 64:
            continue
        count = little(content, at + HEAD + 40)
        is_one = little(content, at + HEAD + 36) == 1 and little(content, at + HEAD + 44) == 0
        if not is_one or not 4 <= count <= MOST_POINTS or length != RING + 16 * count:
            continue
        begin = at + HEAD + RING
        longest[: 16 * count] = content[begin : begin + 16 * count]
        if is_plain(xy, count, boxes[record]):
            points[record] = count


@compiled(f"void({_file}, {_ints}, {_ints}, {_ints}, {_bytes}, int64, int64)")
def copy_rings(
    content: Any,
    starts: Any,
    points: Any,
    vertex: Any,
    coordinates: Any,
    record_from: int,
    record_to: int,
) -> None:
    """Copy the vertices of plain records to where ``vertex`` says that each begins."""
    for record in range(record_from, record_to):
        size = 16 * points[record]
        if size:
            begin, to = starts[record] + HEAD + RING, 16 * vertex[record]
            coordinates[to : to + size] = content[begin : begin + size]
