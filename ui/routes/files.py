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

from gis.language import Problem, _, choose_language
from parcels.people.access import Refused
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from parcels.regions import narrower
from parcels.services.job_files import hand_out
from reports.periods.period import Period, PeriodKind
from reports.renderers import MEDIA_TYPES, RENDERERS
from reports.services.export_check import check_files
from reports.services.give_codes import coded
from reports.services.issue_documents import hand_out_issued
from reports.services.issue_papers import LETTER, NEWEST, SHEET, SUMMARY, figures_file, letter_file
from reports.services.keep_attachment import hand_out_attachment
from reports.services.looks import look_of, template_in_force
from reports.services.week import period_document, record_export
from ui import office

Made = tuple[str, str, bytes]


def _period(session: Session, request: Request) -> Made:
    project = _project(session, request.path_params["project"])
    try:
        first = date.fromisoformat(request.path_params["first"])
        period = Period(PeriodKind(request.path_params.get("kind", "week")), first)
    except ValueError:
        raise missing() from None
    if not project.starts_on.year - 1 <= first.year < 2100:
        raise missing()
    suffix = request.path_params.get("suffix", "xlsx")
    if suffix not in RENDERERS:
        raise missing()
    document = period_document(
        office.store(), session.actor, project, period, now=office.now(), with_pictures=True
    )
    document = coded(
        office.store(), session.actor, project, document,
        region=narrower(session.actor.region, project.region), now=office.now(),
    )  # fmt: skip
    content = RENDERERS[suffix](document, look_of(office.store()))
    subject = f"{period.kind} {first}.{suffix}"
    record_export(office.store(), session.actor, project, subject, now=office.now())
    return f"{document.title} {first}.{suffix}", MEDIA_TYPES[suffix], content


def _issued(session: Session, request: Request) -> Made:
    wanted = request.path_params["document"]
    return hand_out_issued(office.store(), session.actor, wanted, now=office.now())


def _notice(session: Session, request: Request) -> Made:
    wanted, asked = request.path_params, request.query_params.get("version", "")[:4]
    project = _project(session, wanted["project"])
    return letter_file(
        office.store(), session.actor, project, wanted["notice"], wanted.get("paper", LETTER),
        wanted["suffix"], version=int(asked) if asked.isdecimal() else NEWEST, now=office.now(),
    )  # fmt: skip


def _template(session: Session, request: Request) -> Made:
    name = request.path_params["name"]
    content = template_in_force(office.store(), session.actor, "" if name == "all" else name)
    return f"{name}.docx", MEDIA_TYPES["docx"], content


def _check(session: Session, request: Request) -> Made:
    check_id, name = request.path_params["check"], request.path_params["name"]
    (made,) = check_files(office.store(), session.actor, check_id, (name,), now=office.now())
    return made


def _snapshot(session: Session, request: Request) -> Made:
    return _figures(session, request, SUMMARY)


def _publication(session: Session, request: Request) -> Made:
    return _figures(session, request, SHEET)


def _figures(session: Session, request: Request, name: str) -> Made:
    wanted = request.path_params
    return figures_file(
        office.store(), session.actor, wanted["snapshot"], name, wanted["suffix"], now=office.now()
    )


def _attached(session: Session, request: Request) -> Made:
    wanted = request.path_params["attachment"]
    return hand_out_attachment(office.store(), session.actor, wanted, now=office.now())


def _of_job(session: Session, request: Request) -> Made:
    wanted = request.path_params
    file, path = hand_out(
        office.store(), session.actor, wanted["job"], wanted["place"], now=office.now()
    )
    return file["name"], file["media_type"], path.read_bytes()


def _project(session: Session, project_id: int) -> Project:
    for project in projects(office.store(), session.actor):
        if project.id == project_id:
            return project
    raise missing()


def missing() -> Refused:
    """Return the refusal of a file that is not there, or not for this person: they look alike."""
    return Refused(_("There is no such file for you."))


def download(
    make: Callable[[Session, Request], Made],
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that makes a file for the person who asks, or says why not."""

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
    Route("/files/job/{job:int}/{place:int}", download(_of_job), methods=["GET"]),
    Route("/files/weekly/{project:int}/{first}.xlsx", download(_period), methods=["GET"]),
    Route(
        "/files/period/{project:int}/{kind}/{first}.{suffix}", download(_period), methods=["GET"]
    ),
    Route("/files/attached/{attachment:int}", download(_attached), methods=["GET"]),
    Route("/files/issued/{document:int}", download(_issued), methods=["GET"]),
    Route("/files/notice/{project:int}/{notice:int}.{suffix}", download(_notice), methods=["GET"]),
    Route(
        "/files/paper/{project:int}/{notice:int}/{paper}.{suffix}",
        download(_notice),
        methods=["GET"],
    ),
    Route("/files/publication/{snapshot:int}.{suffix}", download(_publication), methods=["GET"]),
    Route("/files/template/{name}.docx", download(_template), methods=["GET"]),
    Route("/files/snapshot/{snapshot:int}.{suffix}", download(_snapshot), methods=["GET"]),
    Route("/files/check/{check:int}.{name}", download(_check), methods=["GET"]),
]
