"""Tiles of structures: ``/gis/{region}/structures/…``, only those on parcels the person sees.

A structure layer holds millions of outlines: each tile asks the store for its own window.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import Problem
from gis.tiles import Style, TileShapes, tile_bounds, to_lonlat
from parcels import register
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from ui import office
from ui.daymap.parcel_shapes import adopted_shapes

STRUCTURES_FROM_ZOOM = 15
BUILT = (Style((75, 61, 45, 45), (60, 42, 24, 170), 1.0),)


def structures_address(session: Session, project: Project) -> str:
    """Return the tiles' address of the adopted check's structures, relative to the root."""
    place = f"{session.actor.region}/structures/{project.id}/{project.adopted_check_id}"
    return f"gis/{place}/{{z}}/{{x}}/{{y}}.png"


def _drawn(session: Session, project: Project, z: int, x: int, y: int) -> bytes:
    left, low, right, high = tile_bounds(z, x, y)
    (west, south), (east, north) = to_lonlat(left, low), to_lonlat(right, high)
    adopted = adopted_shapes(session.actor, project)
    found = adopted.meeting(west, south, east, north)
    if not len(found):
        return TileShapes(np.array([], object)).draw(z, x, y, np.zeros(0, np.int64), BUILT)
    near = gpd.GeoDataFrame(geometry=adopted.outlines_of(found), crs=register.LONLAT)
    window = (west, south, east, north)
    structures = register.structures_under(
        office.store(), session.actor, project, near, window=window
    )
    outlines = structures.geometry.to_numpy()
    return TileShapes(outlines).draw(z, x, y, np.zeros(len(outlines), np.int64), BUILT)


async def _tile(request: Request) -> Response:
    session: Session = request.scope["tracker_session"]

    def work() -> Response:
        place = request.path_params
        is_own = place["region"] == session.actor.region
        mine = projects(office.store(), session.actor)
        project = next((one for one in mine if one.id == place["project"]), None)
        if (
            not is_own
            or project is None
            or project.adopted_check_id != place["check"]
            or place["z"] < STRUCTURES_FROM_ZOOM
            or not access.may(session.actor, Action.SEE_PROGRESS)
        ):
            return PlainTextResponse("", status_code=404)
        try:
            content = _drawn(session, project, place["z"], place["x"], place["y"])
        except (Problem, ValueError):
            return PlainTextResponse("", status_code=404)
        headers = {"Cache-Control": "private, max-age=86400"}
        return Response(content, media_type="image/png", headers=headers)

    return await run_in_threadpool(work)


_PLACE = "{project:int}/{check:int}/{z:int}/{x:int}/{y:int}.png"
ROUTES: list[BaseRoute] = [
    Route(f"/gis/{{region}}/structures/{_PLACE}", _tile, methods=["GET"]),
]
