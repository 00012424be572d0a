"""``/files/contradiction/….png``: the map cut-out of a card, within the person's region."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import Problem
from parcels.people.sessions import Session
from reports.contradictions.cutout import cutout_png
from reports.contradictions.reading import scene_of
from ui import office
from ui.routes.asked_anew import asked_anew


async def _cutout(request: Request) -> Response:
    session: Session = request.scope["tracker_session"]

    def work() -> Response:
        try:
            parcel, structures = scene_of(
                office.store(), session.actor, request.path_params["card"]
            )
        except Problem:
            return PlainTextResponse("", status_code=404)
        return asked_anew(request, cutout_png(parcel, structures), "image/png")

    return await run_in_threadpool(work)


ROUTES: list[BaseRoute] = [
    Route("/files/contradiction/{card:int}.png", _cutout, methods=["GET"]),
]
