"""Claim ceilings: no more than the parcel, no step ahead of the one before, nothing backwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from gis.language import Text, _
from gis.units import format_m2
from parcels.impact import SAME_GROUND_M2, SAME_GROUND_SHARE
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES, Step, earlier, later
from reports.daily import Correction, Entry

ROUNDING_M2 = 0.005  # areas stand at 0.01; half a cent is no claim


@dataclass(frozen=True)
class Breach:
    """One claim above its ceiling; areas m². Of a correction: more than can be taken back."""

    parcel_no: str
    step: Step
    claim_m2: float
    ceiling_m2: float
    ground: Text
    is_correction: bool = False
    ledger_id: int = 0

    def __str__(self) -> str:
        if self.is_correction:
            return str(
                _(
                    "Parcel {parcel_no}, {step}: {claim_m2} m² taken back, at most {ceiling_m2} "
                    "m². {ground}",
                    parcel_no=self.parcel_no,
                    step=STEP_TITLES[self.step],
                    claim_m2=format_m2(self.claim_m2),
                    ceiling_m2=format_m2(self.ceiling_m2),
                    ground=self.ground,
                )
            )
        return str(
            _(
                "Parcel {parcel_no}, {step}: {claim_m2} m² claimed, at most {ceiling_m2} m². "
                "{ground}",
                parcel_no=self.parcel_no,
                step=STEP_TITLES[self.step],
                claim_m2=format_m2(self.claim_m2),
                ceiling_m2=format_m2(self.ceiling_m2),
                ground=self.ground,
            )
        )


def breaches(
    entries: Sequence[Entry],
    parcels: pd.DataFrame,
    done_m2: pd.DataFrame,
    corrections: Sequence[Correction] = (),
    *,
    is_filed: bool = False,
) -> list[Breach]:
    """Return every claim above its ceiling: the parcel's area, and what the step before did.

    ``is_filed``: these claims were within their ceilings once. A newer layer may have measured the
    same ground anew: what differs by the survey's own tolerance is no township's breach.

    ``parcels``: index ledger_id; columns parcel_no, area_m2. ``done_m2``: index ledger_id, a
    column per Step with the area done before today, absent parcels having done nothing. Entries
    on parcels that are not in ``parcels`` are breaches with ceiling 0. A correction takes back no
    more than stands, and no more than the step after it leaves.
    """
    today: dict[tuple[int, Step], float] = {}
    for entry in entries:
        key = (entry.ledger_id, entry.step)
        today[key] = today.get(key, 0.0) + entry.area_m2
    for taken in corrections:
        key = (taken.ledger_id, taken.step)
        today[key] = today.get(key, 0.0) - taken.area_m2
    taken_back = {(taken.ledger_id, taken.step) for taken in corrections}
    found: list[Breach] = []
    for (ledger_id, step), claim_m2 in today.items():
        if ledger_id not in parcels.index:
            ground = _("This parcel is not one of yours; choose it from the list.")
            unknown = Breach(f"#{ledger_id}", step, abs(claim_m2), 0.0, ground, ledger_id=ledger_id)
            found.append(unknown)
            continue
        before = {s: _before(done_m2, ledger_id, s) for s in Step}
        after = {s: before[s] + today.get((ledger_id, s), 0.0) for s in Step}
        number = str(parcels.at[ledger_id, "parcel_no"])
        if (ledger_id, step) in taken_back:
            over = _over_taken(step, before, after)
        else:
            area_m2 = float(parcels.at[ledger_id, "area_m2"])
            spare_m2 = max(SAME_GROUND_M2, SAME_GROUND_SHARE * area_m2) if is_filed else 0.0
            over = _over_claimed(step, claim_m2, area_m2, after, spare_m2)
        if over:
            ceiling_m2, ground = over
            is_correction = (ledger_id, step) in taken_back
            most = max(ceiling_m2, 0.0)
            breach = Breach(number, step, abs(claim_m2), most, ground, is_correction, ledger_id)
            found.append(breach)
    return found


def breaches_in_time(
    overall: Sequence[Breach], on_the_day: Sequence[Breach], day: date
) -> list[Breach]:
    """Return both without doubles: what stands at the end, and what would stand on the day itself.

    A report that comes late must also fit the days it is put between.
    """
    known = {(breach.ledger_id, breach.step) for breach in overall}
    dated = [
        replace(breach, ground=_("{ground} (as of {day})", ground=breach.ground, day=day))
        for breach in on_the_day
        if (breach.ledger_id, breach.step) not in known
    ]
    return [*overall, *dated]


def _before(done_m2: pd.DataFrame, ledger_id: int, step: Step) -> float:
    return float(done_m2.at[ledger_id, step]) if ledger_id in done_m2.index else 0.0


Over = tuple[float, Text] | None


def _over_claimed(
    step: Step, claim_m2: float, area_m2: float, after: dict[Step, float], spare_m2: float
) -> Over:
    if step not in REPORTED_BY_TOWNSHIP:
        return 0.0, _("This step is recorded by the county, not by the township.")
    if not claim_m2 > 0:  # said so that what is no number is caught too
        return 0.0, _("An area must be above 0; a mistake is mended by a correction.")
    before_m2 = after[step] - claim_m2
    if after[step] > area_m2 + spare_m2 + ROUNDING_M2:
        return area_m2 - before_m2, _("More than the parcel's area is left for this step.")
    first = earlier(step)
    if first and after[step] > after[first] + ROUNDING_M2:
        ground = _("The step before it, “{step}”, is not that far.", step=STEP_TITLES[first])
        return after[first] - before_m2, ground
    return None


def _over_taken(step: Step, before: dict[Step, float], after: dict[Step, float]) -> Over:
    if step not in REPORTED_BY_TOWNSHIP:
        return 0.0, _("This step is recorded by the county, not by the township.")
    if after[step] < -ROUNDING_M2:
        return before[step], _("No more stands reported there.")
    following = next(iter(later(step)), None)
    if following and after[following] > after[step] + ROUNDING_M2:
        ground = _(
            "The step after it, “{step}”, stands at {area} m²; take that back first.",
            step=STEP_TITLES[following],
            area=format_m2(after[following]),
        )
        return before[step] - after[following], ground
    return None
