"""The three paragraphs of a period, written from its figures; a person may edit them after."""

from __future__ import annotations

from collections.abc import Mapping

from gis.language import Text, _, labelled, listed, run_on, say
from gis.units import format_mu
from parcels.workflow import STEP_TITLES
from reports.daily import ZERO_TITLES, ZeroReason
from reports.forecast import OUTLOOK_TITLES, Forecast, Outlook
from reports.periods.period import PeriodKind
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.printed import least_mu, long_day, percent, points
from reports.punctuality import ACCEPTED_REASONS

Paragraphs = tuple[tuple[str, str], ...]
HEADS: tuple[Text, ...] = (_("General state"), _("Problems"), _("Next steps"))
ON_BEFORE: Mapping[PeriodKind, Text] = {
    PeriodKind.DAY: _("on yesterday"),
    PeriodKind.WEEK: _("on last week"),
    PeriodKind.MONTH: _("on last month"),
    PeriodKind.QUARTER: _("on last quarter"),
}


def paragraphs_of(summary: PeriodSummary) -> Paragraphs:
    """Return head and words of general state, problems and next steps."""
    words = (_general_state(summary), _problems(summary), _next_steps(summary))
    return tuple((str(head), text) for head, text in zip(HEADS, words, strict=True))


def _general_state(summary: PeriodSummary) -> str:
    county = summary.county
    counts = county.punctuality
    return say(
        "By {day}, {done} mu of {eligible} mu eligible new arable are done at the step “{step}”: "
        "completion {share}, scheduled {scheduled}, gap {gap} points, {change} points {on_before}. "
        "Reports expected {expected}: on time {on_time}, late {late}, missing {missing}.",
        day=long_day(summary.cut_off_day),
        done=format_mu(county.completion.done_m2),
        eligible=format_mu(county.completion.eligible_m2),
        step=STEP_TITLES[summary.project.counting_step],
        share=percent(county.completion.share),
        scheduled=percent(county.completion.scheduled),
        gap=points(county.completion.gap),
        change=points(county.change),
        on_before=ON_BEFORE[summary.period.kind],
        expected=counts.expected,
        on_time=counts.on_time,
        late=counts.late,
        missing=counts.missing,
    )


def _problems(summary: PeriodSummary) -> str:
    behind_first = list(reversed(summary.townships))
    lag = listed(
        f"{row.name} {points(row.completion.gap)}"
        for row in behind_first
        if (row.completion.gap or 0) < 0
    )
    missing = listed(
        f"{row.name} {row.punctuality.missing}"
        for row in summary.townships
        if row.punctuality.missing
    )
    lines = [
        say("Behind schedule (points): {list}.", list=lag or say("none")),
        say("Missing reports: {list}.", list=missing or say("none")),
        *(
            labelled(row.name, "".join(map(_ended, row.problems)))
            for row in behind_first
            if row.problems
        ),
    ]
    return "\n".join(lines)


def _next_steps(summary: PeriodSummary) -> str:
    told = summary.county.forecast
    return "\n".join(filter(None, (pace_sentence(told), forecast_sentence(told))))


def pace_sentence(told: Forecast) -> str:
    """Return what is left and the pace needed beside the pace of the last working days."""
    if told.outlook is Outlook.FINISHED:
        return say("Everything eligible is done.")
    if told.needed_m2 is None:
        return say("{left} mu are left; the deadline has passed.", left=format_mu(told.left_m2))
    return say(
        "{left} mu are left for {days} working days: to finish in time at least {needed} mu a "
        "day; last 7 working days: {recent}.",
        left=format_mu(told.left_m2),
        days=told.working_days_left,
        needed=least_mu(told.needed_m2),
        recent="—" if told.recent_m2 is None else format_mu(told.recent_m2),
    )


def forecast_sentence(told: Forecast) -> str:
    """Return the forecast with the days it rests on; nothing once all is done."""
    if told.outlook is Outlook.FINISHED:
        return ""
    if told.outlook is Outlook.NOT_ENOUGH:
        return say("Forecast: {outlook}.", outlook=OUTLOOK_TITLES[told.outlook])
    used = say(
        "Rests on {days} confirmed days, {first} to {last}: {done} mu.",
        days=told.days,
        first=told.first and long_day(told.first),
        last=told.last and long_day(told.last),
        done=format_mu(told.done_m2),
    )
    if told.outlook is Outlook.STANDSTILL:
        return run_on(say("Forecast: {outlook}.", outlook=OUTLOOK_TITLES[told.outlook]), used)
    said = say(
        "Forecast: finished about {finish}, between {earliest} and {latest}.",
        finish=told.finish and long_day(told.finish),
        earliest=told.earliest and long_day(told.earliest),
        latest=long_day(told.latest) if told.latest else say("an open date"),
    )
    return run_on(said, used)


def zero_words(row: PeriodRow, *, accepted: bool | None = None) -> str:
    """Return days without progress by reason; only accepted ones, or only the others."""
    return listed(
        f"{ZERO_TITLES[ZeroReason(reason)]} {days}"
        for reason, days in row.punctuality.zero_days.items()
        if accepted is None or (reason in ACCEPTED_REASONS) == accepted
    )


def three_facts(row: PeriodRow) -> tuple[str, str, str]:
    """Return what put a place where it is: pace against plan, where ground waits, reporting."""
    pace = say(
        "Done {done} mu, scheduled {scheduled} mu",
        done=format_mu(row.done_within_m2),
        scheduled=format_mu(row.scheduled_within_m2),
    )
    waits = (
        say(
            "Most waits for “{step}”: {parcels} parcels, {area} mu",
            step=STEP_TITLES[row.waiting.step],
            parcels=row.waiting.parcels,
            area=format_mu(row.waiting.area_m2),
        )
        if row.waiting
        else say("Nothing waits")
    )
    reporting = say(
        "Idle {idle} days without accepted reason, {missing} reports missing",
        idle=row.punctuality.idle_days,
        missing=row.punctuality.missing,
    )
    return pace, waits, reporting


def gap_by_hand(row: PeriodRow) -> str:
    """Return the gap as a person computes it: (done − scheduled × eligible) ÷ eligible."""
    done = row.completion
    if done.gap is None:
        return "—"
    return (
        f"({format_mu(done.done_m2)} − {percent(done.scheduled)} × "
        f"{format_mu(done.eligible_m2)}) ÷ {format_mu(done.eligible_m2)}"
    )


def _ended(text: str) -> str:
    """Return a person's sentence with its full stop."""
    return text if text.endswith(("。", "！", "？", ".", "!", "?")) else f"{text}。"
