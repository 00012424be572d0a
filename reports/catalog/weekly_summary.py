"""The summary of a week, a month or a quarter (周汇总、月汇总、季汇总) as a document."""

from __future__ import annotations

from collections.abc import Mapping

from gis.language import Text, _, run_on, say
from parcels.projects import Project
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES
from reports.catalog.period_words import (
    RANGE_NOTE,
    Paragraphs,
    gap_by_hand,
    paragraphs_of,
    three_facts,
    zero_words,
)
from reports.document import Column, Document, DocumentKind, Kind, Picture, Stamp, Table
from reports.forecast import OUTLOOK_TITLES, Outlook
from reports.periods.period import PERIOD_TITLES, PeriodKind
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.printed import least_m2

RANK_BEFORE: Mapping[PeriodKind, Text] = {
    PeriodKind.DAY: _("Yesterday's rank"),
    PeriodKind.WEEK: _("Last week's rank"),
    PeriodKind.MONTH: _("Last month's rank"),
    PeriodKind.QUARTER: _("Last quarter's rank"),
}
CHANGE: Mapping[PeriodKind, Text] = {
    PeriodKind.DAY: _("Change on yesterday (points)"),
    PeriodKind.WEEK: _("Change on last week (points)"),
    PeriodKind.MONTH: _("Change on last month (points)"),
    PeriodKind.QUARTER: _("Change on last quarter (points)"),
}
WITHIN: Mapping[PeriodKind, Text] = {
    PeriodKind.DAY: _("This day (mu)"),
    PeriodKind.WEEK: _("This week (mu)"),
    PeriodKind.MONTH: _("This month (mu)"),
    PeriodKind.QUARTER: _("This quarter (mu)"),
}
NEXT: Mapping[PeriodKind, Text] = {
    PeriodKind.DAY: _("Tomorrow, to be on schedule (mu)"),
    PeriodKind.WEEK: _("Next week, to be on schedule (mu)"),
    PeriodKind.MONTH: _("Next month, to be on schedule (mu)"),
    PeriodKind.QUARTER: _("Next quarter, to be on schedule (mu)"),
}
Rows = tuple[PeriodRow, ...]


def compose(
    summary: PeriodSummary,
    stamp: Stamp,
    *,
    with_county: bool,
    with_places: bool | None = None,
    paragraphs: Paragraphs | None = None,
    pictures: tuple[Picture, ...] = (),
) -> Document:
    """Return the period as a document; ``paragraphs`` are a person's, if they edited ours.

    ``pictures`` are the county's charts and its map.

    ``with_county`` is false for a township's own sheet, which knows no county figures; its place
    among others it knows where the county's figures stand behind it (``with_places``).
    """
    has_places = with_county if with_places is None else with_places
    rows = summary.rows if with_county else summary.townships
    totals = 1 if with_county else 0
    period = summary.period
    title = str(title_words(summary.project, period.kind))
    about = ((str(PERIOD_TITLES[period.kind]), period.words),)
    tables = (
        _progress(summary, rows, totals, has_places=has_places),
        _places(rows, totals, has_places=has_places),
        _works(summary, rows, totals),
        _reporting(rows, totals),
        _forecasts(summary, rows, totals),
    )
    words = (paragraphs or paragraphs_of(summary)) if with_county else ()
    return Document("weekly_summary", title, stamp, about, words, tables, pictures)


def title_words(project: Project, kind: PeriodKind) -> Text:
    """Return the title of a project's summary of this kind."""
    match kind:
        case PeriodKind.DAY:
            return _("Daily bulletin of {name}", name=project.name)
        case PeriodKind.WEEK:
            return _("Weekly summary of {name}", name=project.name)
        case PeriodKind.MONTH:
            return _("Monthly summary of {name}", name=project.name)
        case PeriodKind.QUARTER:
            return _("Quarterly summary of {name}", name=project.name)


def _progress(summary: PeriodSummary, rows: Rows, totals: int, *, has_places: bool) -> Table:
    kind = summary.period.kind
    columns = (
        Column(say("Rank"), Kind.COUNT),
        Column(str(RANK_BEFORE[kind]), Kind.COUNT),
        Column(say("Township")),
        Column(say("Parcels"), Kind.COUNT),
        Column(say("Eligible new arable (mu)"), Kind.MU),
        Column(say("Done new arable (mu)"), Kind.MU),
        Column(say("Completion of eligible new arable"), Kind.SHARE),
        Column(say("Scheduled"), Kind.SHARE),
        Column(say("Gap (points)"), Kind.POINTS),
        Column(str(CHANGE[kind]), Kind.POINTS),
        Column(say("County accepted (mu)"), Kind.MU),
    )
    cells = tuple(
        (
            row.rank,
            row.rank_before,
            row.name,
            row.parcels,
            row.completion.eligible_m2,
            row.completion.done_m2,
            row.completion.share,
            row.completion.scheduled,
            row.completion.gap,
            row.change,
            row.completion.accepted_m2,
        )
        for row in rows
    )
    if not has_places:  # one township alone has no place among others
        return Table(say("Completion"), columns[2:], tuple(row[2:] for row in cells))
    return Table(say("Completion and schedule"), columns, cells, totals)


def _places(rows: Rows, totals: int, *, has_places: bool) -> Table:
    columns = (
        Column(say("Place")),
        Column(say("Township")),
        Column(say("Gap (points)"), Kind.POINTS),
        Column(say("(done − scheduled × eligible) ÷ eligible, mu")),
        Column(say("Pace in the period")),
        Column(say("Where ground waits")),
        Column(say("Reporting")),
        Column(say("Accepted reasons, not subtracted (days)")),
    )
    cells = tuple(
        (
            place_words(row),
            row.name,
            row.completion.gap,
            gap_by_hand(row),
            *three_facts(row),
            zero_words(row, accepted=True),
        )
        for row in rows
    )
    if not has_places:
        return Table(say("What stands behind it"), columns[1:], tuple(row[1:] for row in cells))
    return Table(say("Ranking, to be checked by hand"), columns, cells, totals)


def place_words(row: PeriodRow) -> str:
    """Return a place with its tie and how it moved: ``2 tied (up 1)``."""
    if row.rank is None:
        return "—"
    tie = say(" tied") if row.is_tied else ""
    if row.rank_before is None or row.rank_before == row.rank:
        return f"{row.rank}{tie}"
    moved = abs(row.rank_before - row.rank)
    up = row.rank < row.rank_before
    return f"{row.rank}{tie}{say(' (up {n})', n=moved) if up else say(' (down {n})', n=moved)}"


def _works(summary: PeriodSummary, rows: Rows, totals: int) -> Table:
    steps = [
        Column(title, Kind.MU, group=str(STEP_TITLES[step]))
        for step in REPORTED_BY_TOWNSHIP
        for title in (str(WITHIN[summary.period.kind]), say("Total (mu)"))
    ]
    cells = tuple(
        (
            row.name,
            *(
                figure
                for step in REPORTED_BY_TOWNSHIP
                for figure in (row.within_m2[step], row.total_m2[step])
            ),
        )
        for row in rows
    )
    return Table(
        say("Works by step, parcel area"), (Column(say("Township")), *steps), cells, totals
    )


def _reporting(rows: Rows, totals: int) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Reports expected"), Kind.COUNT),
        Column(say("On time"), Kind.COUNT),
        Column(say("Late"), Kind.COUNT),
        Column(say("Missing"), Kind.COUNT),
        Column(say("On-time rate"), Kind.SHARE),
        Column(say("Awaiting confirmation"), Kind.COUNT),
        Column(say("Days without progress, by reason")),
        Column(say("Problems and help wanted")),
    )
    cells = tuple(
        (
            row.name,
            row.punctuality.expected,
            row.punctuality.on_time,
            row.punctuality.late,
            row.punctuality.missing,
            row.punctuality.on_time_rate,
            row.awaiting,
            zero_words(row),
            "\n".join(row.problems),
        )
        for row in rows
    )
    return Table(say("Reporting"), columns, cells, totals)


def _forecasts(summary: PeriodSummary, rows: Rows, totals: int) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Left (mu)"), Kind.MU),
        Column(str(NEXT[summary.period.kind]), Kind.MU),
        Column(say("Needed a working day (mu)"), Kind.MU),
        Column(say("Last 7 working days, a day (mu)"), Kind.MU),
        Column(say("Finish date")),
        Column(say("Earliest")),
        Column(say("Latest")),
        Column(say("Days used")),
        Column(say("Done in them (mu)"), Kind.MU),
    )
    return Table(
        say("Forecast"),
        columns,
        tuple(_forecast(row) for row in rows),
        totals,
        note=_how_foretold(summary, with_county=bool(totals)),
    )


def _how_foretold(summary: PeriodSummary, *, with_county: bool) -> str:
    """Return how the dates are computed, and how the county's own row is to be read."""
    formula = say("Finish = last confirmed day + left ÷ (done in the days used ÷ those days).")
    parts = [formula, str(RANGE_NOTE)]
    pooled = summary.county.forecast.pooled
    if with_county and pooled:
        parts.append(
            say("Days used and sums of its row give the common pace of all townships: {day}.",
                day=pooled)
        )  # fmt: skip
    return run_on(*parts)


def _forecast(row: PeriodRow) -> tuple[object, ...]:
    told = row.forecast
    is_dated = told.outlook is Outlook.DATED
    latest = told.latest or say("an open date")
    return (
        row.name,
        told.left_m2,
        row.next_m2,
        None if told.needed_m2 is None else least_m2(told.needed_m2),
        told.recent_m2,
        told.finish if is_dated else str(OUTLOOK_TITLES[told.outlook]),
        told.earliest or "—",
        latest if is_dated else "—",
        f"{told.first} — {told.last}" if told.first else "—",
        told.done_m2 if told.first else None,
    )


DOCUMENT = DocumentKind("weekly_summary", _("Weekly summary"), compose)
