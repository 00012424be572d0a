"""Photos: ``/files/photo/…``, to whoever sees the region they were taken in."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import Problem
from parcels.people.sessions import Session
from reports.photos import photo_file
from ui import office
from ui.routes.asked_anew import asked_anew


async def _photo(request: Request) -> Response:
    session: Session = request.scope["tracker_session"]

    def work() -> Response:
        is_small = request.url.path.endswith("/small")
        try:
            path = photo_file(
                office.store(), session.actor, request.path_params["photo"], is_small=is_small
            )
        except Problem:
            return PlainTextResponse("", status_code=404)
        if not path.is_file():
            return PlainTextResponse("", status_code=404)
        return asked_anew(request, path.read_bytes(), "image/jpeg")

    return await run_in_threadpool(work)


ROUTES: list[BaseRoute] = [
    Route("/files/photo/{photo:int}", _photo, methods=["GET"]),
    Route("/files/photo/{photo:int}/small", _photo, methods=["GET"]),
]
