"""The judge's queue: failing parcels first, then those near a limit; what was explained is done.

An explanation holds as long as the parcel's outline and figures are those it was given for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from parcels.rules.verdicts import Verdict

FIGURES = ("area_m2", "structure_m2", "new_arable_m2", "structure_verdict", "new_arable_verdict")


def fingerprint(outline: Any, parcel: Any) -> str:
    """Return what changes with the outline (in the layer's own CRS) or a figure."""
    wkb = b"" if outline is None else shapely.to_wkb(outline)
    said = "|".join(
        "" if value is None or (isinstance(value, float) and np.isnan(value)) else str(value)
        for value in (parcel[name] for name in FIGURES)
    )
    return hashlib.sha256(wkb + said.encode()).hexdigest()


def fingerprints(parcels: gpd.GeoDataFrame) -> pd.Series:
    """Return the fingerprint of each row; outlines as the layer had them."""
    rows = pd.DataFrame(parcels[[*FIGURES]]).to_dict("records")
    values = [
        fingerprint(outline, row) for outline, row in zip(parcels.geometry, rows, strict=True)
    ]
    return pd.Series(values, index=parcels.index, dtype=object)


def missing_share(parcels: pd.DataFrame) -> pd.Series:
    """Return how much of X a parcel misses, 0–1 of the limit: the least first in the queue."""
    limit = parcels["min_share"].astype(float)
    share = parcels["structure_share"].astype(float)
    return ((limit - share) / limit.where(limit > 0)).abs().fillna(9.0)


def queue(parcels: pd.DataFrame, explained: Collection[str], *, whole: bool = False) -> list[int]:
    """Return index labels in the order of judging; ``parcels`` have a column fingerprint.

    Failing first, then undetermined, then passing ones near a limit; within each those that miss
    least. ``whole``: those already explained come too, at the end.
    """
    is_open = parcels["verdict"].isin([Verdict.FAIL, Verdict.UNDETERMINED])
    asked = parcels[(is_open | parcels["near_limit"]) & ~parcels["is_withdrawn"]]
    order = {Verdict.FAIL: 0, Verdict.UNDETERMINED: 1}
    keyed = asked.assign(
        is_done=asked["fingerprint"].isin(list(explained)),
        rank=[order.get(Verdict(v), 2) for v in asked["verdict"]],
        missing=missing_share(asked),
    ).sort_values(["is_done", "rank", "missing", "row"])
    return list(keyed.index if whole else keyed.index[~keyed["is_done"]])
