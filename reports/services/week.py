"""The weekly summary for a person: the same one on screen and in the file."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from parcels import register
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, townships
from parcels.regions import narrower
from parcels.store import audit
from parcels.store.engine import Store
from reports import reading
from reports.catalog.weekly_summary import compose
from reports.daily import OFFICE_TIME
from reports.document import Document
from reports.means.reading import plan_curves
from reports.services.stamps import stamp_of
from reports.weekly import WeeklySummary, last_due_day, weekly_summary


def week_of(
    store: Store, actor: Actor, project: Project, first: date, *, now: datetime
) -> WeeklySummary:
    """Return the summary of the week that begins on a Monday, over the actor's townships."""
    names = townships(store, project, actor)
    return weekly_summary(
        project,
        names,
        register.judged_parcels(store, actor, project),
        register.stage_events(store, actor, project),
        reading.reports_between(store, actor, project, first, first + timedelta(days=6)),
        first=first,
        today=now.astimezone(OFFICE_TIME).date(),
        last_due=last_due_day(project, now),
        plans=plan_curves(store, actor, project),
    )


def week_document(
    store: Store, actor: Actor, project: Project, first: date, *, now: datetime
) -> Document:
    """Return the week as a document; a township's has its own row and no county's."""
    spoken_of = narrower(actor.region, project.region)
    access.require(actor, Action.EXPORT_SUMMARY, spoken_of)
    summary = week_of(store, actor, project, first, now=now)
    cut_off = f"{summary.cut_off_day} {project.cut_off:%H:%M}"
    stamp = stamp_of(store, actor, project, cut_off=cut_off, now=now)
    return compose(summary, stamp, with_county=spoken_of == project.region)


def record_export(
    store: Store, actor: Actor, project: Project, subject: str, *, now: datetime
) -> None:
    """Write the audit row of a file that left the office."""
    with store.writing() as connection:
        audit.record(
            connection, actor, "export", f"{project.code} {subject}", now=now, region=actor.region
        )
