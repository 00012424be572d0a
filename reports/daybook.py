"""A day of the county (日报): each township's row, its report beside what has been confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from parcels.workflow import ORDER, Step
from reports.daily import ReportState
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.punctuality import LIVE

SHOWN_STEPS: tuple[Step, ...] = ORDER[
    ORDER.index(Step.DEMOLISHED) : ORDER.index(Step.COUNTY_ACCEPTED) + 1
]


@dataclass(frozen=True)
class Sending:
    """The report that stands for a township's day, as it was sent."""

    state: ReportState
    is_late: bool
    is_corrected: bool
    workers: int
    machines: int
    zero_reason: str
    problem: str
    help_wanted: str
    filer: str
    phone: str
    reviewer: str
    filed_at: datetime


@dataclass(frozen=True)
class Done:
    """Work at one step: parcels touched and m² of their ground."""

    parcels: int = 0
    area_m2: float = 0.0


@dataclass(frozen=True)
class DayRow:
    """One township's (or the county's) day: figures, confirmed work by step, and the report."""

    figures: PeriodRow
    of_day: Mapping[Step, Done]
    in_all: Mapping[Step, Done]
    sending: Sending | None


@dataclass(frozen=True)
class DayBook:
    """A day of one project: townships in order of rank, the county last."""

    summary: PeriodSummary
    townships: tuple[DayRow, ...]
    county: DayRow

    @property
    def day(self) -> date:
        return self.summary.period.first

    @property
    def rows(self) -> tuple[DayRow, ...]:
        return (*self.townships, self.county)


def day_book(summary: PeriodSummary, work: pd.DataFrame, reports: pd.DataFrame) -> DayBook:
    """Return the day from its summary, ``work_sums`` and ``reports_between`` of that day.

    A day without a standing report has no sending; it is missing, or not expected.
    """
    sent = {
        row["township_code"]: _sending(row)
        for row in reports[reports["state"].isin(LIVE)].to_dict("records")
    }

    def row(figures: PeriodRow, *, is_county: bool = False) -> DayRow:
        own = work if is_county else work[work["township_code"] == figures.code]
        return DayRow(
            figures,
            _by_step(own[own["within_m2"] != 0], ["within_m2"]),
            _by_step(own, ["before_m2", "within_m2"]),
            None if is_county else sent.get(figures.code),
        )

    return DayBook(
        summary,
        tuple(row(figures) for figures in summary.townships),
        row(summary.county, is_county=True),
    )


def _by_step(work: pd.DataFrame, columns: list[str]) -> dict[Step, Done]:
    whole = work.assign(area_m2=work[columns].sum(axis=1))
    whole = whole[whole["area_m2"].abs() > 0]
    groups = whole.groupby("step")
    found = {
        step: Done(int(group["ledger_id"].nunique()), float(group["area_m2"].sum()))
        for step, group in groups
    }
    return {step: found.get(step, Done()) for step in SHOWN_STEPS}


def _sending(row: Mapping[str, object]) -> Sending:
    return Sending(
        state=ReportState(str(row["state"])),
        is_late=bool(row["is_late"]),
        is_corrected=int(str(row["sequence"])) > 1,
        workers=int(str(row["workers"])),
        machines=int(str(row["machines"])),
        zero_reason=str(row["zero_reason"]),
        problem=str(row["problem"]),
        help_wanted=str(row["help_wanted"]),
        filer=str(row["filer"]),
        phone=str(row.get("filer_phone", "") or ""),
        reviewer=str(row["reviewer"] or ""),
        filed_at=row["filed_at"],  # type: ignore[arg-type]
    )
