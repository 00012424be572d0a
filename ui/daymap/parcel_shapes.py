"""Shapes of the adopted check, loaded once and kept for tiles: its verdicts never change."""

from __future__ import annotations

import geopandas as gpd

from gis.tiles import TileShapes
from parcels import register
from parcels.people.actor import Actor
from parcels.projects import Project
from ui import office
from ui.kept import Kept

KEPT = 6
Layer = tuple[TileShapes, gpd.GeoDataFrame]
_layers: Kept[tuple[str, int], Layer] = Kept(KEPT)


def adopted_shapes(actor: Actor, project: Project) -> Layer:
    """Return the shapes and parcels of the adopted check in the person's region; there is one."""
    check_id = project.adopted_check_id
    if check_id is None:
        raise ValueError(f"project {project.id} has no adopted check")

    def made() -> Layer:
        parcels = register.judged_parcels(office.store(), actor, project, check_id)
        return TileShapes(parcels.geometry.to_numpy()), parcels

    # a check adopted once more may have other ledger rows
    adoption = register.adoptions(office.store(), actor, project)[0]["id"]
    return _layers.get((actor.region, adoption), made)
