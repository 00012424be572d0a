"""The weekly summary (周汇总): Monday to Sunday by township and county, from confirmed figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd

from gis.language import say
from parcels.projects import Project
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.completion import Completion, completion, done_m2
from reports.daily import OFFICE_TIME, ReportState
from reports.schedule import Plans

LIVE = (ReportState.FILED, ReportState.CONFIRMED)


@dataclass(frozen=True)
class Punctuality:
    """Township-days of a period: on_time + late + missing = expected."""

    expected: int
    on_time: int
    late: int
    missing: int
    zero_days: Mapping[str, int]


@dataclass(frozen=True)
class WeekRow:
    """One township's (or the county's) week; areas m² of parcel ground, done and confirmed."""

    code: str
    name: str
    parcels: int
    week_m2: Mapping[Step, float]
    total_m2: Mapping[Step, float]
    completion: Completion
    last_week: Completion
    punctuality: Punctuality
    awaiting: int
    problems: tuple[str, ...]
    rank: int | None
    last_rank: int | None

    @property
    def change(self) -> float | None:
        """Completion now minus completion a week before, as a share."""
        if self.completion.share is None or self.last_week.share is None:
            return None
        return self.completion.share - self.last_week.share


@dataclass(frozen=True)
class WeeklySummary:
    """A week of one project: the townships in order of rank, and the county as a whole."""

    project: Project
    first: date
    last: date
    cut_off_day: date
    townships: tuple[WeekRow, ...]
    county: WeekRow


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weekly_summary(
    project: Project,
    names: Mapping[str, str],
    parcels: pd.DataFrame,
    events: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    first: date,
    today: date,
    last_due: date | None = None,
    plans: Plans | None = None,
) -> WeeklySummary:
    """Sum up the week that begins on ``first`` (a Monday), up to ``today`` while it runs.

    ``last_due`` is the last day whose cut-off has passed (default ``today``): a report that is
    not due yet is not missing. ``plans`` are the townships' milestones: their schedule.

    ``names`` is township code → name: exactly these get a row. ``parcels``, ``events`` and
    ``reports`` are those of ``judged_parcels``, ``stage_events`` and ``reports_between``.
    """
    last = first + timedelta(days=6)
    day = min(last, today)
    before = first - timedelta(days=1)
    events = events.assign(township_code=events["village_code"].str[:9])

    def row(code: str, name: str) -> WeekRow:
        own = parcels[parcels["township_code"].str.startswith(code)]
        work = events[events["township_code"].str.startswith(code)]
        sent = reports[reports["township_code"].str.startswith(code)]
        expected_from = [c for c in names if c.startswith(code)]
        in_week = sent[(sent["day"] >= first) & (sent["day"] <= day)]
        return WeekRow(
            code=code,
            name=name,
            parcels=int((~own["is_withdrawn"]).sum()),
            week_m2=_sums(done_m2(work, since=first, until=day)),
            total_m2=_sums(done_m2(work, until=day)),
            completion=completion(project, own, work, day=day, plans=plans),
            last_week=completion(project, own, work, day=before, plans=plans),
            punctuality=punctuality(
                project, expected_from, in_week, first, min(day, last_due or day)
            ),
            awaiting=int((in_week["state"] == ReportState.FILED).sum()),
            problems=_problems(in_week),
            rank=None,
            last_rank=None,
        )

    draft = [row(code, name) for code, name in names.items()]
    now = _ranks({r.code: r.completion.gap for r in draft})
    then = _ranks({r.code: r.last_week.gap for r in draft})
    ranked = [replace(r, rank=now[r.code], last_rank=then[r.code]) for r in draft]
    ranked.sort(key=lambda r: (r.rank is None, r.rank, r.code))
    county = row(project.region, say("Whole county"))
    return WeeklySummary(project, first, last, day, tuple(ranked), county)


def punctuality(
    project: Project, townships: list[str], reports: pd.DataFrame, first: date, last: date
) -> Punctuality:
    """Count expected, on time, late and missing township-days; every day of the project counts.

    A day counts as on time when the report that stands for it was in before the cut-off.
    """
    first, last = max(first, project.starts_on), min(last, project.deadline)
    days = max((last - first).days + 1, 0)
    standing = reports[reports["state"].isin(LIVE)]
    standing = standing[(standing["day"] >= first) & (standing["day"] <= last)]
    standing = standing[standing["township_code"].isin(townships)]
    expected = days * len(townships)
    late = int(standing["is_late"].sum())
    zero = standing.loc[standing["zero_reason"] != "", "zero_reason"].value_counts()
    return Punctuality(
        expected=expected,
        on_time=len(standing) - late,
        late=late,
        missing=expected - len(standing),
        zero_days={str(reason): int(count) for reason, count in sorted(zero.items())},
    )


def _sums(done: pd.DataFrame) -> dict[Step, float]:
    return {step: float(done[step].sum()) for step in REPORTED_BY_TOWNSHIP}


def _problems(reports: pd.DataFrame) -> tuple[str, ...]:
    standing = reports[reports["state"].isin(LIVE)]
    said = [text for text in [*standing["problem"], *standing["help_wanted"]] if text]
    return tuple(dict.fromkeys(said))


def _ranks(gaps: Mapping[str, float | None]) -> dict[str, int | None]:
    """Return places by gap to schedule, best first; equal gaps share a place."""
    # nine decimals of a share: beyond them lies only the noise of dividing
    known = {code: round(gap, 9) for code, gap in gaps.items() if gap is not None}
    places = sorted(known.values(), reverse=True)
    return {code: places.index(known[code]) + 1 if code in known else None for code in gaps}


def last_due_day(project: Project, now: datetime) -> date:
    """Return the last day whose cut-off has passed."""
    here = now.astimezone(OFFICE_TIME)
    return here.date() if here.time() >= project.cut_off else here.date() - timedelta(days=1)
