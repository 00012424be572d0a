"""The map of days: ``/gis/{region}/days/…``, its outlines, its figures of a day and its tiles.

The region stands in the address and must be the session's own, as in ``tiles``; ``area`` lies
within it and is the project's region, a township or a village. An address names the language of its
words, so that a browser keeps each for itself, and a version of the store: it is answered by that
state while it is kept in memory; later as things stand, and then no browser keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import LANGUAGES, Problem, language, speaking
from gis.tiles import Style
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from parcels.regions import contains
from ui import office
from ui.daymap import answers
from ui.daymap.book import Book, book_of, known_book, version_now
from ui.daymap.colourings import COLOURINGS, classes_of, places_of
from ui.routes.tile_styles import styles_of

KEPT_COLOURINGS = 48
NEIGHBOUR = Style((150, 158, 166, 90), (120, 128, 136, 160), 1.0)
NOT_DRAWN = Style((0, 0, 0, 0), (0, 0, 0, 0), 0.0)
OTHERS = "others"
_colourings: dict[tuple[Any, ...], tuple[npt.NDArray[np.int64], tuple[Style, ...]]] = {}


class _Missing(Exception):
    """There is nothing of that name for this person."""


def days_address(session: Session, project: Project, area: str) -> str:
    """Return where everything about an area's days begins, at the version of the store now."""
    place = f"{project.id}/{area}/{version_now()}"
    return f"gis/{session.actor.region}/days/{language()}/{place}"


def _about(book: Book, request: Request) -> Response:
    return JSONResponse(answers.about(book, request.path_params["area"]))


def _shapes(book: Book, request: Request) -> Response:
    area = request.path_params["area"]
    if book.inside(area).sum() > answers.MOST_SHAPES:
        raise _Missing
    return JSONResponse(answers.shapes(book, area))


def _day(book: Book, request: Request) -> Response:
    return JSONResponse(
        answers.of_day(book, request.path_params["area"], _asked_day(book, request))
    )


def _tile(book: Book, request: Request) -> Response:
    place = request.path_params
    name = place["colouring"]
    if name not in (*COLOURINGS, OTHERS):
        raise _Missing
    day = _asked_day(book, request)
    style_of, styles = _coloured(book, place["region"], place["area"], name, day)
    content = book.shapes.tiles.draw(place["z"], place["x"], place["y"], style_of, styles)
    return Response(content, media_type="image/png")


def _asked_day(book: Book, request: Request) -> date:
    day = date.fromisoformat(request.path_params["day"])
    if not book.is_past(day):
        raise _Missing
    return day


def _coloured(
    book: Book, region: str, area: str, name: str, day: date
) -> tuple[npt.NDArray[np.int64], tuple[Style, ...]]:
    """Return each shape's style: of a day with what moved outlined, or the neighbours greyed."""
    key = (region, book.project.id, book.version, area, name, day)
    found = _colourings.get(key)
    if found is None:
        found = _styled(book, area, name, day)
        while len(_colourings) >= KEPT_COLOURINGS:
            _colourings.pop(next(iter(_colourings)), None)
        _colourings[key] = found
    return found


def _styled(
    book: Book, area: str, name: str, day: date
) -> tuple[npt.NDArray[np.int64], tuple[Style, ...]]:
    inside = book.inside(area)
    if name == OTHERS:
        return np.where(inside, 1, 0), (NEIGHBOUR, NOT_DRAWN)
    paints = tuple(paint for paint, _label in classes_of(COLOURINGS[name], book))
    places = places_of(COLOURINGS[name], book, day)
    moved = book.stages.moved_at(day)
    places = np.where(inside, places + np.where(moved, len(paints), 0), 2 * len(paints))
    return places, (*styles_of(paints), *styles_of(paints, moved=True), NOT_DRAWN)


def _project(session: Session, project_id: int) -> Project:
    for project in projects(office.store(), session.actor):
        if project.id == project_id and project.adopted_check_id is not None:
            return project
    raise _Missing


def _answer(make: Callable[[Book, Request], Response]) -> Callable[[Request], Any]:
    async def respond(request: Request) -> Response:
        session: Session = request.scope["tracker_session"]

        def work() -> Response:
            place = request.path_params
            region = session.actor.region
            is_own = place["region"] == region and contains(region, place["area"])
            is_there = is_own and place["language"] in LANGUAGES
            if not is_there or not access.may(session.actor, Action.SEE_PROGRESS):
                return PlainTextResponse("", status_code=404)
            with speaking(place["language"]):
                try:
                    book = known_book(session.actor, place["project"], place["version"])
                    if book is None:
                        project = _project(session, place["project"])
                        book = book_of(session.actor, project, place["version"])
                    if not book.knows(place["area"]):
                        raise _Missing
                    response = make(book, request)
                except (_Missing, Problem, ValueError):
                    return PlainTextResponse("", status_code=404)
            is_current = place["version"] == book.version
            kept = "private, max-age=86400" if is_current else "no-store"
            response.headers["Cache-Control"] = kept
            return response

        return await run_in_threadpool(work)

    return respond


_AREA = "/gis/{region}/days/{language}/{project:int}/{area}/{version}"
ROUTES: list[BaseRoute] = [
    Route(f"{_AREA}/about.json", _answer(_about), methods=["GET"]),
    Route(f"{_AREA}/shapes.json", _answer(_shapes), methods=["GET"]),
    Route(f"{_AREA}/day/{{day}}.json", _answer(_day), methods=["GET"]),
    Route(
        f"{_AREA}/{{colouring}}/{{day}}/{{z:int}}/{{x:int}}/{{y:int}}.png",
        _answer(_tile),
        methods=["GET"],
    ),
]
