"""Orthophoto tiles: ``/img/…``, to whoever sees the ground they show, kept by version.

The region stands in the address and must be the session's own, as in ``tiles``.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.imagery.remote import Silent
from gis.imagery.tile_file import media_type
from gis.language import Problem
from gis.tiles import tile_bounds
from parcels.imagery import Image, one_image, seen_window, tile_of
from parcels.imagery.basemap import Basemap, basemap
from parcels.imagery.reading import Bounds, tile_meets
from parcels.people.sessions import Session
from ui import office

KEPT_SECONDS = 30.0  # an image taken out is gone from maps this soon
MOST_KEPT = 256
RESTS_SECONDS = 20.0  # each tile asked of a silent server would hold a thread for seconds
_lock = threading.Lock()
_silent_until: dict[str, float] = {}
_seen: dict[tuple[str, str, int], tuple[float, Image, Bounds | None]] = {}


def image_address(session: Session, image: Image) -> str:
    """Return the tiles' address of an image, relative to the root."""
    return f"img/{session.actor.region}/{image.id}/{image.version}/{{z}}/{{x}}/{{y}}"


def seen_image(session: Session, image_id: int) -> tuple[Image, Bounds | None]:
    """Return an image and where the person sees it; raises Problem for any other."""
    key = (session.actor.region, str(session.actor.role), image_id)
    with _lock:
        kept = _seen.get(key)
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1], kept[2]
    image, project = one_image(office.store(), session.actor, image_id)
    window = seen_window(office.store(), session.actor, project)
    with _lock:
        while len(_seen) >= MOST_KEPT:
            del _seen[next(iter(_seen))]
        _seen[key] = (time.monotonic(), image, window)
    return image, window


async def _tile(request: Request) -> Response:
    session: Session = request.scope["tracker_session"]
    return await run_in_threadpool(tile_response, session, request.path_params)


def tile_response(session: Session, place: dict[str, Any]) -> Response:
    """Return a tile, or 404 without a word."""
    if place["region"] != session.actor.region:
        return PlainTextResponse("", status_code=404)
    try:
        image, window = seen_image(session, place["image"])
    except Problem:
        return PlainTextResponse("", status_code=404)
    z, x, y = place["z"], place["x"], place["y"]
    if image.version != place["version"] or not tile_meets(window, z, x, y):
        return PlainTextResponse("", status_code=404)
    content = tile_of(office.store(), image, z, x, y)
    if content is None:
        return Response(status_code=204, headers={"Cache-Control": "private, max-age=600"})
    headers = {"Cache-Control": "private, max-age=604800, immutable"}
    return Response(content, media_type=media_type(content), headers=headers)


def basemap_address(session: Session, ground: Basemap) -> str:
    """Return the tiles' address of the office's basemap, relative to the root."""
    return f"img/{session.actor.region}/basemap/{ground.version}/{{z}}/{{x}}/{{y}}"


async def _basemap_tile(request: Request) -> Response:
    """Answer a tile of the basemap: it shows no parcel, every person of the office sees it."""
    place = request.path_params
    session: Session = request.scope["tracker_session"]

    def work() -> Response:
        try:
            tile_bounds(place["z"], place["x"], place["y"])
        except ValueError:
            return PlainTextResponse("", status_code=404)
        with office.store().reading() as connection:
            ground = basemap(connection)
        is_own = place["region"] == session.actor.region
        if not is_own or ground is None or ground.version != place["version"]:
            return PlainTextResponse("", status_code=404)
        content = _asked(ground, place["z"], place["x"], place["y"])
        if content is None:
            return Response(status_code=204, headers={"Cache-Control": "private, max-age=20"})
        headers = {"Cache-Control": "private, max-age=604800"}
        return Response(content, media_type=media_type(content), headers=headers)

    return await run_in_threadpool(work)


def _asked(ground: Basemap, z: int, x: int, y: int) -> bytes | None:
    """Return a tile of the basemap; a server that was silent is let alone for a while."""
    if time.monotonic() < _silent_until.get(ground.version, 0.0):
        return None
    try:
        return ground.tile(z, x, y)
    except Silent:
        _silent_until[ground.version] = time.monotonic() + RESTS_SECONDS
    except Problem:
        pass  # the administrator's page says what is wrong; the map says that there is no picture
    return None


_BASEMAP = "/img/{region}/basemap/{version}/{z:int}/{x:int}/{y:int}"
ROUTES: list[BaseRoute] = [
    Route(_BASEMAP, _basemap_tile, methods=["GET"]),
    Route("/img/{region}/{image:int}/{version}/{z:int}/{x:int}/{y:int}", _tile, methods=["GET"]),
]
