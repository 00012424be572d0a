"""How much of a parcel is open for a step: what a tap reports, and what “all” means in the form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from parcels.workflow import REPORTED_BY_TOWNSHIP, Step, earlier
from reports.counted import is_counted

Basket = Mapping[tuple[int, Step], float]


def left_m2(parcels: pd.DataFrame, done: pd.DataFrame, basket: Basket, step: Step) -> pd.Series:
    """Return how much of each parcel is open for a step: its area or the step before, less done.

    A newer layer may have measured less than the step before did: then it is the parcel's area.

    What the basket holds for the step itself is not taken off; the step before counts with it.
    """
    before = earlier(step)
    if before is None:
        return (parcels["area_m2"] - done[step]).round(2)
    today = {ledger_id: area for (ledger_id, s), area in basket.items() if s is before}
    ceiling = done[before].add(pd.Series(today, dtype="float64"), fill_value=0.0)
    ceiling = ceiling.reindex(done.index).clip(upper=parcels["area_m2"])
    return (ceiling - done[step]).round(2)


def ready_by_step(parcels: pd.DataFrame, done: pd.DataFrame) -> dict[Step, int]:
    """Return for how many counted parcels each step is open."""
    counted = is_counted(parcels)
    return {
        step: int((left_m2(parcels, done, {}, step)[counted] > 0).sum())
        for step in REPORTED_BY_TOWNSHIP
    }


def first_step(ready: Mapping[Step, int], basket: Basket, before: Mapping[Step, int]) -> Step:
    """Return the step to begin with: the draft's, what was most done before, what most wait for.

    ``before`` is how many parcels took each step in the report before: crews go on with it while
    counted parcels are ready. The later one of equals there, the earlier one of those that wait.
    """
    if drafted := Counter(step for _ledger_id, step in basket):
        return max(REPORTED_BY_TOWNSHIP, key=lambda step: drafted[step])
    going_on = [step for step in REPORTED_BY_TOWNSHIP if before.get(step) and ready.get(step)]
    if going_on:
        return max(reversed(going_on), key=lambda step: before[step])
    return max(REPORTED_BY_TOWNSHIP, key=lambda step: ready.get(step, 0))
