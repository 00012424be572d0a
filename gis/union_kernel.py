"""Compiled loops for the area of a parcel under structures that overlap one another.

The plane is cut into vertical slabs at every corner and every crossing of the edges at hand. Within
a slab no edge starts, ends or crosses, so the covered area is the slab's width times the covered
length at its middle. A crossing found a little off moves a cut by as little; no topology is built.
Edge tables are those of ``gis/cover_kernel.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiled import compiled

_floats, _floats2, _ints = "float64[::1]", "float64[:,::1]", "int64[::1]"


@compiled(f"void({_floats}, {_ints})")
def sort_along(keys: Any, order: Any) -> None:
    """Sort keys and carry ``order`` along; numpy's sort takes four seconds more to compile."""
    gap = 1
    while gap < len(keys) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, len(keys)):
            key, mark, j = keys[i], order[i], i
            while j >= gap and keys[j - gap] > key:
                keys[j], order[j] = keys[j - gap], order[j - gap]
                j -= gap
            keys[j], order[j] = key, mark
        gap //= 3


@compiled(f"float64({_floats2}, int64)")
def covered_area(edges: Any, parcel_edges: int) -> float:
    """Return the area inside the parcel and inside any structure.

    The first ``parcel_edges`` rows are the parcel's, the others those of all its structures.
    """
    count = len(edges)
    order, left_side = np.empty(count, np.int64), np.empty(count)
    cuts = np.empty(4 * count + 16)
    for k in range(count):
        order[k], left_side[k] = k, edges[k, 0]
        cuts[2 * k], cuts[2 * k + 1] = edges[k, 0], edges[k, 1]
    filled = 2 * count
    sort_along(left_side, order)
    for m in range(count):
        i = order[m]
        for n in range(m + 1, count):
            j = order[n]
            left, right = edges[j, 0], min(edges[i, 1], edges[j, 1])
            if left >= edges[i, 1]:
                break
            if max(edges[i, 2], edges[i, 3]) < min(edges[j, 2], edges[j, 3]):
                continue
            if max(edges[j, 2], edges[j, 3]) < min(edges[i, 2], edges[i, 3]):
                continue
            before = edges[i, 2] + edges[i, 4] * (left - edges[i, 0]) - edges[j, 2]
            after = before + (edges[i, 4] - edges[j, 4]) * (right - left)
            if before * after < 0.0:
                if filled == len(cuts):
                    longer = np.empty(2 * filled)
                    longer[:filled] = cuts
                    cuts = longer
                cuts[filled] = left + (right - left) * before / (before - after)
                filled += 1
    sort_along(cuts[:filled], np.empty(filled, np.int64))
    active = np.empty(count, np.int64)
    hit_y, hit_edge = np.empty(count), np.empty(count, np.int64)
    n_active, upcoming, total = 0, 0, 0.0
    for k in range(filled - 1):
        left, right = cuts[k], cuts[k + 1]
        if right <= left:
            continue
        while upcoming < count and edges[order[upcoming], 0] <= left:
            active[n_active] = order[upcoming]
            n_active += 1
            upcoming += 1
        middle = left + (right - left) / 2
        kept = 0
        for a in range(n_active):
            e = active[a]
            if edges[e, 1] <= left:
                continue
            active[kept] = e
            y = edges[e, 2] + edges[e, 4] * (middle - edges[e, 0])
            place = kept
            while place > 0 and hit_y[place - 1] > y:
                hit_y[place], hit_edge[place] = hit_y[place - 1], hit_edge[place - 1]
                place -= 1
            hit_y[place], hit_edge[place] = y, e
            kept += 1
        n_active = kept
        in_parcel, in_structures, length = 0.0, 0.0, 0.0
        for h in range(kept):
            if in_parcel > 0.5 and in_structures > 0.5:
                length += hit_y[h] - hit_y[h - 1]
            e = hit_edge[h]
            if e < parcel_edges:
                in_parcel -= edges[e, 5]
            else:
                in_structures -= edges[e, 5]
        total += length * (right - left)
    return total


@compiled(
    f"void({_floats2}, {_ints}, {_floats2}, {_ints}, {_floats2}, {_ints}, {_ints}, {_ints},"
    f" int64, int64, {_floats})"
)
def covered_areas(
    parcels: Any,
    parcel_start: Any,
    structures: Any,
    structure_start: Any,
    boxes: Any,
    parcel_of: Any,
    members: Any,
    member_start: Any,
    group_from: int,
    group_to: int,
    area_m2: Any,
) -> None:
    """Fill the covered area of groups: a parcel and the overlapping structures ``members``."""
    for group in range(group_from, group_to):
        parcel = parcel_of[group]
        xmin = ymin = np.inf
        xmax = -np.inf
        room = parcel_start[parcel + 1] - parcel_start[parcel]
        for m in range(member_start[group], member_start[group + 1]):
            s = members[m]
            xmin, ymin = min(xmin, boxes[s, 0]), min(ymin, boxes[s, 1])
            xmax = max(xmax, boxes[s, 2])
            room += structure_start[s + 1] - structure_start[s]
        # Near a local origin: at an easting of 38 500 000 a crossing would be off by 4e-9 m.
        edges = np.empty((room, 6))
        row = 0
        for e in range(parcel_start[parcel], parcel_start[parcel + 1]):
            if parcels[e, 1] <= xmin or parcels[e, 0] >= xmax or parcels[e, 1] <= parcels[e, 0]:
                continue
            edges[row, 0], edges[row, 1] = parcels[e, 0] - xmin, parcels[e, 1] - xmin
            edges[row, 2], edges[row, 3] = parcels[e, 2] - ymin, parcels[e, 3] - ymin
            edges[row, 4], edges[row, 5] = parcels[e, 4], parcels[e, 5]
            row += 1
        parcel_edges = row
        for m in range(member_start[group], member_start[group + 1]):
            s = members[m]
            for e in range(structure_start[s], structure_start[s + 1]):
                if structures[e, 1] <= structures[e, 0]:
                    continue
                edges[row, 0], edges[row, 1] = structures[e, 0] - xmin, structures[e, 1] - xmin
                edges[row, 2], edges[row, 3] = structures[e, 2] - ymin, structures[e, 3] - ymin
                edges[row, 4], edges[row, 5] = structures[e, 4], structures[e, 5]
                row += 1
        area_m2[group] = covered_area(edges[:row], parcel_edges)
