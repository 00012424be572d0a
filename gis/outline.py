"""Lengths of outlines inside other shapes, measured near the origin where GEOS is best."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[Any]


def cut_m(parcels: Shapes, structures: Shapes) -> Floats:
    """Return the length of each structure's outline inside its parcel, measured near the parcel."""
    origins = shapely.bounds(parcels)[:, :2]
    outlines = _moved(shapely.boundary(structures), origins)
    return shapely.length(shapely.intersection(outlines, _moved(parcels, origins)))


def _moved(shapes: Shapes, origins: Floats) -> Shapes:
    """Return the shapes with each one's origin taken off: GEOS computes best near zero."""
    places, of = shapely.get_coordinates(shapes, return_index=True)
    return shapely.set_coordinates(shapes.copy(), places - origins[of])
