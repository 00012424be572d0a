"""Tiles of parcels: ``/gis/…png`` for maps of more shapes than a browser draws well.

The region stands in the address and must be the session's own: a browser's cache never shows one
township what it kept for another.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import Problem
from gis.palette import VERDICTS, WITHDRAWN, Paint
from gis.tiles import TileShapes
from parcels import register
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from ui import office
from ui.routes.drawn import drawn_layer, layer_version
from ui.routes.tile_styles import styles_of


class _Missing(Exception):
    """There is nothing of that name for this person."""


def check_address(session: Session, project: Project, check_id: int) -> str:
    """Return the tiles' address of a check by verdict, relative to the root.

    It is new whenever the layer looks new, so that no browser shows what was before a withdrawal.
    """
    version = "-".join(map(str, layer_version(project)))
    return f"gis/{session.actor.region}/check/{check_id}/{{z}}/{{x}}/{{y}}.png?v={version}"


def _by_verdict(session: Session, request: Request) -> bytes:
    project, check_id = _check_of(session, request.path_params["check"])
    shapes, parcels = drawn_layer(session, project, check_id)
    paints = [*VERDICTS.values(), WITHDRAWN]
    places = {name: place for place, name in enumerate(VERDICTS)}
    style_of = np.array([places[verdict] for verdict in parcels["verdict"]], dtype=np.int64)
    style_of[parcels["is_withdrawn"].to_numpy()] = len(VERDICTS)
    return _draw(request, shapes, style_of, paints)


def _draw(request: Request, shapes: TileShapes, style_of: np.ndarray, paints: list[Paint]) -> bytes:
    place = request.path_params
    try:
        return shapes.draw(place["z"], place["x"], place["y"], style_of, styles_of(tuple(paints)))
    except ValueError:
        raise _Missing from None


def _check_of(session: Session, check_id: int) -> tuple[Project, int]:
    mine = projects(office.store(), session.actor)
    for project in mine:
        if project.adopted_check_id == check_id:
            return project, check_id
    for project in mine:
        if not access.may(session.actor, Action.SEE_CHECK, project.region):
            continue
        runs = register.checks(office.store(), session.actor, project)
        if any(run["id"] == check_id for run in runs):
            return project, check_id
    raise _Missing


def _tile(make: Callable[[Session, Request], bytes]) -> Callable[[Request], object]:
    async def respond(request: Request) -> Response:
        session: Session = request.scope["tracker_session"]

        def work() -> Response:
            try:
                is_own = request.path_params["region"] == session.actor.region
                if not is_own or not access.may(session.actor, Action.SEE_PROGRESS):
                    raise _Missing
                content = make(session, request)
            except (_Missing, Problem, ValueError):
                return PlainTextResponse("", status_code=404)
            headers = {"Cache-Control": "private, max-age=86400"}
            return Response(content, media_type="image/png", headers=headers)

        return await run_in_threadpool(work)

    return respond


_PLACE = "{z:int}/{x:int}/{y:int}.png"
ROUTES: list[BaseRoute] = [
    Route(f"/gis/{{region}}/check/{{check:int}}/{_PLACE}", _tile(_by_verdict), methods=["GET"]),
]
