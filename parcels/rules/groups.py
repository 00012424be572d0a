"""Parcels that a rule takes together: blocks by number, touching parcels of one village."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

COMMON_EDGE_M = 0.1  # parcels that meet in a corner only do not touch

Groups = npt.NDArray[np.int64]


def alone(parcels: gpd.GeoDataFrame) -> Groups:
    """Return a group of its own for every parcel."""
    return np.arange(len(parcels))


def by_block(parcels: gpd.GeoDataFrame) -> Groups:
    """Return one group per block number within a township; parcels without one stay alone."""
    codes, numbers = parcels["township_code"], parcels["block_no"]
    first: dict[tuple[str, str], int] = {}
    return np.array(
        [
            first.setdefault((code, number), place) if number else place
            for place, (code, number) in enumerate(zip(codes, numbers, strict=True))
        ],
        dtype=np.int64,
    )


def by_touch(parcels: gpd.GeoDataFrame, among: npt.NDArray[np.bool_]) -> Groups:
    """Return one group per chain of parcels of a village that share an edge of 0.1 m or more.

    Parcels outside ``among`` stay alone.
    """
    group = np.arange(len(parcels))
    for one, other in zip(*touching_pairs(parcels, among), strict=True):
        a, b = _root(group, one), _root(group, other)
        group[max(a, b)] = min(a, b)
    return np.array([_root(group, place) for place in range(len(group))], dtype=np.int64)


def touching_pairs(
    parcels: gpd.GeoDataFrame, among: npt.NDArray[np.bool_]
) -> tuple[Groups, Groups]:
    """Return the places of parcels ``among`` which touch along an edge, each pair once.

    Both are of one village and share an edge of 0.1 m or more.
    """
    outlines = parcels.geometry.to_numpy()
    villages = parcels["village_code"].to_numpy()
    left, right = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    pairs = (left < right) & (villages[left] == villages[right]) & among[left] & among[right]
    left, right = left[pairs], right[pairs]
    common = shapely.intersection(outlines[left], outlines[right])
    # an overlap counts as touching too; a corner has neither length nor area
    is_edge = shapely.length(common) >= COMMON_EDGE_M
    return left[is_edge], right[is_edge]


def summed(values: npt.NDArray[np.float64], groups: Groups) -> npt.NDArray[np.float64]:
    """Return for each parcel the sum over its group; unknown (NaN) anywhere makes it unknown."""
    sums = np.bincount(groups, weights=values, minlength=len(groups))
    return np.asarray(sums, dtype=np.float64)[groups]


def sizes(groups: Groups) -> npt.NDArray[np.int64]:
    """Return for each parcel how many its group holds."""
    return np.bincount(groups, minlength=len(groups))[groups]


def _root(group: Groups, place: int) -> int:
    while group[place] != place:
        group[place] = group[group[place]]
        place = int(group[place])
    return int(place)
