"""The reporting loop's figures from the store: first page, week, and ten times as much."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.county_year import Year, a_year
from benchmarks.section import Section, table, timed
from parcels import register
from reports.completion import completion
from reports.daily import OFFICE_TIME
from reports.periods.period import PeriodKind, period_of
from reports.services.day_status import day_status
from reports.services.week import summary_of

TIMES = 15


def measure(full: bool) -> str:
    """Time every figure on one county's year and on ten times as much; compare before."""
    small = _measured(1)
    large = _measured(10)
    rows = [
        [name, f"{small[name] * 1000:.0f} ms", goal, f"{large[name] * 1000:.0f} ms",
         f"{large[name] / small[name]:.1f} ×"]
        for name, goal in (("first page", "150 ms"), ("day's status", "—"),
                           ("weekly summary", "300 ms"), ("quarterly summary", "—"))
    ]  # fmt: skip
    words = (
        f"One year of a county: 30 townships, 3,000 parcels, {small['reports']:,.0f} reports, "
        f"{small['entries']:,.0f} entries; then ten times the parcels and entries. SQLite, read "
        f"afresh each time, the best of {TIMES}. First page: completion, gap, rank and forecast "
        "of every township and the county, and who has reported today."
    )
    head = ["", "a county's year", "goal", "ten times as much", "growth"]
    return f"{words}\n\n{table(head, rows)}"


def _measured(times: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        year = a_year(Path(folder), times=times)
        day = year.now.astimezone(OFFICE_TIME).date()
        week = period_of(PeriodKind.WEEK, day)
        quarter = period_of(PeriodKind.QUARTER, day)
        _require_same(year)

        def summary(period: Any) -> Any:
            return summary_of(year.store, year.bureau, year.project, period, now=year.now)

        def first_page() -> None:
            summary(period_of(PeriodKind.DAY, day))
            day_status(year.store, year.bureau, year.project, day, now=year.now)

        found = {
            "first page": _best(first_page),
            "day's status": _best(
                lambda: day_status(year.store, year.bureau, year.project, day, now=year.now)
            ),
            "weekly summary": _best(lambda: summary(week)),
            "quarterly summary": _best(lambda: summary(quarter)),
            "reports": float(year.reports),
            "entries": float(year.entries),
        }
        year.store.engine.dispose()
        return found


def _best(run: Callable[[], object]) -> float:
    """Return the least seconds of several runs: what others do on the machine is not ours."""
    run()
    return min(timed(run)[1] for _time in range(TIMES))


def _require_same(year: Year) -> None:
    """Raise unless the store's sums are those over every event."""
    day = year.now.astimezone(OFFICE_TIME).date()
    week = period_of(PeriodKind.WEEK, day)
    found = summary_of(year.store, year.bureau, year.project, week, now=year.now).county
    parcels = register.judged_figures(year.store, year.bureau, year.project)
    events = register.stage_events(year.store, year.bureau, year.project)
    if (
        abs(completion(year.project, parcels, events, day=day).done_m2 - found.completion.done_m2)
        > 1
    ):
        raise AssertionError("two ways to completion differ")
    counts = found.punctuality
    if counts.expected != 30 * ((day - week.first).days + 1) or counts.expected != (
        counts.on_time + counts.late + counts.missing
    ):
        raise AssertionError("expected is not on time + late + missing")
    if not timedelta(0) < timedelta(days=found.forecast.days):
        raise AssertionError("no forecast")


SECTION = Section("reporting", "The reporting loop's figures", measure)
