"""Compiled search for boxes that meet: a packed tree over one layer, asked box by box.

The tree is built bottom up over boxes put in order by sort-tile-recursive packing: level 0 are the
boxes, every higher level holds the box around each run of ``WIDTH`` of the one below.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiled import compiled

WIDTH = 8
DEEPEST = 24  # 8 ** 24 boxes

_floats2, _ints = "float64[:,::1]", "int64[::1]"


@compiled(f"void({_floats2}, {_ints})")
def build_levels(boxes: Any, level: Any) -> None:
    """Fill the higher levels; level k stands in the rows ``level[k]:level[k + 1]``."""
    for k in range(len(level) - 2):
        for node in range(level[k + 1], level[k + 2]):
            first = level[k] + (node - level[k + 1]) * WIDTH
            boxes[node, 0] = boxes[node, 1] = np.inf
            boxes[node, 2] = boxes[node, 3] = -np.inf
            for child in range(first, min(first + WIDTH, level[k + 1])):
                boxes[node, 0] = min(boxes[node, 0], boxes[child, 0])
                boxes[node, 1] = min(boxes[node, 1], boxes[child, 1])
                boxes[node, 2] = max(boxes[node, 2], boxes[child, 2])
                boxes[node, 3] = max(boxes[node, 3], boxes[child, 3])


@compiled(f"int64[:,::1]({_floats2}, {_ints}, {_ints}, {_floats2}, int64, int64)")
def meeting(tree: Any, level: Any, order: Any, asked: Any, asked_from: int, asked_to: int) -> Any:
    """Return (box of the tree, asked box) for all that share a place, ordered by asked box.

    ``order``: which box each row of level 0 is. A box of nan meets nothing.
    """
    found = np.empty((max(asked_to - asked_from, 16), 2), np.int64)
    count = 0
    stack = np.empty(DEEPEST * WIDTH, np.int64)
    depth = np.empty(DEEPEST * WIDTH, np.int64)
    top = len(level) - 2
    for a in range(asked_from, asked_to):
        west, south, east, north = asked[a, 0], asked[a, 1], asked[a, 2], asked[a, 3]
        filled = 0
        for root in range(level[top], level[top + 1]):
            stack[filled], depth[filled] = root, top
            filled += 1
        while filled:
            filled -= 1
            node, k = stack[filled], depth[filled]
            if not (
                tree[node, 0] <= east
                and tree[node, 2] >= west
                and tree[node, 1] <= north
                and tree[node, 3] >= south
            ):
                continue
            if k == 0:
                if count == len(found):
                    longer = np.empty((2 * count, 2), np.int64)
                    longer[:count] = found
                    found = longer
                found[count, 0], found[count, 1] = order[node], a
                count += 1
                continue
            first = level[k - 1] + (node - level[k]) * WIDTH
            for child in range(first, min(first + WIDTH, level[k])):
                stack[filled], depth[filled] = child, k - 1
                filled += 1
    return found[:count]


@compiled(f"void({_floats2}, {_ints}, {_ints}, {_floats2})")
def ring_boxes(coordinates: Any, start: Any, first: Any, boxes: Any) -> None:
    """Fill the box of each polygon; nan where it has no rings or a place that is no number."""
    for polygon in range(len(first) - 1):
        west = south = np.inf
        east = north = -np.inf
        for v in range(start[first[polygon]], start[first[polygon + 1]]):
            x, y = coordinates[v, 0], coordinates[v, 1]
            west, east = min(west, x), max(east, x)
            south, north = min(south, y), max(north, y)
        boxes[polygon, 0], boxes[polygon, 1] = west, south
        boxes[polygon, 2], boxes[polygon, 3] = east, north


@compiled("void(int64[:,::1], int64[::1], int64[:,::1])")
def by_first(pairs: Any, place: Any, ordered: Any) -> None:
    """Put pairs in order of their first number; ``place`` is zero for each such number and one."""
    for pair in range(len(pairs)):
        place[pairs[pair, 0] + 1] += 1
    for number in range(1, len(place)):
        place[number] += place[number - 1]
    for pair in range(len(pairs)):
        at = place[pairs[pair, 0]]
        ordered[at, 0], ordered[at, 1] = pairs[pair, 0], pairs[pair, 1]
        place[pairs[pair, 0]] = at + 1
