"""Which polygons may share ground: those whose boxes meet, found by a packed tree of boxes."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.rings import Rings

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ASKED_PER_TASK = 100_000


def boxes_that_meet(ones: Rings, others: Rings) -> tuple[Integers, Integers]:
    """Return (one, other) for all polygons whose boxes share a place; empty ones meet nothing.

    Ordered by one, then by other.
    """
    kernel = _kernel()
    boxes = np.empty((len(ones), 4))
    kernel.ring_boxes(ones.coordinates, ones.start, ones.first, boxes)
    tree, level, order = _packed(boxes)
    if not len(order) or not len(others):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)

    def ask(start: int) -> Any:
        end = min(start + ASKED_PER_TASK, len(others))
        asked = np.empty((end - start, 4))
        kernel.ring_boxes(others.coordinates, others.start, others.first[start : end + 1], asked)
        found = kernel.meeting(tree, level, order, asked, 0, end - start)
        found[:, 1] += start
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = np.concatenate(list(pool.map(ask, range(0, len(others), ASKED_PER_TASK))))
    placed = np.empty_like(found)
    kernel.by_first(found, np.zeros(len(boxes) + 1, dtype=np.int64), placed)
    return np.ascontiguousarray(placed[:, 0]), np.ascontiguousarray(placed[:, 1])


def _packed(boxes: Floats) -> tuple[Floats, Integers, Integers]:
    """Return all levels of the tree, where each begins, and the order of the boxes in level 0."""
    kernel = _kernel()
    is_some = boxes[:, 0] <= boxes[:, 2]
    some = np.flatnonzero(is_some)
    middle = (boxes[some, :2] + boxes[some, 2:]) / 2
    strips = max(1, int(np.ceil(np.sqrt(len(some) / kernel.WIDTH))))
    by_x = np.argsort(middle[:, 0])
    strip = np.empty(len(some), dtype=np.int64)
    strip[by_x] = np.arange(len(some)) * strips // max(len(some), 1)
    order = some[np.lexsort((middle[:, 1], strip))]
    sizes = [len(order)]
    while sizes[-1] > kernel.WIDTH:
        sizes.append(-(-sizes[-1] // kernel.WIDTH))
    level = np.r_[0, np.cumsum(sizes)].astype(np.int64)
    tree = np.empty((level[-1], 4))
    tree[: len(order)] = boxes[order]
    kernel.build_levels(tree, level)
    return tree, level, order


def _kernel() -> Any:
    """Return the compiled module; reading it costs what only measuring should pay."""
    from gis import box_kernel

    return box_kernel
