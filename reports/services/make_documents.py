"""Making a day's documents from the register: which there are, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from gis.language import _
from parcels import register
from parcels.answerable import answerables
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, townships
from parcels.regions import contains, narrower
from parcels.settings import OFFICE_NAME, setting
from parcels.store.engine import Store
from reports import ledger_columns as _columns  # noqa: F401  hands in stage and photos
from reports import reading
from reports.catalog import (
    bulletin,
    county_daily,
    interview,
    ledger,
    means,
    notice,
    reply,
    return_visit,
    township_sheet,
    weekly_summary,
)
from reports.daily import OFFICE_TIME
from reports.daybook import DayBook, day_book
from reports.document import Document, Stamp
from reports.means.reading import means_of
from reports.periods.basis import Basis
from reports.periods.period import Period, PeriodKind, period_of
from reports.periods.summary import PeriodSummary, period_summary
from reports.periods.work import counted_work
from reports.punctuality import LIVE
from reports.services.document_pictures import pictures_of
from reports.services.stamps import stamp_of
from reports.services.week import basis_of
from reports.supervision import papers
from reports.supervision.facts import Fact
from reports.supervision.ladder import RUNGS, Rung
from reports.supervision.mentions import commended, criticised
from reports.supervision.notice import Notice, NoticeState
from reports.supervision.reading import lines, notices, steps_of


@dataclass(frozen=True)
class Made:
    """A document and the region it speaks of: a person whose region covers it may have it."""

    region: str
    document: Document


@dataclass
class Order:
    """What a day's documents are made from; each part is read once for all of them."""

    store: Store
    actor: Actor
    project: Project
    day: date
    now: datetime

    @cached_property
    def basis(self) -> Basis:
        return basis_of(
            self.store, self.actor, self.project, Period(PeriodKind.DAY, self.day), now=self.now
        )

    @cached_property
    def book(self) -> DayBook:
        summary = period_summary(
            self.basis, Period(PeriodKind.DAY, self.day), today=self.office_day
        )
        work = counted_work(self.basis.parcels, self.basis.work)
        return day_book(summary, work, self.basis.reports)

    @property
    def office_day(self) -> date:
        return self.now.astimezone(OFFICE_TIME).date()

    @property
    def is_whole_county(self) -> bool:
        return narrower(self.actor.region, self.project.region) == self.project.region

    def stamp(self, summary: PeriodSummary) -> Stamp:
        cut_off = f"{summary.cut_off_day} {self.project.cut_off:%H:%M}"
        return stamp_of(self.store, self.actor, self.project, cut_off=cut_off, now=self.now)


def _county_daily(order: Order) -> Iterator[Made]:
    if not order.is_whole_county:
        return
    pictures = pictures_of(order.store, order.actor, order.project, order.basis, order.book.summary)
    stamp = order.stamp(order.book.summary)
    yield Made(order.project.region, county_daily.compose(order.book, stamp, pictures))


def _township_sheets(order: Order) -> Iterator[Made]:
    named = answerables(order.store, order.actor, order.project)
    standing = order.basis.reports[order.basis.reports["state"].isin(LIVE)]
    ids = dict(zip(standing["township_code"], standing["id"], strict=True))
    stamp = order.stamp(order.book.summary)
    for row in order.book.townships:
        code = row.figures.code
        if not contains(order.actor.region, code):
            continue
        entries = reading.entries_of(order.store, order.actor, order.project, int(ids.get(code, 0)))
        leaders = named.get(code)
        names = (leaders.leader.name, leaders.deputy.name) if leaders else ("", "")
        yield Made(
            code,
            township_sheet.compose(row, entries, stamp, day=order.day, leaders=names),
        )


def _weekly_summary(order: Order) -> Iterator[Made]:
    """The week of the day, on the day that ends it; asked for by name on any day."""
    if not order.is_whole_county:
        return
    period = period_of(PeriodKind.WEEK, order.day)
    basis = basis_of(order.store, order.actor, order.project, period, now=order.now)
    summary = period_summary(basis, period, today=min(order.office_day, order.day))
    pictures = pictures_of(order.store, order.actor, order.project, basis, summary)
    document = weekly_summary.compose(
        summary, order.stamp(summary), with_county=True, pictures=pictures
    )
    yield Made(order.project.region, document)


def _bulletin(order: Order) -> Iterator[Made]:
    """The week's bulletin: who is named rests on the week and on notices open on the day."""
    if not order.is_whole_county or not access.may(order.actor, Action.SEE_NOTICE):
        return
    period = period_of(PeriodKind.WEEK, order.day)
    basis = basis_of(order.store, order.actor, order.project, period, now=order.now)
    summary = period_summary(basis, period, today=min(order.office_day, order.day))
    issued = notices(order.store, order.actor, order.project)
    document = bulletin.compose(
        summary,
        commended(summary.townships, issued),
        criticised(summary.townships, issued, order.day),
        order.stamp(summary),
        office=office_name(order.store),
    )
    yield Made(order.project.region, document)


def _means(order: Order) -> Iterator[Made]:
    """Everybody's means to the county; a township's own to itself."""
    every = means_of(order.store, order.actor, order.project, day=order.day)
    idle_days = lines(order.store)[Fact.MONEY][RUNGS[0]].least
    stamp = stamp_of(order.store, order.actor, order.project, cut_off=str(order.day), now=order.now)
    region = narrower(order.actor.region, order.project.region)
    yield Made(region, means.compose(every, stamp, idle_days=idle_days))


def _ledger(order: Order) -> Iterator[Made]:
    """The ledger as it stands now, whatever the day: it knows no yesterday."""
    rows = register.ledger_rows(order.store, order.actor, order.project)
    here = f"{order.now.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
    stamp = stamp_of(order.store, order.actor, order.project, cut_off=here, now=order.now)
    region = narrower(order.actor.region, order.project.region)
    yield Made(region, ledger.compose(rows, stamp))


def notice_document(
    store: Store, actor: Actor, project: Project, notice_id: int, *, now: datetime
) -> Document:
    """Return a notice of the actor's region as an official letter; Refused where none is."""
    found = next((one for one in notices(store, actor, project) if one.id == notice_id), None)
    if found is None:
        raise access.Refused(_("There is no such file for you."))
    steps = steps_of(store, actor, project, notice_id)
    township = townships(store, project, actor).get(found.township_code, found.township_code)
    stamp = stamp_of(store, actor, project, now=now)
    return notice.compose(found, steps, township, stamp, office=office_name(store))


PAPERS = (interview.DOCUMENT.name, reply.DOCUMENT.name, return_visit.DOCUMENT.name)


def notice_paper(
    store: Store, actor: Actor, project: Project, notice_id: int, name: str, *, now: datetime
) -> Document:
    """Return a paper that belongs to a notice (of PAPERS); Refused where there is none for you."""
    found = next((one for one in notices(store, actor, project) if one.id == notice_id), None)
    if found is None or name not in papers_of(found):
        raise access.Refused(_("There is no such file for you."))
    steps = steps_of(store, actor, project, notice_id)
    township = townships(store, project, actor).get(found.township_code, found.township_code)
    stamp, office = stamp_of(store, actor, project, now=now), office_name(store)
    if name == interview.DOCUMENT.name:
        return papers.interview(found, township, stamp, office=office)
    replied, checked, visited = (
        papers.newest(steps, state)
        for state in (NoticeState.REPLIED, NoticeState.CHECKED, NoticeState.REVISITED)
    )
    if name == reply.DOCUMENT.name and replied:
        return papers.reply(found, replied, township, stamp, office=office)
    if name == return_visit.DOCUMENT.name and visited:
        return papers.return_visit(found, visited, checked, township, stamp, office=office)
    raise access.Refused(_("There is no such file for you."))


def papers_of(notice: Notice) -> tuple[str, ...]:
    """Return which papers a notice can have by its rung and state."""
    place = list(NoticeState).index(notice.state)
    found = [interview.DOCUMENT.name] if notice.rung is Rung.INTERVIEW else []
    if place >= list(NoticeState).index(NoticeState.REPLIED):
        found.append(reply.DOCUMENT.name)
    if place >= list(NoticeState).index(NoticeState.REVISITED) and not notice.is_reminder:
        found.append(return_visit.DOCUMENT.name)
    return tuple(found)


def office_name(store: Store) -> str:
    """Return the office's name as it stands on documents; empty until it is set."""
    with store.reading() as connection:
        return str(setting(connection, OFFICE_NAME.name))


MAKERS: dict[str, Callable[[Order], Iterator[Made]]] = {
    county_daily.DOCUMENT.name: _county_daily,
    township_sheet.DOCUMENT.name: _township_sheets,
    weekly_summary.DOCUMENT.name: _weekly_summary,
    bulletin.DOCUMENT.name: _bulletin,
    means.DOCUMENT.name: _means,
    ledger.DOCUMENT.name: _ledger,
}
DAY_SET = (county_daily.DOCUMENT.name, township_sheet.DOCUMENT.name)


def day_documents(
    store: Store,
    actor: Actor,
    project: Project,
    day: date,
    *,
    only: tuple[str, ...] = DAY_SET,
    now: datetime,
) -> Iterator[Made]:
    """Give the documents of a day that the actor's region covers, county first."""
    access.require(actor, Action.EXPORT_SUMMARY, narrower(actor.region, project.region))
    order = Order(store, actor, project, day, now)
    for name in only:
        yield from MAKERS[name](order)
