"""A period summed up (周汇总、月、季): by township and for the county, from confirmed figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import fsum
from typing import Any

import numpy as np
import pandas as pd

from gis.language import say
from parcels.projects import Project
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.calendar import expected_days
from reports.completion import (
    Completion,
    accepted_new_arable_m2,
    by_township,
    eligible_new_arable_m2,
    new_arable_done_m2,
)
from reports.counted import is_counted
from reports.daily import ReportState
from reports.forecast import Forecast, county_forecast, forecast
from reports.periods.basis import Basis
from reports.periods.period import Period
from reports.periods.work import (
    counted_work,
    done_matrices,
    eve,
    pace_by_code,
    step_column,
    steps_by_code,
    together,
)
from reports.punctuality import LIVE, ExpectedReport, Punctuality, counted, standings
from reports.ranking import Waiting, ranks, tied, waiting_most
from reports.schedule import scheduled_of


@dataclass(frozen=True)
class PeriodRow:
    """One township's (or the county's) period; areas m² of parcel ground, done and confirmed.

    ``next_m2``: new arable that brings it to its schedule by the end of the following period.
    """

    code: str
    name: str
    parcels: int
    within_m2: Mapping[Step, float]
    total_m2: Mapping[Step, float]
    completion: Completion
    before: Completion
    punctuality: Punctuality
    awaiting: int
    problems: tuple[str, ...]
    waiting: Waiting | None
    forecast: Forecast
    rank: int | None = None
    rank_before: int | None = None
    is_tied: bool = False
    next_m2: float | None = None

    @property
    def change(self) -> float | None:
        """Completion now minus completion on the eve of the period, as a share."""
        if self.completion.share is None or self.before.share is None:
            return None
        return self.completion.share - self.before.share

    @property
    def done_within_m2(self) -> float:
        """New arable that came to count in the period."""
        return self.completion.done_m2 - self.before.done_m2

    @property
    def scheduled_within_m2(self) -> float:
        """New arable that the schedule asks of the period."""
        share = self.completion.scheduled - self.before.scheduled
        return share * self.completion.eligible_m2


@dataclass(frozen=True)
class PeriodSummary:
    """A period of one project: the townships in order of rank, and the county as a whole."""

    project: Project
    period: Period
    cut_off_day: date
    townships: tuple[PeriodRow, ...]
    county: PeriodRow

    @property
    def rows(self) -> tuple[PeriodRow, ...]:
        return (*self.townships, self.county)


def period_summary(basis: Basis, period: Period, *, today: date) -> PeriodSummary:
    """Sum up a period, up to ``today`` while it runs."""
    day = min(period.last, today)
    sums = _Sums(basis, period, day)
    draft = [sums.row(code, name) for code, name in basis.names.items()]
    now = ranks({row.code: row.completion.gap for row in draft})
    then = ranks({row.code: row.before.gap for row in draft})
    shared = tied(now)
    ranked = [
        replace(row, rank=now[row.code], rank_before=then[row.code], is_tied=row.code in shared)
        for row in draft
    ]
    ranked.sort(key=lambda row: (row.rank is None, row.rank, row.code))
    county = sums.row(basis.project.region, say("Whole county"))
    county = replace(
        county,
        forecast=county_forecast(county.forecast, {row.code: row.forecast for row in draft}),
        next_m2=fsum(row.next_m2 or 0.0 for row in draft),  # no lead fills another's gap
    )
    return PeriodSummary(basis.project, period, day, tuple(ranked), county)


def period_parts(basis: Basis, period: Period, *, today: date) -> pd.DataFrame:
    """Return what each parcel adds to the figures at the end of a period.

    Columns: ledger_id, township_code, village, parcel_no, area_m2, new_arable_m2 (0 where it does
    not count), at_step_m2 (done at the counting step), done_m2, accepted_m2 (new arable). Parcels
    that add nothing and were not worked on are left out.
    """
    sums = _Sums(basis, period, min(period.last, today))
    at_step = step_column(sums.until, basis.project.counting_step)
    done, accepted = sums.completed
    parts = sums.parcels[["ledger_id", "township_code", "village", "parcel_no", "area_m2"]].assign(
        new_arable_m2=sums.eligible_m2, at_step_m2=at_step, done_m2=done, accepted_m2=accepted
    )
    is_told = (parts["new_arable_m2"] > 0) | (parts["at_step_m2"] != 0)
    return parts[is_told].reset_index(drop=True)


class _Sums:
    """The frames of a basis cut up by township once, not once a figure."""

    def __init__(self, basis: Basis, period: Period, day: date) -> None:
        self.basis, self.period, self.day = basis, period, day
        self.parcels = basis.parcels.reset_index(drop=True)
        self.area_m2 = self.parcels["area_m2"].to_numpy(dtype="float64")
        self.is_withdrawn = self.parcels["is_withdrawn"].to_numpy(dtype=bool)
        self.is_eligible = is_counted(self.parcels).to_numpy(dtype=bool)
        before, self.until = done_matrices(self.parcels, basis.work)
        self.eligible_m2 = eligible_new_arable_m2(self.parcels)
        self.completed_before = self._completed(before)
        self.completed = self._completed(self.until)
        self.of_townships = by_township(self.parcels, self.eligible_m2, basis.plans)
        work = counted_work(self.parcels, basis.work)
        self.steps = steps_by_code(work.groupby(["township_code", "step"]).sum())
        self.sent = self._sent()
        self.expected = self._expected()
        self.pace = pace_by_code(basis.pace)
        codes = self.parcels["township_code"].to_numpy()
        self.places = {code: np.flatnonzero(codes == code) for code in basis.names}
        self.places[basis.project.region] = np.arange(len(codes))

    def row(self, code: str, name: str) -> PeriodRow:
        basis = self.basis
        codes = list(basis.names) if code == basis.project.region else [code]
        place = self.places[code]
        within, total = self._steps(code)
        completion = self._completion(code, self.completed, self.day)
        eligible = place[self.is_eligible[place]]
        sent = [report for one in codes for report in self.sent.get(one, ())]
        expected = [report for one in codes for report in self.expected.get(one, ())]
        asked = {(report.township_code, report.day) for report in expected}
        live = [report for report in sent if report["state"] in LIVE]
        return PeriodRow(
            code=code,
            name=name,
            parcels=int((~self.is_withdrawn[place]).sum()),
            within_m2=within,
            total_m2=total,
            completion=completion,
            before=self._completion(code, self.completed_before, eve(self.period.first)),
            punctuality=counted(
                expected,
                unasked=sum((one["township_code"], one["day"]) not in asked for one in live),
            ),
            awaiting=sum(report["state"] == ReportState.FILED for report in sent),
            problems=_problems(live),
            waiting=waiting_most(
                self.area_m2[eligible], self.until[eligible], basis.project.counting_step
            ),
            forecast=self._forecast(code, completion),
            next_m2=self._next_m2(code, completion),
        )

    def _sent(self) -> dict[str, list[dict[str, Any]]]:
        """Return township → its reports of the period, every sending included, by day."""
        names = ["township_code", "day", "state", "problem", "help_wanted"]
        reports = self.basis.reports
        in_it = reports[(reports["day"] >= self.period.first) & (reports["day"] <= self.day)]
        found: dict[str, list[dict[str, Any]]] = {}
        for report in in_it[names].to_dict("records"):
            found.setdefault(report["township_code"], []).append(report)
        return found

    def _expected(self) -> dict[str, list[ExpectedReport]]:
        """Return township → its expected reports and what became of them."""
        basis = self.basis
        days = expected_days(
            basis.calendar,
            basis.project,
            self.period.first,
            self.day,
            since=basis.since,
            last_due=basis.last_due,
        )
        found: dict[str, list[ExpectedReport]] = {}
        for one in standings(days, list(basis.names), basis.reports):
            found.setdefault(one.township_code, []).append(one)
        return found

    def _completed(self, done: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return each parcel's new arable at the counting step and at county acceptance."""
        return (
            new_arable_done_m2(self.parcels, step_column(done, self.basis.project.counting_step)),
            accepted_new_arable_m2(self.parcels, step_column(done, Step.COUNTY_ACCEPTED)),
        )

    def _completion(
        self, code: str, completed: tuple[np.ndarray, np.ndarray], day: date
    ) -> Completion:
        place = self.places[code]
        done, accepted = completed
        return Completion(
            eligible_m2=fsum(self.eligible_m2[place]),
            done_m2=fsum(done[place]),
            accepted_m2=fsum(accepted[place]),
            scheduled=self._scheduled(code, day),
        )

    def _scheduled(self, code: str, day: date) -> float:
        is_county = code == self.basis.project.region
        own = {one: m2 for one, m2 in self.of_townships.items() if is_county or one == code}
        return scheduled_of(self.basis.project, day, own, self.basis.plans)

    def _next_m2(self, code: str, completion: Completion) -> float:
        share = self._scheduled(code, self.period.following.last)
        return max(share * completion.eligible_m2 - completion.done_m2, 0.0)

    def _steps(self, code: str) -> tuple[dict[Step, float], dict[Step, float]]:
        """Return what was done by step within the period and in all; the county has every code."""
        within = dict.fromkeys(REPORTED_BY_TOWNSHIP, 0.0)
        total = dict(within)
        is_county = code == self.basis.project.region
        for steps in self.steps.values() if is_county else [self.steps.get(code, {})]:
            for step, (before_m2, within_m2) in steps.items():
                if step in within:
                    within[step] += within_m2
                    total[step] += before_m2 + within_m2
        return within, total

    def _forecast(self, code: str, completion: Completion) -> Forecast:
        basis = self.basis
        known = basis.confirmed_to.get(code)
        last = min(known, self.day) if known else None
        is_county = code == basis.project.region
        by_day = together(self.pace.values()) if is_county else self.pace.get(code, {})
        after = fsum(m2 for day, m2 in by_day.items() if last and last < day <= self.day)
        return forecast(
            basis.project,
            basis.calendar,
            eligible_m2=completion.eligible_m2,
            done_m2=completion.done_m2 - after,
            by_day=by_day,
            since=basis.since,
            last=last,
        )


def _problems(live: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    said = [report[name] for name in ("problem", "help_wanted") for report in live]
    return tuple(dict.fromkeys(text for text in said if text))
