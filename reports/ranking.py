"""The ranking of townships, such that a person can check each place by hand.

A place is decided by the gap to schedule over eligible area alone:
gap = (done − scheduled share × eligible) ÷ eligible. Equal gaps share a place and the next one is
left out. Reasons that are accepted stand beside a place and are never subtracted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum

import numpy as np

from parcels.workflow import ORDER, Step
from reports.ceilings import ROUNDING_M2


def ranks(gaps: Mapping[str, float | None]) -> dict[str, int | None]:
    """Return places by gap to schedule, best first; equal gaps share a place, None has none."""
    # nine decimals of a share: beyond them lies only the noise of dividing
    known = {code: round(gap, 9) for code, gap in gaps.items() if gap is not None}
    places = sorted(known.values(), reverse=True)
    return {code: places.index(known[code]) + 1 if code in known else None for code in gaps}


def tied(places: Mapping[str, int | None]) -> frozenset[str]:
    """Return the codes that share their place with another."""
    count = Counter(place for place in places.values() if place is not None)
    return frozenset(
        code for code, place in places.items() if place is not None and count[place] > 1
    )


@dataclass(frozen=True)
class Waiting:
    """The step at which most eligible ground waits: done so far as before it, not yet at it."""

    step: Step
    parcels: int
    area_m2: float


def waiting_most(area_m2: np.ndarray, done_m2: np.ndarray, counting_step: Step) -> Waiting | None:
    """Return where most ground waits among the steps up to the counting one; None: nowhere.

    ``done_m2`` has a row for each parcel and a column for each step in the order of the works.
    """
    best: Waiting | None = None
    first = np.asarray(area_m2, dtype="float64")
    for place in range(ORDER.index(counting_step) + 1):
        at = np.minimum(done_m2[:, place], area_m2)
        left = np.clip(first - at, 0.0, None)
        is_waiting = left > ROUNDING_M2
        whole_m2 = fsum(left[is_waiting])
        if is_waiting.any() and (best is None or whole_m2 > best.area_m2 + ROUNDING_M2):
            best = Waiting(ORDER[place], int(is_waiting.sum()), whole_m2)
        first = at
    return best
