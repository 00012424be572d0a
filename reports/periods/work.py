"""Area done by parcel and step, before a period and within it: what every figure is summed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from parcels.ledger.opening import is_opening
from parcels.projects import Project
from parcels.workflow import ORDER, EventState, Step
from reports.counted import is_counted

WORK_COLUMNS = ["ledger_id", "township_code", "step", "before_m2", "within_m2"]
PLACE = {step: place for place, step in enumerate(ORDER)}


def work_of(events: pd.DataFrame, first: date, day: date) -> pd.DataFrame:
    """Return the confirmed work up to ``day`` from ``stage_events``: WORK_COLUMNS.

    ``register.work_sums`` reads the same from the store, summed there.
    """
    chosen = events[(events["state"] == EventState.CONFIRMED) & (events["day"] <= day)]
    is_early = (chosen["day"] < first).to_numpy(dtype=bool)
    is_before = is_early | chosen["source"].map(is_opening).to_numpy(dtype=bool)
    area_m2 = chosen["area_m2"].to_numpy(dtype="float64")
    rows = pd.DataFrame(
        {
            "ledger_id": chosen["ledger_id"].to_numpy(),
            "township_code": chosen["village_code"].str[:9].to_numpy(),
            "step": chosen["step"].to_numpy(),
            "before_m2": np.where(is_before, area_m2, 0.0),
            "within_m2": np.where(is_before, 0.0, area_m2),
        },
        columns=WORK_COLUMNS,
    )
    keys = ["ledger_id", "township_code", "step"]
    return rows.groupby(keys, as_index=False, sort=False).sum()[WORK_COLUMNS]


def counted_work(parcels: pd.DataFrame, work: pd.DataFrame) -> pd.DataFrame:
    """Return the work on parcels that count; on others it is recorded, and no sum holds it."""
    counting = parcels.loc[is_counted(parcels), "ledger_id"]
    return work[work["ledger_id"].isin(counting)]


def done_matrices(parcels: pd.DataFrame, work: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return m² done before and up to the end, a row for each parcel and a column for each step."""
    place = pd.Series(np.arange(len(parcels)), index=parcels["ledger_id"].to_numpy())
    known = work[work["ledger_id"].isin(place.index)]
    rows = place.loc[known["ledger_id"]].to_numpy()
    columns = known["step"].map(PLACE).to_numpy(dtype="int64")
    before = np.zeros((len(parcels), len(ORDER)))
    within = np.zeros_like(before)
    np.add.at(before, (rows, columns), known["before_m2"].to_numpy())
    np.add.at(within, (rows, columns), known["within_m2"].to_numpy())
    return before, before + within


def new_arable_by_day(
    project: Project, parcels: pd.DataFrame, events: pd.DataFrame, first: date, last: date
) -> pd.DataFrame:
    """Return the new arable that each day's confirmed work added: township_code, day, done_m2.

    ``register.new_arable_by_day`` reads the same from the store, summed there.
    """
    eligible = parcels[is_counted(parcels)].set_index("ledger_id")
    chosen = events[
        (events["state"] == EventState.CONFIRMED)
        & (events["step"] == project.counting_step)
        & (events["day"] >= first)
        & (events["day"] <= last)
        & ~events["source"].map(is_opening).astype(bool)
        & events["ledger_id"].isin(eligible.index)
    ]
    of = eligible.loc[chosen["ledger_id"]]
    added = chosen["area_m2"].to_numpy() / of["area_m2"].to_numpy() * of["new_arable_m2"].to_numpy()
    rows = pd.DataFrame(
        {
            "township_code": of["township_code"].to_numpy(),
            "day": chosen["day"].to_numpy(),
            "done_m2": np.nan_to_num(added),
        }
    )
    return rows.groupby(["township_code", "day"], as_index=False).sum()


def eve(day: date) -> date:
    """Return the day before."""
    return day - timedelta(days=1)


def step_column(matrix: np.ndarray, step: Step) -> np.ndarray:
    """Return a step's column of ``done_matrices``."""
    column: np.ndarray = matrix[:, PLACE[step]]
    return column


def steps_by_code(sums: pd.DataFrame) -> dict[str, dict[Step, tuple[float, float]]]:
    """Return township → step → m² before the period and within it."""
    found: dict[str, dict[Step, tuple[float, float]]] = {}
    figures = zip(sums["before_m2"], sums["within_m2"], strict=True)
    for (code, step), (before_m2, within_m2) in zip(sums.index, figures, strict=True):
        found.setdefault(code, {})[step] = (before_m2, within_m2)
    return found


def together(paces: Iterable[Mapping[date, float]]) -> dict[date, float]:
    """Return what each day added in all these places."""
    found: dict[date, float] = {}
    for pace in paces:
        for day, m2 in pace.items():
            found[day] = found.get(day, 0.0) + m2
    return found


def pace_by_code(pace: pd.DataFrame | None) -> dict[str, dict[date, float]]:
    """Return township → day → new arable that the day added."""
    found: dict[str, dict[date, float]] = {}
    if pace is not None:
        for code, day, done_m2 in zip(
            pace["township_code"], pace["day"], pace["done_m2"], strict=True
        ):
            found.setdefault(code, {})[day] = done_m2
    return found
