"""Lists a township chooses from: problems, and why a claim is taken back."""

from __future__ import annotations

from enum import StrEnum

from gis.language import Text, _


class ProblemReason(StrEnum):
    """What stands in the way of the works."""

    OWNERS = "owners"
    COMPENSATION = "compensation"
    MONEY = "money"
    TEAM = "team"
    MACHINES = "machines"
    ACCESS = "access"
    RUBBLE = "rubble"
    SOIL = "soil"
    WEATHER = "weather"
    OUTLINE = "outline"
    OTHER = "other"


PROBLEM_TITLES: dict[ProblemReason, Text] = {
    ProblemReason.OWNERS: _("Owners do not agree"),
    ProblemReason.COMPENSATION: _("Compensation in dispute"),
    ProblemReason.MONEY: _("Money has not arrived"),
    ProblemReason.TEAM: _("Too few people"),
    ProblemReason.MACHINES: _("Too few machines"),
    ProblemReason.ACCESS: _("No road to the parcel"),
    ProblemReason.RUBBLE: _("Nowhere to take the rubble"),
    ProblemReason.SOIL: _("No topsoil at hand"),
    ProblemReason.WEATHER: _("Rain or other weather"),
    ProblemReason.OUTLINE: _("The outline differs from the ground"),
    ProblemReason.OTHER: _("Another problem"),
}


class CorrectionReason(StrEnum):
    """Why a township takes an earlier claim back."""

    WRONG_PARCEL = "wrong_parcel"
    WRONG_AREA = "wrong_area"
    NOT_DONE = "not_done"
    BUILT_AGAIN = "built_again"
    OTHER = "other"


CORRECTION_TITLES: dict[CorrectionReason, Text] = {
    CorrectionReason.WRONG_PARCEL: _("Reported on the wrong parcel"),
    CorrectionReason.WRONG_AREA: _("The area was wrong"),
    CorrectionReason.NOT_DONE: _("It was not done, or not wholly"),
    CorrectionReason.BUILT_AGAIN: _("Built or dumped on again"),
    CorrectionReason.OTHER: _("Another reason; say which"),
}
