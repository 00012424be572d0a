"""Files that are handed out once, and the empty sheets an administrator fills in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from gis.language import say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import ROLE_TITLES
from parcels.people.sessions import Session
from parcels.services import import_accounts, import_regions
from reports.renderers import MEDIA_TYPES
from reports.services import import_calendar
from reports.services.keep_calendar import require_calendar
from reports.sheets import empty_sheet
from ui.components.once import take
from ui.routes.files import Made, download, missing

XLSX = MEDIA_TYPES["xlsx"]


def _once(session: Session, request: Request) -> Made:
    made = take(session, request.path_params["token"])
    if made is None:
        raise missing()
    return made


def _accounts_sheet(session: Session, _request: Request) -> Made:
    access.require(session.actor, Action.KEEP_PEOPLE, session.actor.region)
    titles = [str(heading.title) for heading in import_accounts.HEADINGS]
    choices = {2: [str(title) for title in ROLE_TITLES.values()]}
    return f"{say('Accounts')}.xlsx", XLSX, empty_sheet(titles, choices)


def _regions_sheet(session: Session, _request: Request) -> Made:
    access.require(session.actor, Action.KEEP_PROJECT, session.actor.region)
    titles = [str(heading.title) for heading in import_regions.HEADINGS]
    return f"{say('Regions')}.xlsx", XLSX, empty_sheet(titles, {})


def _calendar_sheet(session: Session, _request: Request) -> Made:
    require_calendar(session.actor, session.actor.region)
    titles = [str(heading.title) for heading in import_calendar.HEADINGS]
    choices = {2: [say("holiday"), say("working day")]}
    return f"{say('Working calendar')}.xlsx", XLSX, empty_sheet(titles, choices)


ROUTES: list[BaseRoute] = [
    Route("/files/once/{token}", download(_once), methods=["GET"]),
    Route("/files/sheet/accounts.xlsx", download(_accounts_sheet), methods=["GET"]),
    Route("/files/sheet/calendar.xlsx", download(_calendar_sheet), methods=["GET"]),
    Route("/files/sheet/regions.xlsx", download(_regions_sheet), methods=["GET"]),
]
