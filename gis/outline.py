"""Lengths of outlines inside other shapes: compiled where certain, else by GEOS."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gis.rings import Rings
from gis.threads import in_threads

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Shapes = npt.NDArray[Any]

_PAIRS_PER_TASK = 20_000


def cut_m(parcels: Rings, structures: Rings, parcel_of: Integers, structure_of: Integers) -> Floats:
    """Return the length of each structure's outline inside its parcel, pair by pair."""
    from gis import outline_kernel

    parcel_of, structure_of = map(np.ascontiguousarray, (parcel_of, structure_of))
    length_m = np.empty(len(parcel_of))

    def run(start: int, end: int) -> None:
        outline_kernel.cut_lengths(
            parcels.coordinates, parcels.start, parcels.first,
            structures.coordinates, structures.start, structures.first,
            parcel_of, structure_of, start, end, length_m,
        )  # fmt: skip
        doubtful = start + np.flatnonzero(np.isnan(length_m[start:end]))
        if len(doubtful):
            length_m[doubtful] = _by_geos(
                parcels.of(parcel_of[doubtful]).shapes(),
                structures.of(structure_of[doubtful]).shapes(),
            )

    in_threads(len(length_m), _PAIRS_PER_TASK, run)
    return length_m


def _by_geos(parcels: Shapes, structures: Shapes) -> Floats:
    """Return the lengths as GEOS finds them near each parcel: edges that lie on edges count."""
    origins = shapely.bounds(parcels)[:, :2]
    outlines = _moved(shapely.boundary(structures), origins)
    return shapely.length(shapely.intersection(outlines, _moved(parcels, origins)))


def _moved(shapes: Shapes, origins: Floats) -> Shapes:
    """Return the shapes with each one's origin taken off: GEOS computes best near zero."""
    places, of = shapely.get_coordinates(shapes, return_index=True)
    return shapely.set_coordinates(shapes.copy(), places - origins[of])
