"""``/report/draft``: where the form's texts are saved while they are typed."""

from __future__ import annotations

import hmac
import json
from datetime import date, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import Problem, choose_language
from parcels.people.access import Refused
from parcels.people.sessions import Session
from reports.daily import OFFICE_TIME
from reports.services.keep_draft import AlreadyReported, save_draft, sent_with
from ui import office

MOST_BYTES = 64 * 1024


async def _save(request: Request) -> Response:
    session: Session = request.scope["tracker_session"]
    if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
        return PlainTextResponse("too long", status_code=413)
    if not hmac.compare_digest(request.headers.get("x-form", "").encode(), session.csrf.encode()):
        return PlainTextResponse("not from our page", status_code=403)
    body = await request.body()

    def work() -> Response:
        choose_language(session.language)
        try:
            told: dict[str, Any] = json.loads(body)
            place = int(told["project"]), str(told["township"]), date.fromisoformat(told["day"])
            changes = dict(told["changes"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return PlainTextResponse("not understood", status_code=400)
        try:
            draft = save_draft(office.store(), session.actor, *place, changes, now=office.now())
        except Refused as refused:
            return PlainTextResponse(str(refused), status_code=404)
        except AlreadyReported as reported:
            sent_at = sent_with(office.store(), session.actor, *place, changes)
            if sent_at is None:
                return PlainTextResponse(str(reported), status_code=409)
            return _told(sent_at)  # this very text, told once more behind the sending
        except Problem as problem:
            return PlainTextResponse(str(problem), status_code=409)
        assert draft.saved_at is not None  # noqa: S101  it has just been saved
        return _told(draft.saved_at)

    return await run_in_threadpool(work)


def _told(at: datetime) -> Response:
    return JSONResponse({"saved": f"{at.astimezone(OFFICE_TIME):%H:%M}"})


ROUTES: list[BaseRoute] = [Route("/report/draft", _save, methods=["POST"])]
