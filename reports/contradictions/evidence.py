"""What contradicts a claim, whoever saw it; finders are handed in, the comparison is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from parcels.projects import Project
from parcels.workflow import Step

if TYPE_CHECKING:
    from sqlalchemy import Connection

STEP = Step.CLEARED
OVERLOOKED_M2 = 10.0  # two images never fit to the metre; a shed's corner is no contradiction


@dataclass(frozen=True)
class Evidence:
    """Structures seen on a parcel on the day of an image: ``source`` like “structures:4”."""

    ledger_id: int
    image_date: date
    standing_m2: float
    source: str


@dataclass(frozen=True)
class Contradiction:
    """A claim and what was seen after it."""

    ledger_id: int
    claimed_on: date
    claimed_m2: float
    evidence: Evidence


Finder = Callable[["Connection", Project, pd.DataFrame], Iterable[Evidence]]
_FINDERS: dict[str, Finder] = {}


def hand_in_evidence(name: str, find: Finder) -> None:
    """Add a way of seeing what stands; it is handed the claimed parcels and answers for some.

    The frame: index ledger_id; parcel_id, village_code, area_m2, retained_m2, claimed_on (first).
    A finder also says 0 m² where it sees nothing: a newer look at the ground takes the place of
    an older one.
    """
    _FINDERS[name] = find


def evidence(connection: Connection, project: Project, claimed: pd.DataFrame) -> list[Evidence]:
    """Return what every finder saw."""
    return [seen for find in _FINDERS.values() for seen in find(connection, project, claimed)]


def contradicted(
    claimed: pd.DataFrame, events: pd.DataFrame, seen: Iterable[Evidence]
) -> list[Contradiction]:
    """Return the claims that the newest later look at their parcel contradicts.

    ``events``: ledger_id, day, area_m2 of the step, what was taken back below 0. What may stand is
    what was not claimed by then, what the design keeps, and ``OVERLOOKED_M2``.
    """
    newest: dict[int, Evidence] = {}
    for one in seen:
        known = newest.get(one.ledger_id)
        rank = (one.image_date, one.standing_m2)
        if known is None or rank > (known.image_date, known.standing_m2):
            newest[one.ledger_id] = one
    found = []
    for ledger_id, look in newest.items():
        own = events[events["ledger_id"] == ledger_id]
        before = own[own["day"] < look.image_date]
        # what was taken back since is no claim any more
        stands_m2 = min(float(before["area_m2"].sum()), float(own["area_m2"].sum()))
        if before.empty or stands_m2 <= 0:
            continue
        parcel = claimed.loc[ledger_id]
        may_stand_m2 = float(parcel["area_m2"]) - stands_m2 + float(parcel["retained_m2"])
        if look.standing_m2 > max(may_stand_m2, 0.0) + OVERLOOKED_M2:
            worked = before[before["area_m2"] > 0]
            found.append(Contradiction(ledger_id, worked["day"].max(), stands_m2, look))
    return found
