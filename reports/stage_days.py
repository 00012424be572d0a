"""How far every parcel stood at the end of every day, found in one pass over the work.

The same answer as ``completion.current_step`` of ``done_m2(events, until=day)`` for each day, which
a map that runs through the days cannot ask a hundred times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from parcels.ledger.opening import is_opening
from parcels.workflow import ORDER, WHOLE_M2, EventState

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class StageDays:
    """Changes of stage by day; ``first``…``last`` are the days a map runs through.

    A place is 0 before the first step, else 1 + the step's place in ``ORDER``. ``on`` counts days
    from ``first``; what changed before it has a negative day. Rows are those of the parcels.
    """

    first: date
    last: date
    count: int
    on: Places
    rows: Places
    places: Places
    moved_on: Places
    moved_rows: Places

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def day_no(self, day: date) -> int:
        """Return a day's number, held within the days of the map."""
        return min(max((day - self.first).days, 0), self.days - 1)

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def places_at(self, day: date) -> Places:
        """Return every parcel's place at the end of a day."""
        until = np.searchsorted(self.on, (day - self.first).days, side="right")
        places = np.zeros(self.count, dtype=np.int64)
        places[self.rows[:until]] = self.places[:until]  # the last one written stands
        return places

    def moved_at(self, day: date) -> npt.NDArray[np.bool_]:
        """Tell which parcels had confirmed work of this very day."""
        moved = np.zeros(self.count, dtype=bool)
        number = (day - self.first).days
        start, end = np.searchsorted(self.moved_on, [number, number + 1])
        moved[self.moved_rows[start:end]] = True
        return moved

    def moved_counts(self, rows: npt.NDArray[np.bool_]) -> list[int]:
        """Return how many of the chosen parcels moved on each day of the map."""
        inside = rows[self.moved_rows] & (self.moved_on >= 0) & (self.moved_on < self.days)
        return [int(n) for n in np.bincount(self.moved_on[inside], minlength=self.days)]


def stage_days(parcels: pd.DataFrame, events: pd.DataFrame, *, today: date) -> StageDays:
    """Return the days of these parcels, from the first report to today.

    ``parcels``: ledger_id, area_m2. Events of other parcels are passed over.
    """
    row_of = pd.Series(np.arange(len(parcels)), index=parcels["ledger_id"].to_numpy())
    row_of = row_of[row_of.index.notna()]
    known = (events["state"] == EventState.CONFIRMED) & events["ledger_id"].isin(row_of.index)
    work = events[known]
    reported = work[~work["source"].map(is_opening).astype(bool)]
    first = min(reported["day"].min(), today) if len(reported) else today
    numbers = _numbers(work["day"], first)
    order = np.argsort(numbers, kind="stable")
    numbers = numbers[order]
    rows = row_of.reindex(work["ledger_id"]).to_numpy(dtype=np.int64)[order]
    steps = work["step"].map(ORDER.index).to_numpy(dtype=np.int64)[order]
    areas_m2 = work["area_m2"].to_numpy(dtype=np.float64)[order]
    found = _changes(parcels["area_m2"].to_numpy(dtype=np.float64), numbers, rows, steps, areas_m2)
    moved = pd.DataFrame(
        {
            "on": _numbers(reported["day"], first),
            "row": row_of.reindex(reported["ledger_id"]).to_numpy(dtype=np.int64),
        }
    ).drop_duplicates()
    moved = moved.sort_values("on", kind="stable")
    return StageDays(
        first, today, len(parcels), *found, moved["on"].to_numpy(), moved["row"].to_numpy()
    )


def _numbers(days: pd.Series, first: date) -> Places:
    ordinals = [day.toordinal() for day in days]
    return np.array(ordinals, dtype=np.int64) - first.toordinal()


def _changes(
    area_m2: npt.NDArray[np.float64],
    numbers: Places,
    rows: Places,
    steps: Places,
    areas_m2: npt.NDArray[np.float64],
) -> tuple[Places, Places, Places]:
    """Return day number, row and new place of each change, in order of the days."""
    if not len(numbers):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty
    done_m2 = np.zeros((len(area_m2), len(ORDER)))
    standing = np.zeros(len(area_m2), dtype=np.int64)
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    on, changed, places = [], [], []
    for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True):
        today = slice(start, end)
        np.add.at(done_m2, (rows[today], steps[today]), areas_m2[today])
        touched = np.unique(rows[today])
        whole = done_m2[touched] >= area_m2[touched, None] - WHOLE_M2
        furthest = np.where(whole.any(axis=1), len(ORDER) - whole[:, ::-1].argmax(axis=1), 0)
        is_new = furthest != standing[touched]
        standing[touched] = furthest
        on.append(np.full(int(is_new.sum()), numbers[start]))
        changed.append(touched[is_new])
        places.append(furthest[is_new])
    return np.concatenate(on), np.concatenate(changed), np.concatenate(places)
