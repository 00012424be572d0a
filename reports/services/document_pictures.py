"""The charts of the county's documents, from the same figures as their tables."""

from __future__ import annotations

from datetime import timedelta

from gis.language import say
from parcels import register
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import Level
from parcels.store.engine import Store
from reports import charts, reading
from reports.calendar import expected_days
from reports.document import Picture
from reports.maps import drawing
from reports.maps.compose import county_sheet
from reports.periods.basis import Basis
from reports.periods.charted import Charted
from reports.periods.history import History, history
from reports.periods.summary import PeriodSummary
from reports.punctuality import Standing, standings

HEAT_DAYS = 28
HEAT_CELLS = {Standing.ON_TIME: 0, Standing.LATE: 1, Standing.MISSING: 2}
NOT_EXPECTED = 3


def pictures_of(
    store: Store, actor: Actor, project: Project, basis: Basis, summary: PeriodSummary
) -> tuple[Picture, ...]:
    """Return curve, map, bars and heat map at the end of a period, over the county."""
    charted = charted_of(store, actor, project, basis, summary)
    return drawn(summary, charted, county_map(store, project, summary))


def charted_of(
    store: Store, actor: Actor, project: Project, basis: Basis, summary: PeriodSummary
) -> Charted:
    """Return what the charts of a period show beside its rows: the past, and who reported when."""
    day = summary.cut_off_day
    since = day - timedelta(days=HEAT_DAYS - 1)
    days = [since + timedelta(days=n) for n in range(HEAT_DAYS)]
    due = expected_days(
        basis.calendar, project, since, day, since=basis.since, last_due=basis.last_due
    )
    sent = reading.reports_between(store, actor, project, since, day)
    cells = {
        (one.township_code, one.day): HEAT_CELLS[one.standing]
        for one in standings(due, list(basis.names), sent)
    }
    reported = {
        row.code: tuple(cells.get((row.code, one), NOT_EXPECTED) for one in days)
        for row in summary.townships
    }
    return Charted(history_of(store, actor, project, basis, summary), tuple(days), reported)


def drawn(
    summary: PeriodSummary, charted: Charted | None, maps: tuple[Picture, ...]
) -> tuple[Picture, ...]:
    """Return the charts of a period, its maps after the curve.

    Without ``charted``, as in figures frozen before charts were, only the bars can be drawn.
    """
    rows = summary.townships
    bars = charts.bars(
        [row.name for row in rows],
        [row.completion.share for row in rows],
        [row.completion.scheduled for row in rows],
        say("Completion by township (%)"),
    )
    if charted is None:
        return (*maps, bars)
    past, ahead = charted.history, summary.county.forecast
    curve = charts.Curve(
        past.days, past.done, past.scheduled, ahead.finish, ahead.earliest, ahead.latest
    )
    heat = {row.name: charted.reported[row.code] for row in rows}
    days = len(charted.days)
    return (
        charts.curve(curve, say("Completion against schedule (% of eligible new arable)")),
        *maps,
        bars,
        charts.heat(
            heat, charted.days, say("Reports by township and day, the last {n} days", n=days)
        ),
    )


def county_map(store: Store, project: Project, summary: PeriodSummary) -> tuple[Picture, ...]:
    """Return the map of townships by their gap; nothing where no boundary has been imported."""
    regions = register.region_outlines(store, project.region, Level.TOWNSHIP)
    title = say("Gap to schedule by township, {day} (points)", day=summary.cut_off_day)
    sheet = county_sheet(summary.townships, regions, title=title)
    return () if sheet is None else (Picture(title, drawing.map_only(sheet)),)


def history_of(
    store: Store, actor: Actor, project: Project, basis: Basis, summary: PeriodSummary
) -> History:
    """Return the county's completion day by day up to the summary's cut-off day."""
    added = register.new_arable_by_day(
        store, actor, project, first=project.starts_on, last=summary.cut_off_day
    )
    eligible = {row.code: row.completion.eligible_m2 for row in summary.townships}
    return history(
        project,
        summary.county.completion,
        added,
        day=summary.cut_off_day,
        eligible_m2=eligible,
        plans=basis.plans,
    )
