"""A day's report: what it holds, its states and who may move them, and what may be claimed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from gis.language import Problem, Text, _
from parcels.people.access import Action
from parcels.workflow import Step
from reports.means.money import Spending, require_sound_spending
from reports.reasons import CorrectionReason, ProblemReason

OFFICE_TIME = ZoneInfo("Asia/Shanghai")
LEAST_M2, MOST_M2 = 0.01, 1e9


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
class Correction:
    """An earlier claim taken back, wholly or in part, from today on; the old entry stays."""

    ledger_id: int
    step: Step
    area_m2: float
    reason: CorrectionReason
    text: str = ""


@dataclass(frozen=True)
class DailyReport:
    """What a township sends for a day; ``told_by``: who told it, where the bureau files it."""

    project_id: int
    township_code: str
    day: date
    entries: tuple[Entry, ...]
    workers: int = 0
    machines: int = 0
    zero_reason: ZeroReason | None = None
    problem: str = ""
    help_wanted: str = ""
    problem_reasons: tuple[ProblemReason, ...] = ()
    money: tuple[Spending, ...] = ()
    corrections: tuple[Correction, ...] = ()
    told_by: str = ""


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
    if not report.entries and not report.corrections and report.zero_reason is None:
        raise Problem(
            _("The report holds no work. Choose parcels, or give the reason for no progress today.")
        )
    if report.entries and report.zero_reason is not None:
        raise Problem(_("The report says “no progress” and lists work; keep one of the two."))
    areas_m2 = [claim.area_m2 for claim in report.entries]
    areas_m2 += [claim.area_m2 for claim in report.corrections]
    if any(not LEAST_M2 <= area_m2 < MOST_M2 for area_m2 in areas_m2):
        raise Problem(_("An area of the report cannot be; give square metres from 0.01 on."))
    _require_sound_corrections(report)
    if any(number != int(number) for number in (report.workers, report.machines)):
        raise Problem(_("People and machines are whole numbers."))
    if report.workers < 0 or report.machines < 0:
        raise Problem(_("People and machines cannot be negative."))
    if report.workers > 100_000 or report.machines > 10_000:
        raise Problem(_("So many people or machines cannot be; check the figures."))
    require_sound_spending(report.money)
    if len({spent.purpose for spent in report.money}) != len(report.money):
        raise Problem(_("Money for one purpose stands twice; add it up."))


def _require_sound_corrections(report: DailyReport) -> None:
    places = [(claim.ledger_id, claim.step) for claim in report.corrections]
    worked_on = {(entry.ledger_id, entry.step) for entry in report.entries}
    if len(set(places)) != len(places) or worked_on & set(places):
        raise Problem(_("A step of a parcel is both reported and taken back; keep one of the two."))
    for claim in report.corrections:
        if claim.reason is CorrectionReason.OTHER and not claim.text.strip():
            raise Problem(_("Say in words why the claim is taken back."))


def is_late(day: date, cut_off: time, filed_at: datetime) -> bool:
    """Tell whether a report came after the day's cut-off, in the office's time."""
    return filed_at.astimezone(OFFICE_TIME) > datetime.combine(day, cut_off, OFFICE_TIME)
