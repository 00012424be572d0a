"""The reporting loop's figures from the store: first page, week, and ten times as much."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
        [name, _ms(small[name].seconds), goal, _ms(small[name].busy), _ms(large[name].seconds),
         _ms(large[name].busy), f"{large[name].busy / small[name].busy:.1f} ×"]
        for name, goal in (("first page", "150 ms"), ("day's status", "—"),
                           ("weekly summary", "300 ms"), ("quarterly summary", "—"))
    ]  # fmt: skip
    words = (
        f"One year of a county: 30 townships, 3,000 parcels, {small.reports:,} reports, "
        f"{small.entries:,} entries; then ten times the parcels and entries. SQLite, read "
        f"afresh each time, the best of {TIMES}. First page: completion, gap, rank and forecast "
        "of every township and the county, and who has reported today. *Processor* is the time "
        "of this process alone, which a loaded machine changes less; growth is that of it."
    )
    head = ["", "a county's year", "goal", "processor", "ten times as much", "processor", "growth"]
    return f"{words}\n\n{table(head, rows)}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


@dataclass(frozen=True)
class Taken:
    """The least seconds of several runs, and the least of them this process was at work."""

    seconds: float
    busy: float


@dataclass(frozen=True)
class Measured:
    """What the figures of one size took, by name."""

    reports: int
    entries: int
    taken: Mapping[str, Taken]

    def __getitem__(self, name: str) -> Taken:
        return self.taken[name]


def _measured(times: int) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        year = a_year(Path(folder), times=times)
        day = year.now.astimezone(OFFICE_TIME).date()
        _require_same(year)

        def summary(kind: PeriodKind) -> Any:
            period = period_of(kind, day)
            return summary_of(year.store, year.bureau, year.project, period, now=year.now)

        def status() -> Any:
            return day_status(year.store, year.bureau, year.project, day, now=year.now)

        taken = {
            "first page": _best(lambda: (summary(PeriodKind.DAY), status())),
            "day's status": _best(status),
            "weekly summary": _best(lambda: summary(PeriodKind.WEEK)),
            "quarterly summary": _best(lambda: summary(PeriodKind.QUARTER)),
        }
        year.store.engine.dispose()
        return Measured(year.reports, year.entries, taken)


def _best(run: Callable[[], object]) -> Taken:
    """Return the least of several runs: what others do on the machine is not ours."""
    run()
    found = [_once(run) for _time in range(TIMES)]
    return Taken(min(one.seconds for one in found), min(one.busy for one in found))


def _once(run: Callable[[], object]) -> Taken:
    busy = time.process_time()
    _result, seconds = timed(run)
    return Taken(seconds, time.process_time() - busy)


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
