"""Shapes of a check's parcels, loaded once and kept for tiles: verdicts of a check never change."""

from __future__ import annotations

import threading

import geopandas as gpd

from gis.tiles import TileShapes
from parcels import register
from parcels.people.actor import Actor
from parcels.projects import Project
from ui import office

KEPT = 6
Layer = tuple[TileShapes, gpd.GeoDataFrame]
_loading = threading.Lock()
_layers: dict[tuple[str, int, int | None], Layer] = {}


def check_shapes(actor: Actor, project: Project, check_id: int) -> Layer:
    """Return a check's shapes and parcels for the person's region."""
    # adoption gives a check its ledger rows: what was read before it is not what stands after
    key = (actor.region, check_id, project.adopted_check_id)
    with _loading:
        if key not in _layers:
            parcels = register.judged_parcels(office.store(), actor, project, check_id)
            while len(_layers) >= KEPT:
                del _layers[next(iter(_layers))]
            _layers[key] = TileShapes(parcels.geometry.to_numpy()), parcels
        return _layers[key]


def adopted_shapes(actor: Actor, project: Project) -> Layer:
    """Return the shapes and parcels of the adopted check; there must be one."""
    if project.adopted_check_id is None:
        raise ValueError(f"project {project.id} has no adopted check")
    return check_shapes(actor, project, project.adopted_check_id)
