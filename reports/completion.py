"""Completion: one function for every screen, file and command line.

Completion = Σ new_arable_m2 × (area done at the counting step ÷ parcel area)
             ÷ Σ eligible new_arable_m2; eligible = passing and not withdrawn.
A passing parcel whose new arable nobody knows (the rule does not apply outside a village) adds
nothing to either sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import fsum

import numpy as np
import pandas as pd

from parcels.ledger.opening import is_opening
from parcels.projects import Project
from parcels.workflow import ORDER, WHOLE_M2, EventState, Step
from reports.counted import is_counted
from reports.schedule import Plans, scheduled_of, scheduled_share

__all__ = [
    "Completion",
    "accepted_new_arable_m2",
    "by_township",
    "completion",
    "completion_of",
    "current_step",
    "done_m2",
    "eligible_new_arable_m2",
    "new_arable_done_m2",
    "scheduled_share",
]


@dataclass(frozen=True)
class Completion:
    """Areas m², shares 0–1 (None: nothing eligible to divide by).

    ``done_m2`` is new arable counted at the project's counting step, ``accepted_m2`` at county
    acceptance; ``eligible_m2`` is the denominator of both.
    """

    eligible_m2: float
    done_m2: float
    accepted_m2: float
    scheduled: float

    @property
    def share(self) -> float | None:
        return self.done_m2 / self.eligible_m2 if self.eligible_m2 else None

    @property
    def accepted_share(self) -> float | None:
        return self.accepted_m2 / self.eligible_m2 if self.eligible_m2 else None

    @property
    def gap(self) -> float | None:
        """Share ahead of (+) or behind (−) schedule."""
        return None if self.share is None else self.share - self.scheduled


def completion(
    project: Project,
    parcels: pd.DataFrame,
    events: pd.DataFrame,
    *,
    day: date,
    plans: Plans | None = None,
) -> Completion:
    """Return the completion of these parcels at the end of a day, from confirmed work only.

    ``plans`` are the townships' milestones; their curves, weighted by eligible new arable, are the
    schedule. Without them the schedule is an even pace.
    """
    return completion_of(project, parcels, done_m2(events, until=day), day=day, plans=plans)


def completion_of(
    project: Project,
    parcels: pd.DataFrame,
    done: pd.DataFrame,
    *,
    day: date,
    plans: Plans | None = None,
) -> Completion:
    """Return the same from work already summed: ``done`` as ``done_m2`` gives it for that day."""
    at = done.reindex(parcels["ledger_id"], fill_value=0.0)
    eligible_m2 = eligible_new_arable_m2(parcels)
    of_townships = by_township(parcels, eligible_m2, plans)
    # exact sums: two townships that finished everything must not differ in the last digit
    return Completion(
        eligible_m2=fsum(eligible_m2),
        done_m2=fsum(new_arable_done_m2(parcels, at[project.counting_step].to_numpy())),
        accepted_m2=fsum(accepted_new_arable_m2(parcels, at[Step.COUNTY_ACCEPTED].to_numpy())),
        scheduled=scheduled_of(project, day, of_townships, plans or {}),
    )


def by_township(
    parcels: pd.DataFrame, eligible_m2: np.ndarray, plans: Plans | None
) -> dict[str, float]:
    """Return township → eligible new arable; only plans ask for it."""
    if not plans:
        return {}
    by_township = pd.Series(eligible_m2).groupby(parcels["township_code"].to_numpy())
    return {str(code): fsum(areas) for code, areas in by_township}


def eligible_new_arable_m2(parcels: pd.DataFrame) -> np.ndarray:
    """Return the new arable of each parcel, 0 where it does not count or nobody knows it."""
    return np.where(is_counted(parcels), parcels["new_arable_m2"].fillna(0.0), 0.0)


def new_arable_done_m2(parcels: pd.DataFrame, at_step_m2: np.ndarray) -> np.ndarray:
    """Return the new arable that each parcel's area done at a step makes count."""
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (at_step_m2 / parcels["area_m2"].to_numpy(dtype="float64")).clip(0.0, 1.0)
    # a parcel that could not be measured counts nothing anywhere
    return eligible_new_arable_m2(parcels) * np.nan_to_num(part)


def accepted_new_arable_m2(parcels: pd.DataFrame, accepted_m2: np.ndarray) -> np.ndarray:
    """Return the fourth total by parcel: new arable accepted, for the area accepted by the county.

    What the as-built survey measured counts (0 where it fails Y there); a parcel that no survey
    has measured yet counts as designed.
    """
    designed_m2 = new_arable_done_m2(parcels, accepted_m2)
    if "as_built_m2" not in parcels:
        return designed_m2
    surveyed_m2 = parcels["as_built_m2"].to_numpy(dtype="float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        part = (accepted_m2 / parcels["area_m2"].to_numpy(dtype="float64")).clip(0.0, 1.0)
    built_m2 = np.where(is_counted(parcels), surveyed_m2, 0.0) * np.nan_to_num(part)
    return np.where(np.isnan(surveyed_m2), designed_m2, built_m2)


def done_m2(
    events: pd.DataFrame,
    *,
    since: date | None = None,
    until: date | None = None,
    confirmed_only: bool = True,
) -> pd.DataFrame:
    """Return area done: index ledger_id, one column per Step in order of the works, m²."""
    chosen = pd.Series(True, index=events.index)
    if confirmed_only:
        chosen &= events["state"] == EventState.CONFIRMED
    if since is not None:  # an opening balance stood before the system: no period has done it
        chosen &= (events["day"] >= since) & ~events["source"].map(is_opening).astype(bool)
    if until is not None:
        chosen &= events["day"] <= until
    table = events[chosen].pivot_table(
        index="ledger_id", columns="step", values="area_m2", aggfunc="sum", fill_value=0.0
    )
    return table.reindex(columns=list(ORDER), fill_value=0.0)


def current_step(done: pd.DataFrame, parcels: pd.DataFrame) -> pd.Series:
    """Return the furthest step each parcel has finished on its whole area; None before the first.

    Index as ``parcels``; ``parcels`` has ledger_id and area_m2.
    """
    by_parcel = done.reindex(parcels["ledger_id"])
    whole = by_parcel.to_numpy() >= parcels["area_m2"].to_numpy()[:, None] - WHOLE_M2
    furthest = np.where(whole.any(axis=1), whole.shape[1] - whole[:, ::-1].argmax(axis=1), 0)
    named = np.array([None, *ORDER], dtype=object)
    return pd.Series(named[furthest], index=parcels.index, dtype=object)
