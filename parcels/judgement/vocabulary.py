"""The words of judging: what imagery can show, how far a judgement is, which inputs are corrected.

What an image shows is a reading; the verdict is always computed and never typed.
"""

from __future__ import annotations

from enum import StrEnum

from gis.language import Text, _
from parcels.settings import Kind, Setting, hand_in_setting


class Shows(StrEnum):
    """What imagery can show, in the official vocabulary."""

    BUILT = "built"
    HARDENED = "hardened"
    EARTH_MOVED = "earth_moved"
    EARTH_HEAPED = "earth_heaped"
    RUBBLE = "rubble"
    LEVELLED = "levelled"
    ARABLE = "arable"
    UNFINISHED = "unfinished"
    NOTHING_TOLD = "nothing_told"


SHOWS_TITLES: dict[Shows, Text] = {
    Shows.BUILT: _("Buildings or structures"),
    Shows.HARDENED: _("Hardened ground"),
    Shows.EARTH_MOVED: _("Earth moved"),
    Shows.EARTH_HEAPED: _("Earth heaped"),
    Shows.RUBBLE: _("Rubble"),
    Shows.LEVELLED: _("Bulldozed flat"),
    Shows.ARABLE: _("Arable land"),
    Shows.UNFINISHED: _("Torn down but unfinished"),
    Shows.NOTHING_TOLD: _("Cannot be told from the image"),
}
STILL_STANDING = frozenset({Shows.BUILT, Shows.HARDENED, Shows.UNFINISHED})


class JudgementState(StrEnum):
    """How far a judgement or a correction is."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    APPLIED = "applied"


JUDGEMENT_STATE_TITLES: dict[JudgementState, Text] = {
    JudgementState.RECORDED: _("Recorded"),
    JudgementState.CONFIRMED: _("Confirmed by a second person"),
    JudgementState.REJECTED: _("Rejected by a second person"),
    JudgementState.APPLIED: _("In a new layer version"),
}


class Input(StrEnum):
    """What a person may correct; everything else is computed from these."""

    STRUCTURES = "structures"
    VILLAGE = "village"
    NEW_ARABLE = "new_arable"
    OUTLINE = "outline"


INPUT_TITLES: dict[Input, Text] = {
    Input.STRUCTURES: _("Structures"),
    Input.VILLAGE: _("Village"),
    Input.NEW_ARABLE: _("New arable area"),
    Input.OUTLINE: _("Outline"),
}
SECOND_PERSON = hand_in_setting(
    Setting(
        "judgement_second_person",
        _("A judgement or correction counts only when a second person has confirmed it"),
        Kind.YES_NO,
        default=False,
        group=_("Imagery"),
    )
)


def counts(state: str, *, needs_second: bool) -> bool:
    """Tell whether a judgement or correction in this state counts."""
    if state == JudgementState.CONFIRMED:
        return True
    return state == JudgementState.RECORDED and not needs_second
