"""A week, month or quarter for a person: the same one on screen, in the file and in the shell."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from parcels import register
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store import audit
from parcels.store.engine import Store
from reports import reading
from reports.calendar import last_due_day
from reports.catalog.period_words import Paragraphs, paragraphs_of
from reports.catalog.weekly_summary import compose
from reports.daily import OFFICE_TIME
from reports.document import Document
from reports.forecast import WINDOW_DAYS
from reports.means.reading import plan_curves
from reports.periods.basis import Basis
from reports.periods.period import Period
from reports.periods.summary import PeriodSummary, period_summary
from reports.publication.reading import edited_words
from reports.services.document_pictures import pictures_of
from reports.services.stamps import stamp_of

# the last seven working days may lie before a long holiday
PACE_DAYS = WINDOW_DAYS + 60


def summary_of(
    store: Store, actor: Actor, project: Project, period: Period, *, now: datetime
) -> PeriodSummary:
    """Return the summary of a period over the actor's townships, from working figures."""
    basis = basis_of(store, actor, project, period, now=now)
    return period_summary(basis, period, today=now.astimezone(OFFICE_TIME).date())


def basis_of(
    store: Store, actor: Actor, project: Project, period: Period, *, now: datetime
) -> Basis:
    """Return what a period is summed up from, over the actor's townships."""
    today = now.astimezone(OFFICE_TIME).date()
    day = min(period.last, today)
    with store.reading() as connection:
        names = reading.reporting_townships(connection, project, actor)
        calendar = reading.calendar_of(connection, project.region)
        since = reading.reporting_since(connection, project)
        confirmed_to = reading.confirmed_to(connection, project, day)
    return Basis(
        project=project,
        names=names,
        parcels=register.judged_figures(store, actor, project),
        work=register.work_sums(store, actor, project, first=period.first, until=day),
        reports=reading.reports_between(store, actor, project, period.first, period.last),
        since=since,
        last_due=last_due_day(project, now),
        plans=plan_curves(store, actor, project),
        calendar=calendar,
        pace=register.new_arable_by_day(
            store, actor, project, first=day - timedelta(days=PACE_DAYS), last=day
        ),
        confirmed_to=confirmed_to,
    )


def period_document(
    store: Store,
    actor: Actor,
    project: Project,
    period: Period,
    *,
    now: datetime,
    with_pictures: bool = False,
) -> Document:
    """Return a period's working figures as a document; a township's has its own row alone.

    ``with_pictures`` for a file: charts and the county's map, if the whole county is spoken of.
    """
    spoken_of = narrower(actor.region, project.region)
    access.require(actor, Action.EXPORT_SUMMARY, spoken_of)
    basis = basis_of(store, actor, project, period, now=now)
    summary = period_summary(basis, period, today=now.astimezone(OFFICE_TIME).date())
    is_whole = spoken_of == project.region
    pictures = (
        pictures_of(store, actor, project, basis, summary) if with_pictures and is_whole else ()
    )
    cut_off = f"{summary.cut_off_day} {project.cut_off:%H:%M}"
    stamp = stamp_of(store, actor, project, cut_off=cut_off, now=now)
    with store.reading() as connection:
        words = words_of(connection, project, period, summary)
    return compose(summary, stamp, with_county=is_whole, paragraphs=words, pictures=pictures)


def words_of(
    connection: sa.Connection, project: Project, period: Period, summary: PeriodSummary
) -> Paragraphs:
    """Return a period's paragraphs: a person's words where there are any, else the figures'."""
    edited = edited_words(connection, project, period)
    return tuple(
        (head, edited[place].text if place in edited else text)
        for place, (head, text) in enumerate(paragraphs_of(summary))
    )


def record_export(
    store: Store, actor: Actor, project: Project, subject: str, *, now: datetime
) -> None:
    """Write the audit row of a file that left the office."""
    with store.writing() as connection:
        audit.record(
            connection, actor, "export", f"{project.code} {subject}", now=now, region=actor.region
        )
