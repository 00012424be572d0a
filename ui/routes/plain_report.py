"""``/plain/report``: the day's report from any browser; saves into the same draft as the page."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gis.language import Problem, _, choose_language, say
from parcels import register
from parcels.people.access import Action, Refused, may
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from parcels.workflow import STEP_TITLES
from reports import reading
from reports.completion import done_m2
from reports.counted import is_counted
from reports.daily import OFFICE_TIME, STATE_TITLES, ZERO_TITLES, ReportState, ZeroReason
from reports.drafts import Draft
from reports.photos import photos_of
from reports.publication.reading import is_frozen
from reports.renderers import MEDIA_TYPES
from reports.returned import LIVE, days_to_report, unanswered, words_of
from reports.room import first_step, left_m2, ready_by_step
from reports.services.ceilings import TooMuchClaimed
from reports.services.file_report import file_report
from reports.services.file_workbook import FormFaults, file_form, make_form
from reports.services.keep_draft import draft_from_report, find_draft, open_drafts, save_draft
from reports.services.keep_photo import keep_photo
from reports.services.review_report import move_report
from ui import office
from ui.routes.plain import page
from ui.routes.plain_changes import Ground, Sent, changes_of, step_of, whole_parcels
from ui.routes.plain_form import PLAIN, Back, Sheet, form_page, standing_page

MOST_BYTES = 60 * 1024**2
MOST_FIELDS, MOST_FILES = 3000, 20
ZERO = {reason.value for reason in ZeroReason}


def _respond(method: Callable[[Session, Request, Sent], Response]) -> Callable[..., Awaitable[Any]]:
    async def respond(request: Request) -> Response:
        session: Session = request.scope["tracker_session"]
        sent = Sent()
        if request.method == "POST":
            if int(request.headers.get("content-length") or MOST_BYTES + 1) > MOST_BYTES:
                return PlainTextResponse(say("Too large; send fewer photos at once."), 413)
            async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
                sent = await _sent(form)
            mine = hmac.compare_digest(sent.fields.get("csrf", "").encode(), session.csrf.encode())
            if not mine:
                sent = replace(sent, fields={}, taken=[], photos=[], form=b"")
                sent.told.append("stale")

        def work() -> Response:
            choose_language(session.language)
            if sent.told == ["stale"]:
                sent.told[:] = [say("The page was too old; try again.")]
            return method(session, request, sent)

        return await run_in_threadpool(work)

    return respond


async def _sent(form: FormData) -> Sent:
    sent, fields = Sent(), {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if content and name == "photos":
                sent.photos.append((value.filename or "photo", content))
            elif content and name == "form":
                sent.form = content
        elif name == "take":
            sent.taken.append(value)
        else:
            fields[name] = value.replace("\r\n", "\n")
    return replace(sent, fields=fields)


def _show(session: Session, request: Request, sent: Sent) -> Response:
    """Show a day; after a posting with what was refused and everything that was typed."""
    if not may(session.actor, Action.FILE_REPORT):
        words = say("This page takes a township's daily report; your pages need a newer browser.")
        return page(say("Daily report"), f"<p>{words}</p>", session.language)
    wanted = {**request.query_params, **sent.fields}
    mine = [p for p in projects(office.store(), session.actor) if p.adopted_check_id is not None]
    chosen = [p for p in mine if str(p.id) == wanted.get("project")] or mine
    if not chosen:
        words = say("The bureau has not adopted a parcel layer yet; there is nothing to report.")
        return page(say("Daily report"), f"<p>{words}</p>", session.language)
    body = _body(session, chosen[0], wanted, sent)
    response = page(say("Daily report"), body, session.language)
    response.status_code = 400 if sent.told else 200
    return response


def _body(session: Session, project: Project, wanted: Mapping[str, str], sent: Sent) -> str:
    store, actor, township = office.store(), session.actor, session.actor.region
    today = office.today()
    reports = reading.reports_between(store, actor, project, min(project.starts_on, today), today)
    live = reports[reports["state"].isin(LIVE)]
    returned = _returned(project, reports)
    days = days_to_report(project, today, {back.day for back in returned if back.can_mend})
    try:
        day = date.fromisoformat(wanted.get("day", ""))
    except ValueError:
        day = today
    day = day if day in days else today
    begun = open_drafts(store, actor, project.id, township)
    marks = {
        one: say("reported") if (live["day"] == one).any()
        else say("begun, not sent") if one in begun else say("not reported")
        for one in days
    }  # fmt: skip
    draft = find_draft(store, actor, project.id, township, day)
    parcels, done = _ground(session, project)
    step = step_of(wanted.get("step", ""))
    step = step or first_step(ready_by_step(parcels, done), draft.entries, {})
    room = left_m2(parcels, done, draft.entries, step)
    ready = parcels.loc[room > 0, "village_code"]
    village = wanted.get("village", "")
    if village not in set(ready):
        counting = ready[is_counted(parcels)[ready.index]]
        likely = counting if len(counting) else ready
        village = str(likely.value_counts().index[0]) if len(likely) else ""
    earlier = live[live["day"] < day]
    before = (0, 0)
    if not earlier.empty:
        before = (int(earlier.iloc[-1]["workers"]), int(earlier.iloc[-1]["machines"]))
    photos = len(photos_of(store, actor, project, draft.about)) if draft.id else 0
    sheet = Sheet(
        session, project, day, marks, draft, parcels, room, step, village, before, photos,
        sent.fields, sent.told, sent.is_saved, returned,
    )  # fmt: skip
    standing = live[live["day"] == day]
    if standing.empty:
        return form_page(sheet)
    report = standing.iloc[0]
    filed = report["filed_at"].astimezone(OFFICE_TIME)
    words = f"{STATE_TITLES[ReportState(report['state'])]} · {filed:%m-%d %H:%M}"
    entries = reading.entries_of(store, actor, project, int(report["id"]))
    lines = [
        f"{STEP_TITLES[entry.step]} · {entry.village} {entry.parcel_no} · {entry.area_m2:,.2f} m²"
        for entry in entries.itertuples()
    ]
    if report["zero_reason"]:
        lines = [str(ZERO_TITLES[ZeroReason(report["zero_reason"])])]
    is_filed = report["state"] is ReportState.FILED
    may_withdraw = int(report["id"]) if is_filed else None
    return standing_page(sheet, report["receipt_no"], words, lines, withdraw=may_withdraw)


def _returned(project: Project, reports: pd.DataFrame) -> list[Back]:
    """Return what the bureau sent back and nobody has answered."""
    backs = []
    for report in unanswered(reports):
        with office.store().reading() as connection:
            is_over = is_frozen(connection, project.id, report["day"])
        words = str(words_of(report, is_frozen=is_over))
        backs.append(Back(int(report["id"]), report["day"], words, not is_over))
    return backs


def _ground(session: Session, project: Project) -> Ground:
    """Return the township's parcels and what is done on them, by ledger id."""
    store, actor = office.store(), session.actor
    parcels = register.judged_parcels(store, actor, project)
    parcels = parcels[parcels["area_m2"].notna() & parcels["ledger_id"].notna()]
    parcels = parcels.set_index(parcels["ledger_id"].astype("int64"))
    done = done_m2(register.stage_events(store, actor, project), confirmed_only=False)
    return parcels, done.reindex(parcels.index, fill_value=0.0)


def _project(session: Session, project_id: int) -> Project:
    for project in projects(office.store(), session.actor):
        if project.id == project_id:
            return project
    raise Problem(_("There is no project {id}.", id=project_id))


def _take(session: Session, request: Request, sent: Sent) -> Response:
    """Take one posting: save what is typed, then do what its button says."""
    do = sent.fields.get("do", "")
    if sent.told or not may(session.actor, Action.FILE_REPORT):
        return _show(session, request, sent)
    try:
        if do == "excel":
            receipt = file_form(office.store(), session.actor, sent.form, now=office.now())
            day, project_id, *_rest = receipt.receipt_no.split("-")
            return _to(int(project_id), date.fromisoformat(day))
        if do in ("mend", "withdraw"):
            return _again(session, do, sent.fields.get("report", ""))
        draft = _saved(session, sent)
        if do == "send" and not sent.told:
            reason = sent.fields.get("zero", "")
            file_report(
                office.store(), session.actor,
                draft.report(zero_reason=ZeroReason(reason) if reason in ZERO else None),
                idempotency_key=draft.key, now=office.now(),
            )  # fmt: skip
            return _to(draft.project_id, draft.day)
        sent.is_saved = do in ("save", "show") and not sent.told
    except TooMuchClaimed as refused:
        sent.told += [str(refused), *map(str, refused.breaches)]
    except FormFaults as refused:
        sent.told += [str(refused), *map(str, refused.faults)]
    except Problem as problem:
        sent.told.append(str(problem))
    return _show(session, request, sent)


def _to(project_id: int, day: date) -> Response:
    """Send the browser to a day, so that loading the page again sends nothing twice."""
    return RedirectResponse(f"{PLAIN}?project={project_id}&day={day}", status_code=303)


def _again(session: Session, do: str, report: str) -> Response:
    """Open a report as a draft again: one that was returned, or that is withdrawn by this."""
    report_id = int(report) if report.isascii() and report.isdigit() else 0
    store, actor, now = office.store(), session.actor, office.now()
    if do == "withdraw":
        move_report(store, actor, report_id, ReportState.WITHDRAWN, now=now)
    draft = draft_from_report(store, actor, report_id, now=now)
    return _to(draft.project_id, draft.day)


def _saved(session: Session, sent: Sent) -> Draft:
    """Save all that can stand into the draft; the rest is told line by line and stays typed."""
    try:
        project_id = int(sent.fields["project"])
        day = date.fromisoformat(sent.fields["day"])
    except (KeyError, ValueError):
        raise Problem(_("The page was too old; try again.")) from None
    store, actor, township = office.store(), session.actor, session.actor.region
    changes = changes_of(sent)
    if sent.taken:
        changes |= whole_parcels(_ground(session, _project(session, project_id)), sent, changes)
    draft = save_draft(store, actor, project_id, township, day, changes, now=office.now())
    for name, content in sent.photos:
        try:
            keep_photo(
                store, actor, content, name, project_id=project_id, region=township,
                about=draft.about, now=office.now(),
            )  # fmt: skip
        except Problem as problem:  # one failing photo never costs the figures
            sent.told.append(str(problem))
    return draft


def _form(session: Session, request: Request, _sent: Sent) -> Response:
    """Hand out the prefilled Excel form of a day: one's own, or for the bureau a township's."""
    place, actor = request.path_params, session.actor
    township = actor.region if actor.is_township else request.query_params.get("township", "")
    try:
        day = date.fromisoformat(place["day"])
        content = make_form(
            office.store(), actor, _project(session, place["project"]), township, day,
            now=office.now(),
        )  # fmt: skip
    except (ValueError, Refused):
        return PlainTextResponse("", status_code=404)
    except Problem as problem:
        return PlainTextResponse(str(problem), status_code=409)
    name = quote(f"{say('Daily report')} {township} {day}.xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=MEDIA_TYPES["xlsx"], headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/files/report-form/{project:int}/{day}.xlsx", _respond(_form), methods=["GET"]),
    Route(PLAIN, _respond(_show), methods=["GET"]),
    Route(PLAIN, _respond(_take), methods=["POST"]),
]
