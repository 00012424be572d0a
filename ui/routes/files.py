"""Downloads: made for the person who asks, after their rights were asked, and written down."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

import geopandas as gpd
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
from parcels.policy import from_terms
from parcels.projects import Project, projects
from parcels.services.job_files import hand_out
from parcels.shapefile_output import shapefile_zip
from reports.catalog import check_result
from reports.periods.period import Period, PeriodKind
from reports.renderers import RENDERERS
from reports.services.looks import look_of
from reports.services.stamps import stamp_of
from reports.services.week import period_document, record_export
from ui import office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Made = tuple[str, str, bytes]


def _period(session: Session, request: Request) -> Made:
    project = _project(session, request.path_params["project"])
    try:
        first = date.fromisoformat(request.path_params["first"])
        period = Period(PeriodKind(request.path_params.get("kind", "week")), first)
    except ValueError:
        raise _missing() from None
    if not project.starts_on.year - 1 <= first.year < 2100:
        raise _missing()
    document = period_document(office.store(), session.actor, project, period, now=office.now())
    content = RENDERERS["xlsx"](document, look_of(office.store()))
    subject = f"{period.kind} {first}.xlsx"
    record_export(office.store(), session.actor, project, subject, now=office.now())
    return f"{document.title} {first}.xlsx", XLSX, content


def _check(session: Session, request: Request) -> Made:
    check_id, suffix = request.path_params["check"], request.path_params["suffix"]
    if suffix not in CHECK_FILES:
        raise _missing()
    for project in projects(office.store(), session.actor):
        if not access.may(session.actor, Action.EXPORT_CHECK, project.region):
            continue
        runs = {run["id"]: run for run in register.checks(office.store(), session.actor, project)}
        if check_id not in runs:
            continue
        parcels = register.judged_parcels(
            office.store(), session.actor, project, check_id, in_own_crs=True
        )
        kind, make = CHECK_FILES[suffix]
        content = make(session, project, runs[check_id], parcels)
        record_export(
            office.store(), session.actor, project, f"check {check_id}.{suffix}", now=office.now()
        )
        return f"{project.name} {say('Check')} {check_id}.{suffix}", kind, content
    raise _missing()


def _check_workbook(
    session: Session, project: Project, run: Mapping[str, Any], parcels: gpd.GeoDataFrame
) -> bytes:
    versions = {name: run[f"{name}_version"] for name in ("parcels", "structures", "policy")}
    stamp = stamp_of(office.store(), session.actor, project, versions=versions, now=office.now())
    document = check_result.compose(project, parcels, from_terms(run["terms"]), stamp)
    return RENDERERS["xlsx"](document, look_of(office.store()))


def _of_job(session: Session, request: Request) -> Made:
    wanted = request.path_params
    file, path = hand_out(
        office.store(), session.actor, wanted["job"], wanted["place"], now=office.now()
    )
    return file["name"], file["media_type"], path.read_bytes()


CheckFile = Callable[[Session, Project, Mapping[str, Any], gpd.GeoDataFrame], bytes]
CHECK_FILES: dict[str, tuple[str, CheckFile]] = {
    "xlsx": (XLSX, _check_workbook),
    "csv": ("text/csv; charset=utf-8", lambda _s, _p, _r, rows: csv_text(rows).encode("utf-8-sig")),
    "gpkg": ("application/geopackage+sqlite3", lambda _s, _p, _r, rows: gpkg_bytes(rows)),
    "zip": ("application/zip", lambda _s, _p, _r, rows: shapefile_zip(rows)),
}


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
    Route("/files/job/{job:int}/{place:int}", _download(_of_job), methods=["GET"]),
    Route("/files/weekly/{project:int}/{first}.xlsx", _download(_period), methods=["GET"]),
    Route("/files/period/{project:int}/{kind}/{first}.xlsx", _download(_period), methods=["GET"]),
    Route("/files/check/{check:int}.{suffix}", _download(_check), methods=["GET"]),
]
