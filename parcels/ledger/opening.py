"""The opening balance: how far works stood on a day before the system, parcel by parcel.

A row names a parcel, a step and an area (empty: the whole parcel); every step before it is done on
at least that area too. It counts in cumulative figures and is never a day's report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from gis.language import LANGUAGES, Text, _, speaking
from gis.units import format_m2, half_up
from parcels.ledger.workbook import Fault, WorkbookFaults
from parcels.workflow import ORDER, STEP_TITLES, Step

SHEET = "期初数据"
HEADS: tuple[Text, ...] = (
    _("Village code"), _("Parcel number"), _("Step reached"), _("Area done (m²)"),
)  # fmt: skip
OPENING = "opening_balance"
ROUNDING_M2 = 0.005


@dataclass(frozen=True)
class Opening:
    """Area done at a step of a parcel when the system starts, m² at 0.01."""

    ledger_id: int
    step: Step
    area_m2: float


def is_opening(source: str) -> bool:
    """Tell whether a stage event comes from an opening balance and not from a day's report."""
    return source.startswith(f"{OPENING}:")


def _steps_said() -> dict[str, Step]:
    """Return the steps by title in every language: whoever fills the form may have another."""
    said: dict[str, Step] = {}
    for code in LANGUAGES:
        with speaking(code):
            said |= {str(title): step for step, title in STEP_TITLES.items()}
    return said


def openings_of(rows: list[list[Any]], parcels: pd.DataFrame, done: pd.DataFrame) -> list[Opening]:
    """Return the openings of a sheet; raises WorkbookFaults with every cell that cannot be.

    ``parcels``: ledger_id, village_code, parcel_no, area_m2. ``done``: area that stands already,
    index ledger_id, a column per step. Ceilings hold: no more than the parcel, none ahead of the
    step before, with what stands already.
    """
    steps, known = _steps_said(), parcels.to_dict("records")
    by_key: dict[tuple[str, str], list[int]] = {}
    for place, key in enumerate(zip(parcels["village_code"], parcels["parcel_no"], strict=True)):
        by_key.setdefault(key, []).append(place)
    faults: list[Fault] = []
    wanted: dict[int, dict[Step, tuple[float, str]]] = {}
    for line, cells in enumerate(rows[1:], start=2):
        village, number, step_said, area_said = (_text(cells, place) for place in range(4))
        if not (village or number or step_said or area_said):
            continue
        places = by_key.get((village, number), [])
        if len(places) != 1:
            words = (
                _("Several parcels have this number in this village; mend the layer first.")
                if places
                else _("There is no such parcel in this village.")
            )
            faults.append(Fault(f"B{line}", words))
            continue
        parcel = known[places[0]]
        step = steps.get(step_said)
        if step is None:
            words = _("{said} is no step; known are: {steps}.", said=step_said or "—",
                      steps="、".join(map(str, STEP_TITLES.values())))  # fmt: skip
            faults.append(Fault(f"C{line}", words))
            continue
        area_m2 = _area(area_said, parcel["area_m2"])
        if area_m2 is None or not 0 < area_m2 <= parcel["area_m2"] + ROUNDING_M2:
            words = _("The area must lie above 0 and at most at the parcel's {area} m².",
                      area=format_m2(parcel["area_m2"]))  # fmt: skip
            faults.append(Fault(f"D{line}", words))
            continue
        given = wanted.setdefault(int(parcel["ledger_id"]), {})
        if step in given:
            faults.append(Fault(f"C{line}", _("This step of the parcel stands in an earlier row.")))
            continue
        given[step] = (area_m2, f"D{line}")
    area_of = dict(zip(parcels["ledger_id"], parcels["area_m2"], strict=True))
    openings = []
    for ledger_id, given in wanted.items():
        stands = done.loc[ledger_id] if ledger_id in done.index else None
        least, cell = 0.0, ""
        for step in reversed(ORDER):  # an earlier step is done wherever a later one is
            own, own_cell = given.get(step, (0.0, ""))
            if own > least:
                least, cell = own, own_cell
            if not least:
                continue
            already = 0.0 if stands is None else float(stands[step])
            if already + least > area_of[ledger_id] + ROUNDING_M2:
                words = _(
                    "{step}: {already} m² are reported already; with {wanted} m² that is more "
                    "than the parcel's {area} m².",
                    step=STEP_TITLES[step],
                    already=format_m2(already),
                    wanted=format_m2(least),
                    area=format_m2(area_of[ledger_id]),
                )
                faults.append(Fault(cell, words))
                break
            openings.append(Opening(ledger_id, step, least))
    if faults:
        raise WorkbookFaults(faults)
    return openings


def left_over(done: pd.DataFrame) -> list[int]:
    """Return the ledger ids whose later steps exceed earlier ones: an opening they rest on."""
    found = []
    for ledger_id, row in done.iterrows():
        areas = [float(row[step]) for step in ORDER]
        if any(b > a + ROUNDING_M2 for a, b in pairwise(areas)):
            found.append(int(str(ledger_id)))
    return found


def _text(cells: list[Any], place: int) -> str:
    value = cells[place] if place < len(cells) else None
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _area(said: str, whole_m2: float) -> float | None:
    if not said:
        return float(whole_m2)
    try:
        return float(half_up(float(said.replace(",", "")), 2))
    except (ValueError, ArithmeticError):
        return None
