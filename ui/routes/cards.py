"""Pictures of parcels from the air: ``/img/…/card/…jpg``, for evidence cards on a page."""

from __future__ import annotations

import threading
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.imagery.picture import jpeg
from gis.language import Problem, choose_language
from parcels.evidence.ground import Ground
from parcels.imagery import Moment
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import projects
from parcels.store import audit
from ui import office
from ui.below import SITE

WIDE_PX, HIGH_PX = 720, 560
KEPT = 4
_lock = threading.Lock()
_grounds: dict[tuple[str, int, str], Ground] = {}


def ground_of(session: Session, project_id: int) -> Ground:
    """Return what cards are made from, read once for a region until something changes."""
    with office.store().reading() as connection:
        version = audit.head(connection)
    key = (session.actor.region, project_id, version)
    with _lock:
        if key not in _grounds:
            project = next(
                one for one in projects(office.store(), session.actor) if one.id == project_id
            )
            while len(_grounds) >= KEPT:
                del _grounds[next(iter(_grounds))]
            _grounds[key] = Ground(office.store(), session.actor, project)
        return _grounds[key]


def card_address(session: Session, ground: Ground, parcel_id: int, moment: Moment) -> str:
    """Return the address of a parcel's picture at a moment, new with every image and check."""
    image = ground.images.get(moment)
    version = image.version if image else "none"
    project = ground.project
    return (
        f"{SITE}/img/{session.actor.region}/card/{project.id}/{project.adopted_check_id}/{parcel_id}/"
        f"{moment.value}-{version}.jpg"
    )


async def _card(request: Request) -> Response:
    session: Session = request.scope["tracker_session"]
    return await run_in_threadpool(card_response, session, request.path_params)


def card_response(session: Session, place: dict[str, Any]) -> Response:
    """Return a parcel's picture to whoever sees the parcel; 404 without a word to others."""
    nothing = PlainTextResponse("", status_code=404)
    is_own = place["region"] == session.actor.region
    if not is_own or not access.may(session.actor, Action.SEE_CHECK):
        return nothing
    choose_language(session.language)
    try:
        moment = Moment(place["moment"].partition("-")[0])
        ground = ground_of(session, place["project"])
    except (StopIteration, ValueError, Problem):
        return nothing
    found = ground.parcels.index[ground.parcels["id"] == place["parcel"]]
    if not len(found) or ground.project.adopted_check_id != place["check"]:
        return nothing
    content = jpeg(ground.picture(found[0], moment, WIDE_PX, HIGH_PX))
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(content, media_type="image/jpeg", headers=headers)


ROUTES: list[BaseRoute] = [
    Route(
        "/img/{region}/card/{project:int}/{check:int}/{parcel:int}/{moment}.jpg",
        _card,
        methods=["GET"],
    ),
]
