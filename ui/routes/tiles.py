"""Tiles of parcels: ``/gis/…png`` for maps of more shapes than a browser draws well.

The region stands in the address and must be the session's own: a browser's cache never shows one
township what it kept for another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import geopandas as gpd
import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import Problem
from gis.palette import NOT_STARTED, VERDICTS, WITHDRAWN, Paint
from gis.tiles import Style, TileShapes
from parcels import register
from parcels.paints import STAGES
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from parcels.workflow import ORDER
from reports.completion import current_step, done_m2
from ui import office

KEPT_LAYERS = 6
KEPT_COLOURINGS = 24
_loading = threading.Lock()


class _Missing(Exception):
    """There is nothing of that name for this person."""


def check_address(session: Session, check_id: int) -> str:
    """Return the tiles' address of a check by verdict, relative to the root."""
    return f"gis/{session.actor.region}/check/{check_id}/{{z}}/{{x}}/{{y}}.png"


def stage_address(session: Session, project: Project, day: date, version: str) -> str:
    """Return the tiles' address of a project by stage on a day, at a version of the store."""
    return (
        f"gis/{session.actor.region}/stage/{project.id}/{day}/{version[:16]}/{{z}}/{{x}}/{{y}}.png"
    )


def _by_verdict(session: Session, request: Request) -> bytes:
    project, check_id = _check_of(session, request.path_params["check"])
    shapes, parcels = _layer(session, project, check_id)
    paints = [*VERDICTS.values(), WITHDRAWN]
    places = {name: place for place, name in enumerate(VERDICTS)}
    style_of = np.array([places[verdict] for verdict in parcels["verdict"]], dtype=np.int64)
    style_of[parcels["is_withdrawn"].to_numpy()] = len(VERDICTS)
    return _draw(request, shapes, style_of, paints)


def _by_stage(session: Session, request: Request) -> bytes:
    project = _project(session, request.path_params["project"])
    if project.adopted_check_id is None:
        raise _Missing
    shapes, _parcels = _layer(session, project, project.adopted_check_id)
    style_of = _stages(
        session.actor.region,
        project.id,
        request.path_params["day"],
        request.path_params["version"],
        lambda: _stage_styles(session, project, date.fromisoformat(request.path_params["day"])),
    )
    return _draw(request, shapes, style_of, [NOT_STARTED, *STAGES.values(), WITHDRAWN])


def _stage_styles(session: Session, project: Project, day: date) -> np.ndarray:
    assert project.adopted_check_id is not None  # noqa: S101  the caller has asked
    _shapes, parcels = _layer(session, project, project.adopted_check_id)
    events = register.stage_events(office.store(), session.actor, project, until=day)
    step = current_step(done_m2(events, until=day), parcels)
    style_of = np.array([0 if s is None else ORDER.index(s) + 1 for s in step], dtype=np.int64)
    style_of[parcels["is_withdrawn"].to_numpy()] = len(ORDER) + 1
    return style_of


def _draw(request: Request, shapes: TileShapes, style_of: np.ndarray, paints: list[Paint]) -> bytes:
    place = request.path_params
    try:
        return shapes.draw(place["z"], place["x"], place["y"], style_of, _styles(tuple(paints)))
    except ValueError:
        raise _Missing from None


@lru_cache(maxsize=8)
def _styles(paints: tuple[Paint, ...]) -> list[Style]:
    return [
        Style(
            (*_rgb(paint.fill), round(255 * paint.opacity)),
            (*_rgb(paint.outline), 255),
            paint.weight_px,
        )
        for paint in paints
    ]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _project(session: Session, project_id: int) -> Project:
    for project in projects(office.store(), session.actor):
        if project.id == project_id:
            return project
    raise _Missing


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


_layers: dict[tuple[str, int, int | None], tuple[TileShapes, gpd.GeoDataFrame]] = {}
_colourings: dict[tuple[str, int, str, str], np.ndarray] = {}


def _layer(
    session: Session, project: Project, check_id: int
) -> tuple[TileShapes, gpd.GeoDataFrame]:
    """Return a check's shapes and parcels for a region: verdicts of a check never change."""
    # adoption gives a check its ledger rows: what was read before it is not what stands after
    key = (session.actor.region, check_id, project.adopted_check_id)
    with _loading:
        if key not in _layers:
            parcels = register.judged_parcels(office.store(), session.actor, project, check_id)
            while len(_layers) >= KEPT_LAYERS:
                del _layers[next(iter(_layers))]
            _layers[key] = TileShapes(parcels.geometry.to_numpy()), parcels
        return _layers[key]


def _stages(
    region: str, project_id: int, day: str, version: str, make: Callable[[], np.ndarray]
) -> np.ndarray:
    key = (region, project_id, day, version)
    found = _colourings.get(key)
    if found is None:
        found = make()
        while len(_colourings) >= KEPT_COLOURINGS:
            del _colourings[next(iter(_colourings))]
        _colourings[key] = found
    return found


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
    Route(
        f"/gis/{{region}}/stage/{{project:int}}/{{day}}/{{version}}/{_PLACE}",
        _tile(_by_stage),
        methods=["GET"],
    ),
]
