"""A check's parcels as tiles need them: places and colours at once, outlines when one is near."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.tiles import TileShapes
from parcels import register
from parcels.people.sessions import Session
from parcels.projects import Project
from ui import office
from ui.kept import Kept

KEPT = 6
BOUNDS = ["west", "south", "east", "north"]
Layer = tuple[TileShapes, pd.DataFrame]
Version = tuple[int, int, int]
_layers: Kept[tuple[str, int, Version], Layer] = Kept(KEPT)


def layer_version(project: Project) -> Version:
    """Return a value that changes with what a check's layer shows.

    Adoption gives a check its ledger rows, and parcels are withdrawn and put back.
    """
    return project.adopted_check_id or 0, *register.withdrawal_mark(office.store(), project)


def drawn_layer(session: Session, project: Project, check_id: int) -> Layer:
    """Return shapes and ``register.drawn_parcels`` of the person's region, row by row the same."""
    key = (session.actor.region, check_id, layer_version(project))
    return _layers.get(key, lambda: _read(session, project, check_id))


def _read(session: Session, project: Project, check_id: int) -> Layer:
    store, actor = office.store(), session.actor
    parcels = register.drawn_parcels(store, actor, project, check_id)
    ids = parcels["id"].to_numpy()

    def outlines_of(places: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        found = register.drawn_outlines(store, actor, project, ids[places], check_id)
        return np.asarray(found.to_numpy(), dtype=object)

    return TileShapes.asked_for(parcels[BOUNDS].to_numpy(), outlines_of), parcels
