"""Downloads: made for the person who asks, after their rights were asked, and written down."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import Problem, _, choose_language, say
from parcels import register
from parcels.output import csv_text, gpkg_bytes
from parcels.people import access
from parcels.people.access import Action, Refused
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from reports.renderers import RENDERERS
from reports.services.week import record_export, week_document
from reports.weekly import monday_of
from ui import office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Made = tuple[str, str, bytes]


def _weekly(session: Session, request: Request) -> Made:
    project = _project(session, request.path_params["project"])
    try:
        first = date.fromisoformat(request.path_params["monday"])
    except ValueError:
        raise _missing() from None
    if first != monday_of(first):
        raise _missing()
    document = week_document(office.store(), session.actor, project, first, now=office.now())
    content = RENDERERS["xlsx"](document)
    record_export(office.store(), session.actor, project, f"weekly {first}.xlsx", now=office.now())
    return f"{document.title} {first}.xlsx", XLSX, content


def _check(session: Session, request: Request) -> Made:
    check_id, suffix = request.path_params["check"], request.path_params["suffix"]
    if suffix not in ("csv", "gpkg"):
        raise _missing()
    for project in projects(office.store(), session.actor):
        if not access.may(session.actor, Action.EXPORT_CHECK, project.region):
            continue
        runs = register.checks(office.store(), session.actor, project)
        if check_id not in [run["id"] for run in runs]:
            continue
        parcels = register.judged_parcels(office.store(), session.actor, project, check_id)
        name = f"{project.name} {say('Check')} {check_id}.{suffix}"
        record_export(
            office.store(), session.actor, project, f"check {check_id}.{suffix}", now=office.now()
        )
        if suffix == "csv":
            return name, "text/csv; charset=utf-8", csv_text(parcels).encode("utf-8-sig")
        return name, "application/geopackage+sqlite3", gpkg_bytes(parcels)
    raise _missing()


def _project(session: Session, project_id: int) -> Project:
    for project in projects(office.store(), session.actor):
        if project.id == project_id:
            return project
    raise _missing()


def _missing() -> Refused:
    return Refused(_("There is no such file for you."))


def _download(
    make: Callable[[Session, Request], Made],
) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        session: Session = request.scope["tracker_session"]

        def work() -> Response:
            choose_language(session.language)
            try:
                name, kind, content = make(session, request)
            except Refused as refused:
                return PlainTextResponse(str(refused), status_code=404)
            except Problem as problem:
                return PlainTextResponse(str(problem), status_code=409)
            plain = re.sub(r"[^\w .()（）-]", "_", name)
            return Response(
                content,
                media_type=kind,
                headers={
                    "Content-Disposition": f"attachment; filename*=UTF-8''{quote(plain)}",
                    "Cache-Control": "no-store",
                },
            )

        return await run_in_threadpool(work)

    return respond


ROUTES: list[BaseRoute] = [
    Route("/files/weekly/{project:int}/{monday}.xlsx", _download(_weekly), methods=["GET"]),
    Route("/files/check/{check:int}.{suffix}", _download(_check), methods=["GET"]),
]
