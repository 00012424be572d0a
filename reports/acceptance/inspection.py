"""What an inspection says of a parcel, the grounds of refusal, and what may be accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from gis.language import Problem, Text, _
from parcels.workflow import STEP_TITLES, Step, earlier
from reports.ceilings import ROUNDING_M2, Breach
from reports.daily import MOST_M2

RECORDED_ON_SITE = (Step.COUNTY_ACCEPTED, Step.CITY_ACCEPTED, Step.FILED)
"""The steps the county records, never the township."""


class Ground(StrEnum):
    """Why a parcel is refused."""

    BUILDING_LEFT = "building_left"
    RUBBLE = "rubble"
    SOIL_THIN = "soil_thin"
    NOT_PLANTED = "not_planted"
    TREES = "trees"
    UNDER_MINIMUM = "under_minimum"
    OVERLAP = "overlap"
    NO_STRUCTURE = "no_structure"
    OUTLINE_DIFFERS = "outline_differs"
    PHOTOS = "photos"


GROUND_TITLES: dict[Ground, Text] = {
    Ground.BUILDING_LEFT: _("Building or foundation left"),
    Ground.RUBBLE: _("Rubble not cleared"),
    Ground.SOIL_THIN: _("Soil too thin"),
    Ground.NOT_PLANTED: _("Not planted"),
    Ground.TREES: _("Trees planted"),
    Ground.UNDER_MINIMUM: _("New arable under the minimum"),
    Ground.OVERLAP: _("Overlaps another project"),
    Ground.NO_STRUCTURE: _("No structure on the image of the approval date"),
    Ground.OUTLINE_DIFFERS: _("Outline differs from the design"),
    Ground.PHOTOS: _("Photos missing or of another place"),
}


@dataclass(frozen=True)
class Result:
    """What was found on one parcel; ``area_m2`` is what is accepted now, 0 where refused."""

    ledger_id: int
    is_accepted: bool
    area_m2: float = 0.0
    grounds: tuple[Ground, ...] = ()
    to_mend: str = ""
    mend_by: date | None = None


def require_sound_results(results: Sequence[Result], day: date) -> None:
    """Raise Problem for a result that says too little or contradicts itself."""
    if not results:
        raise Problem(_("Choose at least one parcel."))
    if len({result.ledger_id for result in results}) < len(results):
        raise Problem(_("A parcel stands twice in this inspection; keep one result."))
    for result in results:
        if result.is_accepted and (result.grounds or not 0 < result.area_m2 < MOST_M2):
            raise Problem(_("An accepted parcel has an area and no ground of refusal."))
        if not result.is_accepted and not (result.grounds and result.to_mend.strip()):
            raise Problem(_("A refusal needs a ground from the list and what is to be mended."))
        if not result.is_accepted and (result.mend_by is None or result.mend_by < day):
            raise Problem(_("A refusal needs the day by which it is mended."))


def acceptance_breaches(
    results: Sequence[Result], step: Step, parcels: pd.DataFrame, done_m2: pd.DataFrame
) -> list[Breach]:
    """Return every acceptance above its ceiling: what the step before has confirmed.

    ``parcels``: index ledger_id; parcel_no, area_m2, is_counted. ``done_m2``: index ledger_id, a
    column per Step with confirmed area. Refusals have no ceiling.
    """
    before = earlier(step)
    assert before is not None  # noqa: S101  acceptance is never the first step
    found: list[Breach] = []
    for result in results:
        if result.ledger_id not in parcels.index:
            ground = _("This parcel does not belong to the township.")
            found.append(Breach(f"#{result.ledger_id}", step, result.area_m2, 0.0, ground))
            continue
        parcel = parcels.loc[result.ledger_id]
        if not result.is_accepted:
            continue
        number = str(parcel["parcel_no"])
        if not parcel["is_counted"]:
            ground = _("The parcel does not pass the rules or is withdrawn; it cannot be accepted.")
            found.append(Breach(number, step, result.area_m2, 0.0, ground))
            continue
        has = result.ledger_id in done_m2.index
        first_m2 = float(done_m2.at[result.ledger_id, before]) if has else 0.0
        own_m2 = float(done_m2.at[result.ledger_id, step]) if has else 0.0
        ceiling_m2 = max(min(first_m2, float(parcel["area_m2"])) - own_m2, 0.0)
        if result.area_m2 > ceiling_m2 + ROUNDING_M2:
            ground = _(
                "The step before it, “{step}”, is not confirmed that far.",
                step=STEP_TITLES[before],
            )
            found.append(Breach(number, step, result.area_m2, ceiling_m2, ground))
    return found


def require_open(
    results: Sequence[Result], step: Step, parcels: pd.DataFrame, done_m2: pd.DataFrame
) -> None:
    """Raise Problem when a parcel is refused that is accepted wholly: it would be both."""
    before = earlier(step)
    assert before is not None  # noqa: S101  acceptance is never the first step
    for result in results:
        if result.is_accepted or not {result.ledger_id} <= {*parcels.index} & {*done_m2.index}:
            continue
        own_m2 = float(done_m2.at[result.ledger_id, step])
        if own_m2 > 0 and own_m2 > float(done_m2.at[result.ledger_id, before]) - ROUNDING_M2:
            raise Problem(
                _("Parcel {number} is accepted already; strike that result out first.",
                  number=parcels.at[result.ledger_id, "parcel_no"])
            )  # fmt: skip


def open_refusals(results: pd.DataFrame) -> pd.DataFrame:
    """Return the refusals that no later result of the same parcel and step has answered.

    ``results``: ledger_id, step, is_accepted, in the order they were recorded.
    """
    if results.empty:
        return results
    last = results.groupby(["ledger_id", "step"], sort=False).tail(1)
    return last[~last["is_accepted"].astype(bool)]
