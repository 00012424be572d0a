"""Polygons as tables of their edges, the form that the cover kernels work on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.rings import Rings
from gis.threads import in_threads

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Shapes = npt.NDArray[Any]

_POLYGONS_PER_TASK = 20_000


@dataclass(frozen=True)
class Edges:
    """Edge tables of the chosen polygons; see ``gis/cover_kernel.py``."""

    rings: Rings
    chosen: Integers
    table: Floats
    start: Integers
    boxes: Floats
    area_m2: Floats
    length_m: Floats

    def shapes(self, places: Integers) -> Shapes:
        """Return some of the polygons as shapes."""
        return self.rings.of(self.chosen[places]).shapes()


def edges_of(rings: Rings, chosen: Integers) -> Edges:
    """Return the edge tables of chosen polygons, filled by all cores."""
    from gis import cover_kernel as kernel  # reading it costs what only measuring should pay

    first, last = rings.first[chosen], rings.first[chosen + 1]
    start = np.r_[0, np.cumsum(rings.start[last] - rings.start[first] - (last - first))]
    edges = Edges(
        rings,
        chosen,
        table=np.empty((start[-1], 6)),
        start=start,
        boxes=np.empty((len(chosen), 4)),
        area_m2=np.empty(len(chosen)),
        length_m=np.empty(len(chosen)),
    )

    def run(begin: int, end: int) -> None:
        kernel.edge_tables(
            rings.coordinates,
            rings.start,
            rings.first,
            rings.is_shell,
            chosen,
            edges.table,
            edges.start,
            edges.boxes,
            edges.area_m2,
            edges.length_m,
            begin,
            end,
        )

    in_threads(len(chosen), _POLYGONS_PER_TASK, run)
    return edges
