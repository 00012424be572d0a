"""Parcels of the adopted check, kept for maps: their outlines are read where one is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.tiles import Outlines, TileShapes
from parcels import register
from parcels.people.actor import Actor
from parcels.projects import Project
from ui import office
from ui.kept import Kept

KEPT = 6
SIDES = ["west", "south", "east", "north"]


@dataclass(frozen=True)
class AdoptedShapes:
    """Row by row the same: shapes for tiles and the rows of ``register.judged_rows``.

    ``outlines_of`` reads the outlines (degrees) of some rows; ``bounds`` are NaN without one.
    """

    tiles: TileShapes
    parcels: pd.DataFrame
    bounds: npt.NDArray[np.float64]
    outlines_of: Outlines

    def meeting(
        self, west: float, south: float, east: float, north: float
    ) -> npt.NDArray[np.int64]:
        """Return the rows whose bounds meet a window in degrees."""
        left, low, right, high = self.bounds.T
        meets = (left <= east) & (right >= west) & (low <= north) & (high >= south)
        return np.flatnonzero(meets)

    def at(self, lon: float, lat: float) -> list[int]:
        """Return the rows in which a place lies, by their outlines."""
        near = self.meeting(lon, lat, lon, lat)
        if not len(near):
            return []
        return near[shapely.contains_xy(self.outlines_of(near), lon, lat)].tolist()


_layers: Kept[tuple[str, int], AdoptedShapes] = Kept(KEPT)


def adopted_shapes(actor: Actor, project: Project) -> AdoptedShapes:
    """Return the shapes and parcels of the adopted check in the person's region; there is one.

    They are kept for good: the verdicts of a check never change.
    """
    if project.adopted_check_id is None:
        raise ValueError(f"project {project.id} has no adopted check")
    # a check adopted once more may have other ledger rows; and whoever asks may hold a project
    # from before the newest adoption
    adoption = register.adoptions(office.store(), actor, project)[0]
    adopted = replace(project, adopted_check_id=adoption["check_id"])
    return _layers.get((actor.region, adoption["id"]), lambda: _read(actor, adopted))


def _read(actor: Actor, project: Project) -> AdoptedShapes:
    store = office.store()
    parcels = register.judged_rows(store, actor, project)
    ids, bounds = parcels["id"].to_numpy(), parcels[SIDES].to_numpy(dtype=np.float64)

    def outlines_of(places: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        found = register.drawn_outlines(store, actor, project, ids[places])
        return np.asarray(found.to_numpy(), dtype=object)

    return AdoptedShapes(TileShapes.asked_for(bounds, outlines_of), parcels, bounds, outlines_of)
