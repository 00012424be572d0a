"""What can be done for a failing parcel, and why sometimes nothing can."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from gis.language import Text, _


class Remedy(StrEnum):
    """A way to win ground back; each gives one outline that passes both rules."""

    TRIM = "trim"
    SPLIT = "split"
    JOIN = "join"
    JOIN_AND_TRIM = "join_and_trim"


REMEDY_TITLES: dict[Remedy, Text] = {
    Remedy.TRIM: _("Trim to the part around the structures"),
    Remedy.SPLIT: _("Split off a part along a straight line"),
    Remedy.JOIN: _("Join with touching neighbours"),
    Remedy.JOIN_AND_TRIM: _("Join with touching neighbours and trim"),
}


class Hopeless(StrEnum):
    """Why no remedy exists: the parcel can only be dropped (核减)."""

    NO_STRUCTURES = "no_structures"
    TWO_RULES_APART = "two_rules_apart"
    TOO_SMALL_ALONE = "too_small_alone"
    NEW_ARABLE_UNKNOWN = "new_arable_unknown"
    NOTHING_HELPS = "nothing_helps"


HOPELESS_TITLES: dict[Hopeless, Text] = {
    Hopeless.NO_STRUCTURES: _(
        "No structure that counts lies under it and no touching neighbour has enough."
    ),
    Hopeless.TWO_RULES_APART: _(
        "The two rules exclude one another: the structures carry at most {most_m2} m² at "
        "{limit}, which gives {arable_m2} m² of new arable, less than {least_m2} m²."
    ),
    Hopeless.TOO_SMALL_ALONE: _(
        "It gives too little new arable and touches no parcel of its village that could be joined."
    ),
    Hopeless.NEW_ARABLE_UNKNOWN: _(
        "Its new arable is not known, so no part of it can be shown to give enough."
    ),
    Hopeless.NOTHING_HELPS: _(
        "No simple outline around the structures and no joining with neighbours passes both rules."
    ),
}


def why_lost(reason: str, values: Mapping[str, Any]) -> str:
    """Return in the reader's language why nothing saves a parcel."""
    return str(Text(HOPELESS_TITLES[Hopeless(reason)].msgid, values))
