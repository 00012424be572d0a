"""Structure cover: how much of each parcel lies under structures, counting overlaps once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gis.boxes import boxes_that_meet
from gis.edges import Edges, edges_of
from gis.exact import exact_cover_m2
from gis.outline import cut_m
from gis.rings import Rings, rings_of
from gis.threads import in_threads

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Shapes = npt.NDArray[Any]

NOISE_M2 = 1e-6  # one square millimetre: less is two outlines that only touch
_PAIRS_AT_ONCE = 20_000  # their edges stay in the processor's cache
_PARCELS_PER_TASK = 1_000
_SLOTS_WORTH_SORTING = 64
_VERTICES_EXACT = 600  # reached only by large polygons that cross themselves


@dataclass(frozen=True)
class _Pairs:
    """Parcels and the structures whose boxes they meet, ordered by parcel."""

    ground: Edges
    built: Edges
    parcel_of: Integers
    structure_of: Integers

    def most_m2(self) -> Floats:
        """Return the area that each pair cannot exceed."""
        ground_m2, built_m2 = self.ground.area_m2, self.built.area_m2
        return np.minimum(ground_m2[self.parcel_of], built_m2[self.structure_of])

    def where(self, mask: npt.NDArray[np.bool_]) -> _Pairs:
        """Return the pairs for which the mask holds."""
        return replace(self, parcel_of=self.parcel_of[mask], structure_of=self.structure_of[mask])


@dataclass(frozen=True)
class Cover:
    """Per parcel, in the plane: cover, structures sharing more than a mm² with it, own area.

    ``whole_m`` is the outline length of structures wholly inside, ``most_m`` that of every
    structure that shares ground; ``cut`` are the pairs that a parcel's edge divides, as (parcel,
    structure) of ``of``.
    """

    area_m2: Floats
    structures: Integers
    planar_m2: Floats
    whole_m: Floats
    most_m: Floats
    cut: Integers
    of: tuple[Rings, Rings]

    def outline_m(self, asked: npt.NDArray[np.bool_]) -> Floats:
        """Return the length of structure outlines inside each asked parcel, 0 for the others.

        Every structure counts for itself; only those on a parcel's edge are looked at.
        """
        cut = self.cut[:, asked[self.cut[0]]]
        inside_m = cut_m(*self.of, *cut)
        on_edge_m = np.bincount(cut[0], weights=inside_m, minlength=len(asked))
        return np.where(asked, self.whole_m + on_edge_m, 0.0)


def structure_cover(parcels: Shapes | Rings, structures: Shapes | Rings) -> Cover:
    """Return the cover of each parcel: 0 ≤ ``area_m2`` ≤ ``planar_m2``.

    Polygons and multipolygons in one planar grid, in metres. Null and empty ones cover nothing and
    have no area. Polygons must be valid; one that crosses itself gets a figure within the bounds,
    one with a coordinate that is not a number makes the parcels it meets nan.
    """
    ground, built = _rings(parcels), _rings(structures)
    parcel_of, structure_of = boxes_that_meet(ground, built)
    last = np.cumsum(np.bincount(parcel_of, minlength=len(ground)))
    batch_of = np.r_[0, last[:-1]] // _PAIRS_AT_ONCE
    starts = np.flatnonzero(np.r_[True, np.diff(batch_of) > 0][: len(ground)])

    def some(start: int, end: int) -> Cover:
        pairs = slice(last[start - 1] if start else 0, last[end - 1])
        near, which = np.unique(structure_of[pairs], return_inverse=True)
        return _cover_of(
            _Pairs(
                edges_of(ground, np.arange(start, end)),
                edges_of(built, near),
                parcel_of[pairs] - start,
                which,
            )
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        covers = list(pool.map(some, starts, np.r_[starts[1:], len(ground)]))
    if not covers:
        return _cover_of(_Pairs(edges_of(ground, last), edges_of(built, last), last, last))
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(cover, name) for cover in covers], axis=-1)
        for name in ("area_m2", "structures", "planar_m2", "whole_m", "most_m", "cut")
    }
    return Cover(**joined, of=(ground, built))


def _cover_of(pairs: _Pairs) -> Cover:
    """Return the cover of some parcels."""
    shared_m2 = _shared_m2(pairs)
    is_shared = ~(shared_m2 <= NOISE_M2)
    pairs, shared_m2 = pairs.where(is_shared), shared_m2[is_shared]
    planar_m2 = pairs.ground.area_m2
    count = np.bincount(pairs.parcel_of, minlength=len(planar_m2))
    is_whole = shared_m2 >= pairs.built.area_m2[pairs.structure_of] - NOISE_M2
    length_m = pairs.built.length_m[pairs.structure_of]
    whole_m, most_m = np.zeros_like(planar_m2), np.zeros_like(planar_m2)
    np.add.at(whole_m, pairs.parcel_of[is_whole], length_m[is_whole])
    np.add.at(most_m, pairs.parcel_of, length_m)
    root = _overlapping(pairs, np.r_[0, np.cumsum(count)])
    shared_m2 = _overlaps_once(pairs, shared_m2, root)
    area_m2 = np.bincount(pairs.parcel_of, weights=shared_m2, minlength=len(planar_m2))
    cut = pairs.where(~is_whole)
    ids = np.stack([pairs.ground.chosen[cut.parcel_of], pairs.built.chosen[cut.structure_of]])
    most_m2 = np.asarray(np.minimum(area_m2, planar_m2), dtype=np.float64)
    of = pairs.ground.rings, pairs.built.rings
    return Cover(most_m2, count, planar_m2, whole_m, most_m, ids, of)


def warm() -> None:
    """Compile the kernels into the on-disk cache, so that the first check need not."""
    square = np.array([shapely.box(0, 0, 2, 2)], dtype=object)
    cover = structure_cover(square, np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 1, 9, 9)]))
    cover.outline_m(np.ones(1, dtype=bool))
    from gis.formats import dbf_kernel, shp_kernel  # noqa: F401  what the reading child needs


def _rings(polygons: Any) -> Rings:
    return polygons if isinstance(polygons, Rings) else rings_of(np.asarray(polygons, dtype=object))


def _kernels() -> tuple[Any, Any]:
    """Return the compiled modules; reading them costs 0.4 s that only measuring should pay."""
    from gis import cover_kernel, union_kernel

    return cover_kernel, union_kernel


def _shared_m2(pairs: _Pairs) -> Floats:
    """Return the shared area of each pair, between 0 and the smaller polygon's area."""
    kernel, _union = _kernels()
    shared_m2 = np.empty(len(pairs.parcel_of))

    def run(start: int, end: int) -> None:
        kernel.shared_areas(
            pairs.ground.table,
            pairs.ground.start,
            pairs.built.table,
            pairs.built.start,
            pairs.built.boxes,
            pairs.parcel_of,
            pairs.structure_of,
            start,
            end,
            shared_m2,
        )

    in_threads(len(shared_m2), 2 * _PAIRS_AT_ONCE, run)
    most_m2 = pairs.most_m2()
    for pair in np.flatnonzero(_is_breach(shared_m2, np.zeros_like(most_m2), most_m2)):
        (parcel,) = pairs.ground.shapes(pairs.parcel_of[pair : pair + 1])
        structure = pairs.built.shapes(pairs.structure_of[pair : pair + 1])
        shared_m2[pair] = _exact_or(shared_m2[pair], parcel, list(structure))
    return np.clip(shared_m2, 0.0, most_m2)


def _is_breach(area_m2: Floats, least_m2: Floats, most_m2: Floats) -> npt.NDArray[np.bool_]:
    """Return where an area is outside its bounds by more than rounding; nan always is."""
    slack_m2 = 1e-9 + 1e-9 * most_m2
    return ~((area_m2 >= least_m2 - slack_m2) & (area_m2 <= most_m2 + slack_m2))


def _exact_or(area_m2: float, parcel: Any, structures: list[Any]) -> float:
    """Return the exact cover, or the given one if that many vertices would take minutes."""
    everything = [parcel, *structures]
    if not np.isfinite(shapely.get_coordinates(everything)).all():
        return np.nan
    if shapely.get_num_coordinates(everything).sum() > _VERTICES_EXACT:
        return area_m2
    return float(exact_cover_m2(parcel, structures))


def _overlapping(pairs: _Pairs, slot_start: Integers) -> Integers:
    """Return for each pair the first pair of the structures that overlap with its own."""
    kernel, _union = _kernels()
    is_by_x = np.diff(slot_start) > _SLOTS_WORTH_SORTING
    order = np.arange(len(pairs.structure_of))
    for group in np.flatnonzero(is_by_x):
        slots = slice(slot_start[group], slot_start[group + 1])
        left = pairs.built.boxes[pairs.structure_of[slots], 0]
        order[slots] = slot_start[group] + np.argsort(left)
    ordered = pairs.structure_of[order]
    root = np.arange(len(ordered))

    def run(start: int, end: int) -> None:
        kernel.join_overlapping(
            pairs.built.table,
            pairs.built.start,
            pairs.built.boxes,
            ordered,
            slot_start,
            is_by_x,
            start,
            end,
            NOISE_M2,
            root,
        )

    in_threads(len(is_by_x), _PARCELS_PER_TASK, run)
    while (root[root] != root).any():
        root = root[root]
    first = np.empty_like(root)
    first[order] = order[root]
    return first


def _overlaps_once(pairs: _Pairs, shared_m2: Floats, root: Integers) -> Floats:
    """Return the shares with those of overlapping structures replaced by their union's."""
    _kernel, union = _kernels()
    size = np.bincount(root, minlength=len(root))
    roots = np.flatnonzero(size > 1)
    if len(roots) == 0:
        return shared_m2
    slots = np.flatnonzero(size[root] > 1)
    slots = slots[np.argsort(root[slots], kind="stable")]
    members, parcel_of = pairs.structure_of[slots], pairs.parcel_of[roots]
    start = np.r_[0, np.cumsum(size[roots])]
    union_m2 = np.empty(len(roots))

    def run(first: int, last: int) -> None:
        union.covered_areas(
            pairs.ground.table,
            pairs.ground.start,
            pairs.built.table,
            pairs.built.start,
            pairs.built.boxes,
            parcel_of,
            members,
            start,
            first,
            last,
            union_m2,
        )

    in_threads(len(roots), _PARCELS_PER_TASK, run)
    least_m2 = np.maximum.reduceat(shared_m2[slots], start[:-1])
    sum_m2 = np.add.reduceat(shared_m2[slots], start[:-1])
    most_m2 = np.minimum(sum_m2, pairs.ground.area_m2[parcel_of])
    for group in np.flatnonzero(_is_breach(union_m2, least_m2, most_m2)):
        together = pairs.built.shapes(members[start[group] : start[group + 1]])
        (parcel,) = pairs.ground.shapes(parcel_of[group : group + 1])
        union_m2[group] = _exact_or(union_m2[group], parcel, list(together))
    once_m2 = shared_m2.copy()
    once_m2[slots] = 0.0
    once_m2[roots] = np.clip(union_m2, least_m2, most_m2)
    return once_m2
