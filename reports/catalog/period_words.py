"""The three paragraphs of a period, written from its figures; a person may edit them after."""

from __future__ import annotations

from collections.abc import Mapping

from gis.language import Text, _, labelled, listed, run_on, say
from gis.units import format_mu, half_up
from parcels.workflow import STEP_TITLES
from reports.daily import ZERO_TITLES, ZeroReason
from reports.forecast import LEAST_DAYS, OUTLOOK_TITLES, Forecast, Outlook
from reports.periods.period import PeriodKind
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.printed import least_mu, long_day, percent
from reports.punctuality import ACCEPTED_REASONS

Paragraphs = tuple[tuple[str, str], ...]
HEADS: tuple[Text, ...] = (_("General state"), _("Problems"), _("Next steps"))
RANGE_NOTE: Text = _(
    "The range takes the fastest and the slowest half of the days used in a row. Weather and "
    "holidays are left in. The whole county is done when its last township is."
)
NEXT: Mapping[PeriodKind, Text] = {
    PeriodKind.DAY: _("Tomorrow"),
    PeriodKind.WEEK: _("Next week"),
    PeriodKind.MONTH: _("Next month"),
    PeriodKind.QUARTER: _("Next quarter"),
}
THAN_BEFORE: Mapping[PeriodKind, Text] = {
    PeriodKind.DAY: _("the day before"),
    PeriodKind.WEEK: _("last week"),
    PeriodKind.MONTH: _("last month"),
    PeriodKind.QUARTER: _("last quarter"),
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
        "completion {share}{change}, scheduled {scheduled}{gap}. Reports expected {expected}: "
        "on time {on_time}, late {late}, missing {missing}.",
        day=long_day(summary.cut_off_day),
        done=format_mu(county.completion.done_m2),
        eligible=format_mu(county.completion.eligible_m2),
        step=STEP_TITLES[summary.project.counting_step],
        share=percent(county.completion.share),
        scheduled=percent(county.completion.scheduled),
        gap=gap_words(county.completion.gap),
        change=_change_words(county.change, summary.period.kind),
        expected=counts.expected,
        on_time=counts.on_time,
        late=counts.late,
        missing=counts.missing,
    )


def gap_words(gap: float | None) -> str:
    """Return ``, 3.96 points behind it``; nothing without a schedule."""
    if gap is None:
        return ""
    apart = half_up(abs(gap) * 100, 2)
    if not apart:
        return say(", just as scheduled")
    if gap < 0:
        return say(", {points} points behind it", points=apart)
    return say(", {points} points ahead of it", points=apart)


def _change_words(change: float | None, kind: PeriodKind) -> str:
    """Return ``, 9.33 points more than last week``; nothing where nothing came before."""
    if change is None:
        return ""
    apart, before = half_up(abs(change) * 100, 2), THAN_BEFORE[kind]
    if not apart:
        return say(", as {before}", before=before)
    if change < 0:
        return say(", {points} points less than {before}", points=apart, before=before)
    return say(", {points} points more than {before}", points=apart, before=before)


def _problems(summary: PeriodSummary) -> str:
    behind_first = list(reversed(summary.townships))
    lag = listed(
        say("{name} {points} points", name=row.name, points=behind)
        for row in behind_first
        if (behind := half_up(-(row.completion.gap or 0.0) * 100, 2)) > 0
    )
    missing = listed(
        say("{name} ({count})", name=row.name, count=row.punctuality.missing)
        for row in summary.townships
        if row.punctuality.missing
    )
    lines = [
        say("Behind schedule: {list}.", list=lag or say("none")),
        say("Missing reports: {list}.", list=missing or say("none")),
        *(
            labelled(row.name, "".join(map(_ended, row.problems)))
            for row in behind_first
            if row.problems
        ),
    ]
    return "\n".join(lines)


def _next_steps(summary: PeriodSummary) -> str:
    words = _next(summary), pace_sentence(summary.county.forecast), forecast_sentence(summary)
    return "\n".join(filter(None, words))


def _next(summary: PeriodSummary) -> str:
    """Return what the following period asks of whom; nothing where all are ahead of it."""
    asked = [row for row in summary.townships if row.next_m2]
    if not asked:
        return ""
    asked.sort(key=lambda row: (-(row.next_m2 or 0.0), row.code))
    return say(
        "{next}, to be on schedule at its end: {mu} mu ({list}).",
        next=NEXT[summary.period.kind],
        mu=format_mu(summary.county.next_m2 or 0.0),
        list=listed(f"{row.name} {format_mu(row.next_m2 or 0.0)}" for row in asked),
    )


def pace_sentence(told: Forecast) -> str:
    """Return what is left and the pace needed beside the pace of the last working days."""
    if told.outlook is Outlook.FINISHED:
        return say("Everything eligible is done.")
    if told.needed_m2 is None:
        return say("{left} mu are left; the deadline has passed.", left=format_mu(told.left_m2))
    said = {
        "left": format_mu(told.left_m2),
        "days": told.working_days_left,
        "needed": least_mu(told.needed_m2),
    }
    if told.recent_m2 is None:
        return say(
            "{left} mu are left for {days} working days: to finish in time at least {needed} mu a "
            "day; last 7 working days: not enough data.",
            **said,
        )
    return say(
        "{left} mu are left for {days} working days: to finish in time at least {needed} mu a "
        "day; last 7 working days: {recent}.",
        recent=format_mu(told.recent_m2),
        **said,
    )


def forecast_sentence(summary: PeriodSummary) -> str:
    """Return the county's forecast with its formula and the days it rests on; none once done."""
    told = summary.county.forecast
    if told.outlook is Outlook.FINISHED:
        return ""
    last = next((row for row in summary.townships if row.code == told.last_code), None)
    rests = last.forecast if last else told
    said = say("Forecast: {outlook}.", outlook=OUTLOOK_TITLES[told.outlook])
    if told.outlook is Outlook.DATED:
        said = say(
            "Forecast: finished about {finish}, between {earliest} and {latest}.",
            finish=told.finish and long_day(told.finish),
            earliest=told.earliest and long_day(told.earliest),
            latest=long_day(told.latest) if told.latest else say("an open date"),
        )
    parts = [said, say("{name} decides it.", name=last.name) if last else "", _rests_on(rests)]
    if last and told.pooled:
        words = say(
            "At the common pace of all townships it would be {day}.", day=long_day(told.pooled)
        )
        parts += [words, _rests_on(told)]
    return run_on(*filter(None, parts))


def _rests_on(told: Forecast) -> str:
    """Return the days a forecast rests on and, where it has an end, how it is computed."""
    if not told.first or not told.last:
        return say("{days} of {least} days it takes are confirmed.",
                   days=told.days, least=LEAST_DAYS)  # fmt: skip
    days = {"days": told.days, "first": long_day(told.first), "last": long_day(told.last)}
    done = format_mu(told.done_m2)
    if told.finish is None and told.pooled is None:
        return say("Rests on {days} confirmed days, {first} to {last}: {done} mu.", done=done,
                   **days)  # fmt: skip
    return say(
        "Rests on {days} confirmed days, {first} to {last}: {last} + {left} mu left ÷ ({done} mu "
        "done ÷ {days} days).",
        left=format_mu(told.left_m2),
        done=done,
        **days,
    )


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
