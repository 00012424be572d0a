"""A day's report: what it holds, its states and who may move them, and what may be claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

import pandas as pd

from gis.language import Problem, Text, _
from gis.units import format_m2
from parcels.people.access import Action
from parcels.rules.verdicts import Verdict
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES, Step, earlier, later

OFFICE_TIME = ZoneInfo("Asia/Shanghai")
LEAST_M2, MOST_M2 = 0.01, 1e9
ROUNDING_M2 = 0.005  # areas stand at 0.01; half a cent is no claim


class ReportState(StrEnum):
    """Where a report stands."""

    FILED = "filed"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


STATE_TITLES: dict[ReportState, Text] = {
    ReportState.FILED: _("Awaiting confirmation"),
    ReportState.CONFIRMED: _("Confirmed"),
    ReportState.RETURNED: _("Returned"),
    ReportState.WITHDRAWN: _("Withdrawn by the township"),
}
NEXT_STATES: dict[ReportState, Mapping[ReportState, Action]] = {
    ReportState.FILED: {
        ReportState.CONFIRMED: Action.CONFIRM_REPORT,
        ReportState.RETURNED: Action.RETURN_REPORT,
        ReportState.WITHDRAWN: Action.WITHDRAW_REPORT,
    },
    ReportState.CONFIRMED: {},
    ReportState.RETURNED: {},
    ReportState.WITHDRAWN: {},
}


class ZeroReason(StrEnum):
    """Why nothing moved today: an honest zero is a report."""

    RAIN = "rain"
    OWNERS_NOT_SIGNED = "owners_not_signed"
    MONEY_NOT_ARRIVED = "money_not_arrived"
    NO_TEAM = "no_team"
    MACHINES = "machines"
    WEATHER = "weather"
    OTHER = "other"


ZERO_TITLES: dict[ZeroReason, Text] = {
    ZeroReason.RAIN: _("Rain"),
    ZeroReason.OWNERS_NOT_SIGNED: _("Owners have not signed"),
    ZeroReason.MONEY_NOT_ARRIVED: _("Money has not arrived"),
    ZeroReason.NO_TEAM: _("No team"),
    ZeroReason.MACHINES: _("No machines"),
    ZeroReason.WEATHER: _("Other weather"),
    ZeroReason.OTHER: _("Other reason"),
}


class ReturnReason(StrEnum):
    """Why the bureau sends a report back."""

    FIGURES = "figures"
    WRONG_PARCELS = "wrong_parcels"
    NOT_SEEN = "not_seen"
    INCOMPLETE = "incomplete"


RETURN_TITLES: dict[ReturnReason, Text] = {
    ReturnReason.FIGURES: _("Figures are wrong"),
    ReturnReason.WRONG_PARCELS: _("Wrong parcels"),
    ReturnReason.NOT_SEEN: _("Not so on the ground"),
    ReturnReason.INCOMPLETE: _("Something is missing"),
}


@dataclass(frozen=True)
class Entry:
    """One step done today on one parcel; ``area_m2`` is today's, not the sum."""

    ledger_id: int
    step: Step
    area_m2: float


@dataclass(frozen=True)
class DailyReport:
    """What a township sends for a day."""

    project_id: int
    township_code: str
    day: date
    entries: tuple[Entry, ...]
    workers: int = 0
    machines: int = 0
    zero_reason: ZeroReason | None = None
    problem: str = ""
    help_wanted: str = ""


@dataclass(frozen=True)
class Breach:
    """One claim above its ceiling; areas m²."""

    parcel_no: str
    step: Step
    claim_m2: float
    ceiling_m2: float
    ground: Text

    def __str__(self) -> str:
        return str(
            _(
                "Parcel {parcel_no}, {step}: {claim_m2} m² claimed, at most {ceiling_m2} m². "
                "{ground}",
                parcel_no=self.parcel_no,
                step=STEP_TITLES[self.step],
                claim_m2=format_m2(self.claim_m2),
                ceiling_m2=format_m2(self.ceiling_m2),
                ground=self.ground,
            )
        )


def require_next(state: ReportState, to: ReportState) -> Action:
    """Return the action that moves a report; raises Problem when the table has no such move."""
    action = NEXT_STATES[state].get(to)
    if action is None:
        raise Problem(
            _("A report in the state “{state}” cannot be moved.", state=STATE_TITLES[state])
        )
    return action


def require_sound(report: DailyReport) -> None:
    """Raise Problem when the report contradicts itself."""
    if not report.entries and report.zero_reason is None:
        raise Problem(
            _("The report holds no work. Choose parcels, or give the reason for no progress today.")
        )
    if report.entries and report.zero_reason is not None:
        raise Problem(_("The report says “no progress” and lists work; keep one of the two."))
    if any(not LEAST_M2 <= entry.area_m2 < MOST_M2 for entry in report.entries):
        raise Problem(_("An area of the report cannot be; give square metres from 0.01 on."))
    if report.workers < 0 or report.machines < 0:
        raise Problem(_("People and machines cannot be negative."))
    if report.workers > 100_000 or report.machines > 10_000:
        raise Problem(_("So many people or machines cannot be; check the figures."))


def is_late(day: date, cut_off: time, filed_at: datetime) -> bool:
    """Tell whether a report came after the day's cut-off, in the office's time."""
    return filed_at.astimezone(OFFICE_TIME) > datetime.combine(day, cut_off, OFFICE_TIME)


def breaches(
    entries: Sequence[Entry], parcels: pd.DataFrame, done_m2: pd.DataFrame
) -> list[Breach]:
    """Return every claim above its ceiling: the parcel's area, and what the step before did.

    ``parcels``: index ledger_id; columns parcel_no, area_m2. ``done_m2``: index ledger_id, a
    column per Step with the area done before today, absent parcels having done nothing. Entries
    on parcels that are not in ``parcels`` are breaches with ceiling 0.
    """
    today: dict[tuple[int, Step], float] = {}
    for entry in entries:
        key = (entry.ledger_id, entry.step)
        today[key] = today.get(key, 0.0) + entry.area_m2
    found: list[Breach] = []
    for (ledger_id, step), claim_m2 in today.items():
        if ledger_id not in parcels.index:
            ground = _("This parcel is not one of yours; choose it from the list.")
            found.append(Breach(f"#{ledger_id}", step, claim_m2, 0.0, ground))
            continue
        parcel = parcels.loc[ledger_id]

        def total(of: Step, ledger_id: int = ledger_id) -> float:
            before = float(done_m2.at[ledger_id, of]) if ledger_id in done_m2.index else 0.0
            return before + today.get((ledger_id, of), 0.0)

        number = str(parcel["parcel_no"])
        before_m2 = total(step) - claim_m2
        if step not in REPORTED_BY_TOWNSHIP:
            ground = _("This step is recorded by the county, not by the township.")
            found.append(Breach(number, step, claim_m2, 0.0, ground))
        elif not claim_m2 > 0:  # said so that what is no number is caught too
            ground = _("An area must be above 0; a mistake is mended by a correction.")
            found.append(Breach(number, step, claim_m2, 0.0, ground))
        elif total(step) > float(parcel["area_m2"]) + ROUNDING_M2:
            ceiling_m2 = float(parcel["area_m2"]) - before_m2
            ground = _("More than the parcel's area is left for this step.")
            found.append(Breach(number, step, claim_m2, max(ceiling_m2, 0.0), ground))
        elif (first := earlier(step)) and total(step) > total(first) + ROUNDING_M2:
            ground = _("The step before it, “{step}”, is not that far.", step=STEP_TITLES[first])
            ceiling_m2 = total(first) - before_m2
            found.append(Breach(number, step, claim_m2, max(ceiling_m2, 0.0), ground))
    return found


def is_counted(parcels: pd.DataFrame) -> pd.Series:
    """Tell which parcels count: passing and not withdrawn. Work on others is recorded only."""
    return (parcels["verdict"] == Verdict.PASS) & ~parcels["is_withdrawn"]


def may_follow(step: Step) -> tuple[Step, ...]:
    """Return the township's steps after this one."""
    return tuple(s for s in later(step) if s in REPORTED_BY_TOWNSHIP)
