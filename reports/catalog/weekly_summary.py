"""The weekly summary (周汇总) as a document."""

from __future__ import annotations

from gis.language import _, say
from gis.units import format_mu, half_up
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES
from reports.completion import Completion
from reports.daily import ZERO_TITLES, ZeroReason
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table
from reports.weekly import WeeklySummary, WeekRow


def compose(summary: WeeklySummary, stamp: Stamp, *, with_county: bool) -> Document:
    """Return the week as a document.

    ``with_county`` is false for a township's own sheet, which knows no county figures.
    """
    rows = (*summary.townships, summary.county) if with_county else summary.townships
    totals = 1 if with_county else 0
    project = summary.project
    facts = stamp.facts((say("Week"), f"{summary.first} — {summary.last}"))
    tables = (_progress(rows, totals), _works(rows, totals), _reporting(rows, totals))
    paragraphs = _paragraphs(summary) if with_county else ()
    return Document(
        "weekly_summary",
        say("Weekly summary of {name}", name=project.name),
        stamp,
        facts,
        paragraphs,
        tables,
    )


def step_title(summary: WeeklySummary) -> str:
    """Return the counting step's name: it belongs to every completion figure."""
    return str(STEP_TITLES[summary.project.counting_step])


def _progress(rows: tuple[WeekRow, ...], totals: int) -> Table:
    columns = (
        Column(say("Rank"), Kind.COUNT),
        Column(say("Last week's rank"), Kind.COUNT),
        Column(say("Township")),
        Column(say("Parcels"), Kind.COUNT),
        Column(say("Eligible new arable (mu)"), Kind.MU),
        Column(say("Done new arable (mu)"), Kind.MU),
        Column(say("Completion of eligible new arable"), Kind.SHARE),
        Column(say("Scheduled"), Kind.SHARE),
        Column(say("Gap (points)"), Kind.POINTS),
        Column(say("Change on last week (points)"), Kind.POINTS),
        Column(say("County accepted (mu)"), Kind.MU),
    )
    cells = tuple(
        (
            row.rank,
            row.last_rank,
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
    if not totals:  # one township alone has no place among others
        return Table(say("Completion"), columns[2:], tuple(row[2:] for row in cells))
    return Table(say("Completion and schedule"), columns, cells, totals)


def _works(rows: tuple[WeekRow, ...], totals: int) -> Table:
    steps = [
        Column(title, Kind.MU, group=str(STEP_TITLES[step]))
        for step in REPORTED_BY_TOWNSHIP
        for title in (say("This week (mu)"), say("Total (mu)"))
    ]
    cells = tuple(
        (
            row.name,
            *(
                figure
                for step in REPORTED_BY_TOWNSHIP
                for figure in (row.week_m2[step], row.total_m2[step])
            ),
        )
        for row in rows
    )
    return Table(
        say("Works by step, parcel area"), (Column(say("Township")), *steps), cells, totals
    )


def _reporting(rows: tuple[WeekRow, ...], totals: int) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Reports expected"), Kind.COUNT),
        Column(say("On time"), Kind.COUNT),
        Column(say("Late"), Kind.COUNT),
        Column(say("Missing"), Kind.COUNT),
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
            row.awaiting,
            "；".join(
                f"{ZERO_TITLES[ZeroReason(reason)]} {days}"
                for reason, days in row.punctuality.zero_days.items()
            ),
            "\n".join(row.problems),
        )
        for row in rows
    )
    return Table(say("Reporting"), columns, cells, totals)


def _paragraphs(summary: WeeklySummary) -> tuple[tuple[str, str], ...]:
    county = summary.county
    counts = county.punctuality
    state = say(
        "By {day}, {done} mu of {eligible} mu eligible new arable are done at the step “{step}”: "
        "completion {share}, scheduled {scheduled}, gap {gap} points, {change} points on last "
        "week. Reports expected {expected}: on time {on_time}, late {late}, missing {missing}.",
        day=summary.cut_off_day,
        done=format_mu(county.completion.done_m2),
        eligible=format_mu(county.completion.eligible_m2),
        step=step_title(summary),
        share=percent(county.completion.share),
        scheduled=percent(county.completion.scheduled),
        gap=points(county.completion.gap),
        change=points(county.change),
        expected=counts.expected,
        on_time=counts.on_time,
        late=counts.late,
        missing=counts.missing,
    )
    behind = [row for row in reversed(summary.townships) if (row.completion.gap or 0) < 0]
    lag = "；".join(f"{row.name} {points(row.completion.gap)}" for row in behind)
    missing = "；".join(
        f"{row.name} {row.punctuality.missing}"
        for row in summary.townships
        if row.punctuality.missing
    )
    behind_first = list(reversed(summary.townships))
    problems = [
        say("Behind schedule (points): {list}.", list=lag or say("none")),
        say("Missing reports: {list}.", list=missing or say("none")),
        *(
            f"{row.name}：{''.join(map(_ended, row.problems))}"
            for row in behind_first
            if row.problems
        ),
    ]
    days_left = max((summary.project.deadline - summary.cut_off_day).days, 0)
    left = county.completion
    per_day = (left.eligible_m2 - left.done_m2) / days_left if days_left else None
    ahead = say(
        "{left} mu are left for {days} days: {per_day} mu a day are needed to finish in time.",
        left=format_mu(left.eligible_m2 - left.done_m2),
        days=days_left,
        per_day="—" if per_day is None else format_mu(per_day),
    )
    return (
        (say("General state"), state),
        (say("Problems"), "\n".join(problems)),
        (say("Next steps"), ahead),
    )


def _ended(text: str) -> str:
    """Return a person's sentence with its full stop."""
    return text if text.endswith(("。", "！", "？", ".", "!", "?")) else f"{text}。"


def percent(share: float | None) -> str:
    """Return a share as percent at 2 decimals; a dash where there is none."""
    return "—" if share is None else f"{half_up(share * 100, 2)}%"


def points(gap: float | None) -> str:
    """Return a difference of shares in percentage points with its sign."""
    return "—" if gap is None else f"{half_up(gap * 100, 2):+}"


def completion_sentence(done: Completion, step: str) -> str:
    """Return completion with its denominator, in words."""
    return say(
        "{share} of {eligible} mu eligible new arable at the step “{step}”",
        share=percent(done.share),
        eligible=format_mu(done.eligible_m2),
        step=step,
    )


DOCUMENT = DocumentKind("weekly_summary", _("Weekly summary"), compose)
