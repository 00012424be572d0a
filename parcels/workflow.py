"""The works on a parcel, in order, and who may report which; knows no person."""

from __future__ import annotations

from enum import StrEnum

from gis.language import Text, _


class Step(StrEnum):
    """One step of the works; areas of a later step never exceed those of an earlier one."""

    AGREEMENT_SIGNED = "agreement_signed"
    DEMOLISHED = "demolished"
    CLEARED = "cleared"
    LEVELLED = "levelled"
    TOPSOILED = "topsoiled"
    PLANTED = "planted"
    SELF_CHECKED = "self_checked"
    COUNTY_ACCEPTED = "county_accepted"
    CITY_ACCEPTED = "city_accepted"
    FILED = "filed"


ORDER: tuple[Step, ...] = tuple(Step)
STEP_TITLES: dict[Step, Text] = {
    Step.AGREEMENT_SIGNED: _("Agreement signed"),
    Step.DEMOLISHED: _("Demolished"),
    Step.CLEARED: _("Cleared"),
    Step.LEVELLED: _("Levelled"),
    Step.TOPSOILED: _("Topsoiled"),
    Step.PLANTED: _("Planted"),
    Step.SELF_CHECKED: _("Self-checked"),
    Step.COUNTY_ACCEPTED: _("County accepted"),
    Step.CITY_ACCEPTED: _("City accepted"),
    Step.FILED: _("Filed"),
}
REPORTED_BY_TOWNSHIP: tuple[Step, ...] = ORDER[: ORDER.index(Step.SELF_CHECKED) + 1]


WHOLE_M2 = 0.05  # done on the whole parcel: areas are compared as the survey compares them


class EventState(StrEnum):
    """What a stage event is worth: claimed by a township, confirmed by the bureau, or void."""

    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    VOID = "void"


def earlier(step: Step) -> Step | None:
    """Return the step before this one; None for the first."""
    position = ORDER.index(step)
    return ORDER[position - 1] if position else None


def later(step: Step) -> tuple[Step, ...]:
    """Return the steps after this one, in order."""
    return ORDER[ORDER.index(step) + 1 :]
