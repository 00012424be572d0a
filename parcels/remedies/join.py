"""Joining: chains of touching parcels of one village that together may pass."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from parcels.rules.groups import touching_pairs

MOST_JOINED = 4
MOST_CHAINS = 60  # looked at for one parcel

Neighbours = dict[int, set[int]]


def neighbours_of(parcels: gpd.GeoDataFrame, among: npt.NDArray[np.bool_]) -> Neighbours:
    """Return for each place the places of its village that touch it along an edge."""
    found: Neighbours = {}
    for one, other in zip(*touching_pairs(parcels, among), strict=True):
        found.setdefault(int(one), set()).add(int(other))
        found.setdefault(int(other), set()).add(int(one))
    return found


def chains(start: int, neighbours: Neighbours) -> Iterator[tuple[int, ...]]:
    """Give connected sets of 2 to 4 parcels that hold ``start``, the smallest first, each once."""
    layer: set[tuple[int, ...]] = {(start,)}
    given = 0
    for _size in range(2, MOST_JOINED + 1):
        larger = {
            tuple(sorted((*chain, neighbour)))
            for chain in layer
            for member in chain
            for neighbour in neighbours.get(member, ())
            if neighbour not in chain
        }
        for chain in sorted(larger):
            yield chain
            given += 1
            if given >= MOST_CHAINS:
                return
        layer = larger
