"""The audit log as a file, for whoever may read it."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from gis.language import Problem, _, say
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.services.read_audit import MOST_EXPORTED, Wanted, is_whole, read_audit, record_export
from reports import audit_log
from reports.renderers import MEDIA_TYPES, RENDERERS
from reports.services.give_codes import coded
from reports.services.looks import look_of
from ui import office
from ui.routes.files import Made, download, missing

SUFFIXES = ("xlsx", "csv")


def _audit(session: Session, request: Request) -> Made:
    asked, suffix = request.path_params, request.path_params["suffix"]
    try:
        first, last = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
    except ValueError:
        raise missing() from None
    if suffix not in SUFFIXES or not 2000 <= first.year <= last.year < 2100:
        raise missing()
    person, action = (request.query_params.get(name, "")[:64] for name in ("person", "action"))
    wanted = Wanted(*office.moments(first, last), person, action)
    entries, count = read_audit(office.store(), session.actor, wanted, most=MOST_EXPORTED)
    if count > len(entries):
        raise Problem(
            _(
                "{count} rows are more than one file holds ({most}); choose fewer days.",
                count=count,
                most=MOST_EXPORTED,
            )
        )
    _broken, head = is_whole(office.store(), session.actor)
    document = audit_log.compose(
        entries, period=f"{first} – {last}", made_at=office.now(), audit_head=head
    )
    document = coded(
        office.store(), session.actor, None, document, region=session.actor.region,
        action=Action.SEE_AUDIT, now=office.now(),
    )  # fmt: skip
    content = RENDERERS[suffix](document, look_of(office.store()))
    name = f"{say('Audit log')} {first} {last}.{suffix}"
    record_export(office.store(), session.actor, name, now=office.now())
    return name, MEDIA_TYPES[suffix], content


ROUTES: list[BaseRoute] = [
    Route("/files/audit/{first}/{last}.{suffix}", download(_audit), methods=["GET"])
]
