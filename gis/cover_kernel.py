"""Compiled loops for the area that polygons share; ``gis/cover.py`` says what they are for.

A polygon is a run of rows in an edge table: left x, right x, left y, right y, slope, sign. The sign
is +1 where the polygon lies below the edge and -1 where it lies above, holes included, so that

    area(P ∩ S) = Σ over edges e of P, f of S of  sign(e) · sign(f) · ∫ min(y_e, y_f) dx

over the x the two edges have in common. There is no topology to fail on: nearly parallel or equal
edges only make a small term smaller.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiled import compiled

XA, XB, YA, YB, SLOPE, SIGN = range(6)
XMIN, YMIN, XMAX, YMAX = range(4)

_floats, _floats2 = "float64[::1]", "float64[:,::1]"
_ints, _flags = "int64[::1]", "boolean[::1]"


@compiled(
    f"void({_floats2}, {_ints}, {_ints}, {_flags}, {_ints}, {_floats2}, {_ints}, {_floats2},"
    f" {_floats}, {_floats}, int64, int64)"
)
def edge_tables(
    coordinates: Any,
    ring_start: Any,
    first_ring: Any,
    is_shell: Any,
    chosen: Any,
    edges: Any,
    edge_start: Any,
    boxes: Any,
    area_m2: Any,
    length_m: Any,
    chosen_from: int,
    chosen_to: int,
) -> None:
    """Fill edge table, box, area and outline length of chosen polygons.

    ``edge_start`` says where each one's rows begin: one a vertex but each ring's last. Vertical
    edges carry nothing; their rows have no width.
    """
    for place in range(chosen_from, chosen_to):
        polygon = chosen[place]
        row = edge_start[place]
        total = length = 0.0
        xmin = ymin = np.inf
        xmax = ymax = -np.inf
        for ring in range(first_ring[polygon], first_ring[polygon + 1]):
            first, last = ring_start[ring], ring_start[ring + 1] - 1
            x0, y0 = coordinates[first, 0], coordinates[first, 1]
            twice = 0.0
            for v in range(first, last):
                ax, ay = coordinates[v, 0] - x0, coordinates[v, 1] - y0
                bx, by = coordinates[v + 1, 0] - x0, coordinates[v + 1, 1] - y0
                twice += ax * by - bx * ay
            # The sign of the ring's own area instead of turning its vertices round.
            weight = 1.0 if (twice >= 0.0) == is_shell[ring] else -1.0
            total += abs(twice) / 2 if is_shell[ring] else -abs(twice) / 2
            for v in range(first, last):
                ax, ay = coordinates[v, 0], coordinates[v, 1]
                bx, by = coordinates[v + 1, 0], coordinates[v + 1, 1]
                xmin, xmax = min(xmin, ax), max(xmax, ax)
                ymin, ymax = min(ymin, ay), max(ymax, ay)
                length += np.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
                slope = (by - ay) / (bx - ax) if ax != bx else np.inf
                if np.isfinite(slope):
                    is_leftward = bx < ax
                    edges[row, 0] = bx if is_leftward else ax
                    edges[row, 1] = ax if is_leftward else bx
                    edges[row, 2] = by if is_leftward else ay
                    edges[row, 3] = ay if is_leftward else by
                    edges[row, 4] = slope
                    edges[row, 5] = weight if is_leftward else -weight
                else:
                    edges[row, :] = 0.0
                row += 1
        boxes[place, 0], boxes[place, 1] = xmin, ymin
        boxes[place, 2], boxes[place, 3] = xmax, ymax
        area_m2[place], length_m[place] = max(total, 0.0), length


@compiled(f"float64({_floats2}, int64, int64, {_floats2}, int64, int64, {_floats})")
def shared_area(
    one: Any, one_from: int, one_to: int, other: Any, other_from: int, other_to: int, box: Any
) -> float:
    """Return the area two polygons share; ``box`` is the other one's."""
    total = 0.0
    base = box[1]
    for i in range(one_from, one_to):
        exa, exb = one[i, 0], one[i, 1]
        if exb <= box[0] or exa >= box[2] or exb <= exa:
            continue
        if one[i, 2] <= base and one[i, 3] <= base:
            continue  # wholly below: the other one's edges cancel
        eya, eslope = one[i, 2] - base, one[i, 4]
        part = 0.0
        for j in range(other_from, other_to):
            fxa = other[j, 0]
            left = max(exa, fxa)
            width = min(exb, other[j, 1]) - left
            if width <= 0.0:
                continue
            fslope = other[j, 4]
            f0 = other[j, 2] - base + fslope * (left - fxa)
            e0 = eya + eslope * (left - exa)
            f1, e1 = f0 + fslope * width, e0 + eslope * width
            d0, d1 = e0 - f0, e1 - f1
            if d0 >= 0.0 and d1 >= 0.0:
                height = f0 + f1
            elif d0 <= 0.0 and d1 <= 0.0:
                height = e0 + e1
            elif d0 < 0.0:
                height = f0 + f1 - d0 * d0 / (d1 - d0)
            else:
                height = f0 + f1 - d1 * d1 / (d0 - d1)
            part += other[j, 5] * height * width
        total += one[i, 5] * part
    return total / 2


@compiled(
    f"void({_floats2}, {_ints}, {_floats2}, {_ints}, {_floats2}, {_ints}, {_ints}, int64, int64,"
    f" {_floats})"
)
def shared_areas(
    parcels: Any,
    parcel_start: Any,
    structures: Any,
    structure_start: Any,
    structure_boxes: Any,
    parcel_of: Any,
    structure_of: Any,
    pair_from: int,
    pair_to: int,
    area_m2: Any,
) -> None:
    """Fill the shared area of the pairs from ``pair_from`` up to ``pair_to``."""
    for pair in range(pair_from, pair_to):
        p, s = parcel_of[pair], structure_of[pair]
        area_m2[pair] = shared_area(
            parcels,
            parcel_start[p],
            parcel_start[p + 1],
            structures,
            structure_start[s],
            structure_start[s + 1],
            structure_boxes[s],
        )


@compiled(
    f"void({_floats2}, {_ints}, {_floats2}, {_ints}, {_ints}, {_flags}, int64, int64, float64,"
    f" {_ints})"
)
def join_overlapping(
    structures: Any,
    structure_start: Any,
    boxes: Any,
    structure_of: Any,
    slot_start: Any,
    is_by_x: Any,
    group_from: int,
    group_to: int,
    noise_m2: float,
    root: Any,
) -> None:
    """Point each slot of a group at the first slot of the structures it overlaps with.

    A group is a parcel's run of slots; ``is_by_x`` says that its slots ascend by their left side.
    """
    for group in range(group_from, group_to):
        end = slot_start[group + 1]
        for i in range(slot_start[group], end):
            one = structure_of[i]
            for j in range(i + 1, end):
                other = structure_of[j]
                if boxes[other, 0] >= boxes[one, 2]:
                    if is_by_x[group]:
                        break
                    continue
                if (
                    boxes[one, 0] >= boxes[other, 2]
                    or boxes[other, 1] >= boxes[one, 3]
                    or boxes[one, 1] >= boxes[other, 3]
                ):
                    continue
                a, b = i, j
                while root[a] != a:
                    a = root[a]
                while root[b] != b:
                    b = root[b]
                if a == b:
                    continue
                area_m2 = shared_area(
                    structures,
                    structure_start[one],
                    structure_start[one + 1],
                    structures,
                    structure_start[other],
                    structure_start[other + 1],
                    boxes[other],
                )
                if area_m2 > noise_m2:
                    root[max(a, b)] = min(a, b)
