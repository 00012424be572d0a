"""Errors as real layers carry them, planted into the drawn county and named by their tags."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import NamedTuple

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import MultiPolygon, Polygon

from parcels.demo import names
from parcels.demo.county import UNREAD_VILLAGES, County, Parcel
from parcels.demo.shapes import largest_part, rounded

CUT_REMARK = "房屋已全部坍塌需现场复核一次"
M2_PER_MU = 2000 / 3


class ParcelKey(NamedTuple):
    """Where a planted error stands: 1-based row of the file, 12-digit village code, number."""

    row: int
    village_code: str
    parcel_no: str


def _ring(parcel: Parcel) -> np.ndarray:
    assert isinstance(parcel.shape, Polygon)  # noqa: S101 - faults go into plain parcels
    return shapely.get_coordinates(parcel.shape.exterior)[:-1]


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / float(np.hypot(vector[0], vector[1]))


def _sharpest(ring: np.ndarray) -> int:
    """Return the vertex farthest from the middle: a corner that points outwards."""
    away = ring - ring.mean(axis=0)
    return int(np.hypot(away[:, 0], away[:, 1]).argmax())


def _tagged(parcel: Parcel, tag: str, **changes: object) -> Parcel:
    return replace(parcel, tags=(*parcel.tags, tag), **changes)  # type: ignore[arg-type]


def _null_geometry(parcel: Parcel) -> Parcel:
    return _tagged(parcel, "null_geometry", shape=None)


def _self_crossing(parcel: Parcel) -> Parcel:
    """Let the outline cross itself at a corner, as when two points were taken in wrong order."""
    ring = _ring(parcel)
    at = _sharpest(ring)
    corner, before, after = ring[at], ring[at - 1], ring[(at + 1) % len(ring)]
    to_before, to_after = _unit(before - corner), _unit(after - corner)
    outward = -_unit(to_before + to_after)
    loop = [corner + to_after * 1.5 + outward, corner + to_before * 1.5 + outward]
    crossed = np.vstack([ring[:at], loop, ring[at + 1 :]])
    return _tagged(parcel, "self_crossing", shape=rounded(Polygon(crossed)))


def _spike(parcel: Parcel) -> Parcel:
    """Draw a corner out into a spike of 14 m, 2 cm wide at its foot."""
    ring = _ring(parcel)
    at = _sharpest(ring)
    corner, after = ring[at], ring[(at + 1) % len(ring)]
    foot = corner + _unit(after - corner) * 0.02
    tip = corner + _unit(corner - ring.mean(axis=0)) * 14
    spiked = np.vstack([ring[: at + 1], tip, foot, ring[at + 1 :]])
    return _tagged(parcel, "spike", shape=rounded(Polygon(spiked)))


def _repeated_vertices(parcel: Parcel) -> Parcel:
    ring = _ring(parcel)
    repeated = np.repeat(ring, [3 if place in (1, 2) else 1 for place in range(len(ring))], axis=0)
    return _tagged(parcel, "repeated_vertices", shape=Polygon(repeated))


def _hole(parcel: Parcel) -> Parcel:
    """Cut out a pond in the middle, a fifth of the width across."""
    assert isinstance(parcel.shape, Polygon)  # noqa: S101 - faults go into plain parcels
    ring, middle = _ring(parcel), parcel.shape.representative_point()
    radius_m = min(
        math.sqrt(parcel.shape.area) * 0.16, 0.7 * middle.distance(parcel.shape.exterior)
    )
    angles = np.arange(9) * 2 * np.pi / 9
    pond = np.column_stack(
        [middle.x + radius_m * np.cos(angles), middle.y + radius_m * np.sin(angles)]
    )
    smaller_m2 = round((parcel.new_arable_m2 or 0.0) * 0.9, 2)
    shape = rounded(Polygon(ring, [pond]))
    return _tagged(parcel, "hole", shape=shape, new_arable_m2=smaller_m2)


def _sliver_beside(parcel: Parcel, number: str) -> Parcel:
    """Return a strip of 0.15 m along the longest side, left over from an overlay."""
    ring = _ring(parcel)
    steps = np.roll(ring, -1, axis=0) - ring
    side = int(np.hypot(steps[:, 0], steps[:, 1]).argmax())
    along = _unit(steps[side])
    outward = np.array([along[1], -along[0]])
    if not _is_outside(parcel, ring[side] + steps[side] / 2 + outward * 0.3):
        outward = -outward
    start, end = ring[side] + steps[side] * 0.05, ring[side] + steps[side] * 0.95
    strip = [
        start + outward * 0.2,
        end + outward * 0.2,
        end + outward * 0.35,
        start + outward * 0.35,
    ]
    shape = rounded(Polygon(strip)).normalize()
    area = round(shape.area * 0.9, 2)
    fresh = replace(parcel, tags=(), remark="", number=number, shape=shape, new_arable_m2=area)
    return _tagged(fresh, "sliver")


def _is_outside(parcel: Parcel, point: np.ndarray) -> bool:
    assert parcel.shape is not None  # noqa: S101 - faults go into plain parcels
    return not bool(shapely.contains_xy(parcel.shape, float(point[0]), float(point[1])))


_ALONE: tuple[tuple[Callable[[Parcel], Parcel], int], ...] = (
    (_null_geometry, 2),
    (_self_crossing, 2),
    (_spike, 2),
    (_repeated_vertices, 3),
    (_hole, 3),
    (lambda p: _tagged(p, "declared_area_differs", declared_by=(1.021, 0.0)), 1),
    (lambda p: _tagged(p, "declared_area_differs", declared_by=(1.0, 0.3)), 1),
    # Typed in mu into a column of square metres.
    (lambda p: _tagged(p, "declared_area_differs", declared_by=(1 / M2_PER_MU, 0.0)), 1),
    (lambda p: _tagged(p, "not_building_land", land_class="0103"), 2),
    (lambda p: _tagged(p, "not_building_land", land_class="0305"), 1),
    (lambda p: _tagged(p, "empty_number", number=""), 2),
    (lambda p: _tagged(p, "cut_text", remark=CUT_REMARK), 2),
    (lambda p: _tagged(p, "null_new_arable", new_arable_m2=None), 9),
)
_NEAR_NEW_ARABLE_M2 = (399.99, 399.5, 400.0, 400.01, 401.2)


def _elsewhere(parcel: Parcel, county: County, tag: str) -> Parcel:
    """Give a parcel the code and names of another village, as when a line was copied too far."""
    is_own_town = tag == "outside_village"
    other = next(
        village
        for village in county.layout.villages
        if village.code != parcel.village.code
        and (village.township_code == parcel.village.township_code) == is_own_town
    )
    return _tagged(parcel, tag, village=other, number="901" if is_own_town else "902")


def planted(county: County, seed: int) -> tuple[Parcel, ...]:
    """Return the county's parcels with the errors planted, in the order of the file."""
    rows = list(county.parcels)
    unread = {county.layout.villages[place].code for place in UNREAD_VILLAGES}
    ordinary = [
        place
        for place, parcel in enumerate(rows)
        if not parcel.tags
        and parcel.village.code not in unread
        and parcel.shape is not None
        and (parcel.new_arable_m2 or 0) > 700
        and not parcel.remark
        and parcel.land_class == "0702"
    ]
    Random(seed).shuffle(ordinary)
    shapes = [parcel.shape for parcel in rows]
    tree = STRtree(shapes)
    used: set[int] = set()

    def neighbour_of(place: int, within_m: float) -> int | None:
        near = tree.query(shapes[place], predicate="dwithin", distance=within_m)
        same = [int(n) for n in near if rows[n].village == rows[place].village and n != place]
        free = [n for n in same if n not in used and not rows[n].tags]
        return min(free, default=None)

    def one() -> int:
        place = next(p for p in ordinary if p not in used)
        used.add(place)
        return place

    def pair(within_m: float) -> tuple[int, int]:
        for place in ordinary:
            if place not in used and (other := neighbour_of(place, within_m)) is not None:
                used.update((place, other))
                return place, other
        raise LookupError("no two parcels lie side by side")

    dropped: set[int] = set()
    added: list[Parcel] = []
    for _time in range(2):
        while True:
            first, second = pair(2.0)
            wider = _reaching_over(rows, first, second)
            if not wider.interiors:  # else the two would enclose a third
                break
        rows[first] = _tagged(rows[first], "parcels_overlap", shape=wider)
        rows[second] = _tagged(rows[second], "parcels_overlap")
        first, second = pair(8.0)
        both = MultiPolygon([shapes[first], shapes[second]])
        rows[first] = _tagged(rows[first], "multi_part", shape=both)
        dropped.add(second)
        first, second = pair(400.0)
        rows[first] = _tagged(rows[first], "duplicate_number", number=rows[second].number)
        rows[second] = _tagged(rows[second], "duplicate_number")
    for fault, count in _ALONE:
        for _time in range(count):
            place = one()
            rows[place] = fault(rows[place])
    for tag in ("outside_township", "outside_village") * 2:
        place = one()
        number_taken = sum(tag in parcel.tags for parcel in rows)
        moved = _elsewhere(rows[place], county, tag)
        rows[place] = replace(moved, number=f"{int(moved.number) + 2 * number_taken}")
    for code, name in names.UNKNOWN_VILLAGES:
        place = one()
        stray = replace(rows[place].village, code=code, name=name)
        rows[place] = _tagged(rows[place], "unknown_village", village=stray)
    for area_m2 in _NEAR_NEW_ARABLE_M2:
        place = one()
        rows[place] = _tagged(rows[place], "new_arable_near_limit", new_arable_m2=area_m2)
    for number in ("951", "952"):
        added.append(_sliver_beside(rows[one()], number))
    kept = [parcel for place, parcel in enumerate(rows) if place not in dropped]
    return tuple(sorted([*kept, *added], key=lambda parcel: parcel.village.code))


def _reaching_over(rows: list[Parcel], first: int, second: int) -> Polygon:
    """Return the first parcel grown over into the second, along their whole common side."""
    own, other = rows[first].shape, rows[second].shape
    assert own is not None  # noqa: S101 - faults go into plain parcels
    assert other is not None  # noqa: S101
    reach = own.buffer(6.0, join_style="mitre").intersection(other)
    # Close the gap between the plots, then keep off everybody else's.
    closed = own.union(reach).buffer(1.5, join_style="mitre").buffer(-1.5, join_style="mitre")
    village = rows[first].village
    thirds = [
        parcel.shape
        for place, parcel in enumerate(rows)
        if place not in (first, second) and parcel.village == village and parcel.shape is not None
    ]
    kept = largest_part(closed.difference(shapely.union_all(thirds).buffer(0.2)))
    return rounded(kept.simplify(0.02))


def keys_by_tag(parcels: tuple[Parcel, ...]) -> dict[str, list[ParcelKey]]:
    """Return what was planted where; the same number in two villages is legal, and named too."""
    keys: dict[str, list[ParcelKey]] = {}
    seen: dict[str, ParcelKey] = {}
    for row, parcel in enumerate(parcels, start=1):
        key = ParcelKey(row, parcel.village.code, parcel.number)
        for tag in parcel.tags:
            keys.setdefault(tag, []).append(key)
        if parcel.number in ("001", "002"):
            if parcel.number in seen and len(keys.get("same_number_two_villages", [])) < 4:
                pair = [seen.pop(parcel.number), key]
                keys.setdefault("same_number_two_villages", []).extend(pair)
            seen.setdefault(parcel.number, key)
    return keys
