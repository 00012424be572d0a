"""Other limits on the same figures: what X and Y would do, from what was measured once.

Pure and without shapes once ``measured`` has been made: an answer for a county is a few
milliseconds. A test holds it to the check itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely.geometry.base import BaseGeometry

from gis.units import reach, rounded_m2
from parcels.policy import Policy, StructureUnit
from parcels.rules.groups import alone, by_block, by_touch, summed
from parcels.rules.new_arable import ABOVE_AREA_TOLERATED_M2
from parcels.rules.structure_content import is_covered
from parcels.rules.verdicts import Verdict, overall

Floats = npt.NDArray[np.float64]
OUTSIDE, INSIDE, UNKNOWN = 0, 1, -1


@dataclass(frozen=True)
class Measured:
    """What both rules ask of each parcel, whatever the limits are; m², in the frame's order.

    ``part_m2`` of ``whole_m2`` are structures (of the parcel or its block), ``given_m2`` is new
    arable on ``ground_m2`` (of the parcel or those it touches); ``place``: OUTSIDE, INSIDE or
    UNKNOWN of a village. ``is_known`` is false for rows without an outline: nothing moves them.
    """

    is_known: npt.NDArray[np.bool_]
    part_m2: Floats
    whole_m2: Floats
    is_read: npt.NDArray[np.bool_]
    given_m2: Floats
    ground_m2: Floats
    place: npt.NDArray[np.int64]


def measured(
    parcels: gpd.GeoDataFrame, policy: Policy, coverage: BaseGeometry | None = None
) -> Measured:
    """Return the figures of judged parcels; ``policy`` is the one they were judged by.

    ``parcels``: as ``judged_parcels`` gives them, in a CRS of metres; ``coverage`` likewise.
    """
    is_known = (parcels.geometry.notna() & parcels["area_m2"].notna()).to_numpy()
    every = len(parcels)
    part_m2, whole_m2, given_m2, ground_m2 = np.full((4, every), np.nan)
    is_read, place = np.zeros(every, dtype=bool), np.full(every, UNKNOWN)
    answer = Measured(is_known, part_m2, whole_m2, is_read, given_m2, ground_m2, place)
    known = parcels[is_known]
    if known.empty:
        return answer
    area_m2 = known["area_m2"].to_numpy()
    told = zip(known["new_arable_verdict"], known["reasons"], strict=True)
    where = np.array([_place(verdict, reasons) for verdict, reasons in told])
    blocks = by_block(known) if policy.structure_unit is StructureUnit.BLOCK else alone(known)
    touching = by_touch(known, where != OUTSIDE) if policy.touching_count_as_one else alone(known)
    outlines = known.geometry.to_numpy()
    covered = is_covered(outlines, np.ones(len(known), dtype=bool), coverage) & (area_m2 > 0)
    part_m2[is_known] = rounded_m2(summed(known["structure_m2"].to_numpy(), blocks))
    whole_m2[is_known] = rounded_m2(summed(area_m2, blocks))
    is_read[is_known] = summed((~covered).astype(np.float64), blocks) == 0
    given_m2[is_known] = rounded_m2(summed(known["new_arable_m2"].to_numpy(), touching))
    ground_m2[is_known] = rounded_m2(summed(area_m2, touching))
    place[is_known] = where
    return answer


def what_if(figures: Measured, min_share: Decimal, min_new_arable_m2: Decimal) -> pd.DataFrame:
    """Return structure_verdict, new_arable_verdict and verdict under other limits."""
    known = figures.is_known
    part_m2, whole_m2 = (np.where(known, m2, 0.0) for m2 in (figures.part_m2, figures.whole_m2))
    passes = reach(part_m2, whole_m2, min_share) & (whole_m2 > 0) & known
    structure = np.where(
        passes, Verdict.PASS, np.where(figures.is_read, Verdict.FAIL, Verdict.UNDETERMINED)
    ).astype(object)
    least_m2 = float(min_new_arable_m2)
    given_m2, ground_m2 = figures.given_m2, figures.ground_m2
    is_impossible = (given_m2 > ground_m2 + ABOVE_AREA_TOLERATED_M2) | (given_m2 < 0)
    arable = np.select(
        [
            ~known,
            figures.place == OUTSIDE,
            figures.place == UNKNOWN,
            ground_m2 < least_m2,
            np.isnan(given_m2) | is_impossible,
            given_m2 < least_m2,
        ],
        [
            Verdict.UNDETERMINED,
            Verdict.NOT_APPLICABLE,
            Verdict.UNDETERMINED,
            Verdict.FAIL,
            Verdict.UNDETERMINED,
            Verdict.FAIL,
        ],
        Verdict.PASS,
    ).astype(object)
    structure[~known] = Verdict.UNDETERMINED
    return pd.DataFrame(
        {
            "structure_verdict": structure,
            "new_arable_verdict": arable,
            "verdict": overall(structure, arable),
        },
        dtype=object,
    )


def near_misses(
    figures: Measured, verdicts: pd.DataFrame, min_share: Decimal, min_new_arable_m2: Decimal
) -> pd.DataFrame:
    """Return the failing parcels, the least shortfall first.

    Index: place. Columns: missing_structure_m2, missing_new_arable_m2 (NaN: not missing) and
    shortfall, the larger of both as a share of what is required.
    """
    least_m2 = float(min_new_arable_m2)
    needed_m2 = float(min_share) * figures.whole_m2
    structure = np.where(
        verdicts["structure_verdict"] == Verdict.FAIL, needed_m2 - figures.part_m2, np.nan
    )
    has_m2 = np.fmin(figures.ground_m2, np.maximum(figures.given_m2, 0.0))
    arable = np.where(verdicts["new_arable_verdict"] == Verdict.FAIL, least_m2 - has_m2, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        shortfall = np.fmax(structure / needed_m2, arable / least_m2)
    table = pd.DataFrame(
        {
            "missing_structure_m2": structure,
            "missing_new_arable_m2": arable,
            "shortfall": shortfall,
        }
    )
    failing = table[(verdicts["verdict"] == Verdict.FAIL).to_numpy()]
    return failing.sort_values("shortfall", kind="stable")


def _place(verdict: str, reasons: list[Mapping[str, Any]]) -> int:
    if verdict == Verdict.NOT_APPLICABLE:
        return OUTSIDE
    is_unknown = any(_code(reason) == "village_unknown" for reason in reasons)
    return UNKNOWN if is_unknown else INSIDE


def _code(reason: Any) -> str:
    return reason["code"] if isinstance(reason, Mapping) else reason.code
