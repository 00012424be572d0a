"""Downloads of the ledger: the ledger itself to fill, the form of the opening balance."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from gis.language import say
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from reports.renderers import MEDIA_TYPES
from reports.services.export_ledger import ledger_coordinates, ledger_file, opening_form
from ui import office
from ui.routes.files import Made, download, missing


def _ledger(session: Session, request: Request) -> Made:
    project = _project(session, request)
    content = ledger_file(office.store(), session.actor, project, now=office.now())
    return f"{project.name} {say('Ledger')}.xlsx", MEDIA_TYPES["xlsx"], content


def _coordinates(session: Session, request: Request) -> Made:
    project = _project(session, request)
    content = ledger_coordinates(office.store(), session.actor, project, now=office.now())
    mark = say("Internal material, not approved for publication")
    name = f"{project.name} {say('Boundary coordinates')} {mark}.txt"
    return name, "text/plain; charset=gbk", content


def _opening(session: Session, request: Request) -> Made:
    project = _project(session, request)
    content = opening_form(office.store(), session.actor, project, now=office.now())
    return f"{say('Opening balance')}.xlsx", MEDIA_TYPES["xlsx"], content


def _project(session: Session, request: Request) -> Project:
    for project in projects(office.store(), session.actor):
        if project.id == request.path_params["project"]:
            return project
    raise missing()


ROUTES: list[BaseRoute] = [
    Route("/files/ledger/{project:int}.xlsx", download(_ledger), methods=["GET"]),
    Route("/files/coordinates/{project:int}.txt", download(_coordinates), methods=["GET"]),
    Route("/files/opening/{project:int}.xlsx", download(_opening), methods=["GET"]),
]
