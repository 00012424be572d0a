"""Failing parcels that nothing saves: said honestly, each with its reason."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gis.units import format_limit, format_m2
from parcels.remedies.candidates import Ground
from parcels.remedies.kinds import Hopeless
from parcels.rules.verdicts import Verdict

COLUMNS = (
    "row", "parcel_no", "township_code", "township", "village_code", "village", "area_m2",
    "structure_m2", "structure_share", "new_arable_m2",
)  # fmt: skip


def lost_parcels(ground: Ground, saved_rows: set[int]) -> pd.DataFrame:
    """Return the failing parcels that no proposal takes in, with ``reason`` and its ``values``."""
    failing = ground.parcels[ground.is_failing]
    lost = failing[~failing["row"].isin(saved_rows)]
    told = [_reason(ground, int(place)) for place in lost.index]
    table = pd.DataFrame(lost)[[*COLUMNS]]
    return table.assign(
        reason=[reason for reason, _values in told], values=[values for _reason, values in told]
    )


def _reason(ground: Ground, place: int) -> tuple[Hopeless, dict[str, Any]]:
    verdict, policy = ground.new_arable_verdicts[place], ground.policy
    if verdict == Verdict.UNDETERMINED:
        return Hopeless.NEW_ARABLE_UNKNOWN, {}
    if not ground.built_m2[place] > 0 and policy.min_share > 0:
        return Hopeless.NO_STRUCTURES, {}
    is_short = verdict == Verdict.FAIL
    if is_short and not ground.neighbours.get(place):
        return Hopeless.TOO_SMALL_ALONE, {}
    if not is_short and ground.is_asked_arable[place] and policy.min_share > 0:
        most_m2 = ground.built_m2[place] / float(policy.min_share)
        arable_m2 = most_m2 * ground.arable_m2[place] / ground.area_m2[place]
        if arable_m2 < float(policy.min_new_arable_m2):
            return Hopeless.TWO_RULES_APART, {
                "most_m2": format_m2(most_m2),
                "limit": format_limit(policy.min_share),
                "arable_m2": format_m2(arable_m2),
                "least_m2": format_m2(float(policy.min_new_arable_m2)),
            }
    return Hopeless.NOTHING_HELPS, {}
