"""The county's daily report (县日报) as a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gis.language import _, labelled, listed, named, say
from gis.units import format_mu
from parcels.workflow import STEP_TITLES, Step
from reports.catalog.period_words import gap_words, pace_sentence
from reports.daily import OFFICE_TIME, STATE_TITLES, ZERO_TITLES, ZeroReason
from reports.daybook import SHOWN_STEPS, DayBook, DayRow, Done
from reports.document import Column, Document, DocumentKind, Kind, Picture, Stamp, Table
from reports.printed import long_day, percent

Works = Mapping[Step, Done]


def compose(book: DayBook, stamp: Stamp, pictures: tuple[Picture, ...] = ()) -> Document:
    """Return the day as a document; ``pictures`` are its charts and its map."""
    about = ((say("Day"), str(book.day)),)
    paragraphs = (
        (say("General state"), _general_state(book)),
        (say("Work of the day"), _work_of_the_day(book)),
        (say("Problems"), _problems(book)),
    )
    title = say("Daily report of {name}", name=book.summary.project.name)
    tables = (
        _progress(book.rows),
        _steps(book.rows, say("Confirmed work of the day, parcel area"), lambda row: row.of_day),
        _steps(book.rows, say("Confirmed work in all, parcel area"), lambda row: row.in_all),
        _sendings(book.townships),
    )
    return Document("county_daily", title, stamp, about, paragraphs, tables, pictures)


def _general_state(book: DayBook) -> str:
    county = book.county.figures
    counts = county.punctuality
    state = say(
        "By {day}, {done} mu of {eligible} mu eligible new arable are done at the step “{step}”: "
        "completion {share}, scheduled {scheduled}{gap}. Reports expected {expected}: "
        "on time {on_time}, late {late}, missing {missing}; awaiting confirmation {awaiting}.",
        day=long_day(book.summary.cut_off_day),
        done=format_mu(county.completion.done_m2),
        eligible=format_mu(county.completion.eligible_m2),
        step=STEP_TITLES[book.summary.project.counting_step],
        share=percent(county.completion.share),
        scheduled=percent(county.completion.scheduled),
        gap=gap_words(county.completion.gap),
        expected=counts.expected,
        on_time=counts.on_time,
        late=counts.late,
        missing=counts.missing,
        awaiting=county.awaiting,
    )
    return f"{state}\n{pace_sentence(county.forecast)}"


def _work_of_the_day(book: DayBook) -> str:
    done = listed(
        say(
            "{step} {parcels} parcels, {area} mu",
            step=STEP_TITLES[step],
            parcels=work.parcels,
            area=format_mu(work.area_m2),
        )
        for step, work in book.county.of_day.items()
        if work.parcels
    )
    people = sum(row.sending.workers for row in book.townships if row.sending)
    machines = sum(row.sending.machines for row in book.townships if row.sending)
    return say(
        "Confirmed today: {done}. At work: {people} people, {machines} machines.",
        done=done or say("nothing"),
        people=people,
        machines=machines,
    )


def _problems(book: DayBook) -> str:
    missing = named(row.figures.name for row in book.townships if row.figures.punctuality.missing)
    idle = listed(
        f"{row.figures.name}（{ZERO_TITLES[ZeroReason(row.sending.zero_reason)]}）"
        for row in book.townships
        if row.sending and row.sending.zero_reason
    )
    lines = [
        say("Missing reports: {list}.", list=missing or say("none")),
        say("Without progress: {list}.", list=idle or say("none")),
    ]
    for row in book.townships:
        words = [row.sending.problem, row.sending.help_wanted] if row.sending else []
        if any(words):
            lines.append(labelled(row.figures.name, " ".join(filter(None, words))))
    return "\n".join(lines)


def _progress(rows: tuple[DayRow, ...]) -> Table:
    columns = (
        Column(say("Rank"), Kind.COUNT),
        Column(say("Township")),
        Column(say("Parcels"), Kind.COUNT),
        Column(say("Eligible new arable (mu)"), Kind.MU),
        Column(say("Done today (mu)"), Kind.MU),
        Column(say("Done new arable (mu)"), Kind.MU),
        Column(say("Completion of eligible new arable"), Kind.SHARE),
        Column(say("Scheduled"), Kind.SHARE),
        Column(say("Gap (points)"), Kind.POINTS),
        Column(say("County accepted (mu)"), Kind.MU),
    )
    cells = tuple(
        (
            figures.rank,
            figures.name,
            figures.parcels,
            figures.completion.eligible_m2,
            figures.done_within_m2,
            figures.completion.done_m2,
            figures.completion.share,
            figures.completion.scheduled,
            figures.completion.gap,
            figures.completion.accepted_m2,
        )
        for figures in (row.figures for row in rows)
    )
    return Table(say("Completion and schedule"), columns, cells, totals=1)


def _steps(rows: tuple[DayRow, ...], title: str, which: Callable[[DayRow], Works]) -> Table:
    columns = [Column(say("Township"))]
    for step in SHOWN_STEPS:
        group = str(STEP_TITLES[step])
        columns += [
            Column(say("number of parcels"), Kind.COUNT, group),
            Column(say("mu"), Kind.MU, group),
        ]
    cells = tuple(
        (
            row.figures.name,
            *(
                figure
                for step in SHOWN_STEPS
                for figure in (which(row)[step].parcels, which(row)[step].area_m2)
            ),
        )
        for row in rows
    )
    return Table(title, tuple(columns), cells, totals=1)


def _sendings(rows: tuple[DayRow, ...]) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Report")),
        Column(say("People"), Kind.COUNT),
        Column(say("Machines"), Kind.COUNT),
        Column(say("Problems")),
        Column(say("Help wanted")),
        Column(say("Filed by")),
        Column(say("Phone")),
        Column(say("Filed at")),
        Column(say("Reviewed by")),
    )
    cells = tuple((row.figures.name, *_sending_cells(row)) for row in rows)
    return Table(say("Reports of the day"), columns, cells)


def _sending_cells(row: DayRow) -> tuple[object, ...]:
    sending = row.sending
    if sending is None:
        words = say("missing") if row.figures.punctuality.missing else say("not due")
        return (words, *[None] * 8)
    state = [str(STATE_TITLES[sending.state])]
    state += [say("late")] if sending.is_late else []
    state += [say("sent again")] if sending.is_corrected else []
    if sending.zero_reason:
        state.append(
            say("no progress: {reason}", reason=ZERO_TITLES[ZeroReason(sending.zero_reason)])
        )
    return (
        "，".join(state),
        sending.workers,
        sending.machines,
        sending.problem,
        sending.help_wanted,
        sending.filer,
        sending.phone,
        f"{sending.filed_at.astimezone(OFFICE_TIME):%m-%d %H:%M}",
        sending.reviewer,
    )


DOCUMENT = DocumentKind("county_daily", _("County daily report"), compose)
