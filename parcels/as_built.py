"""The as-built check (竣工图): Y asked again of the new arable that was really made."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from gis.survey_area import survey_area_m2
from gis.zones import in_working_crs
from parcels.policy import NewArableFrom, Policy
from parcels.rules import new_arable
from parcels.rules.verdicts import Verdict

KEY = ("village_code", "parcel_no")


def check_as_built(
    surveyed: gpd.GeoDataFrame, policy: Policy, *, villages: BaseGeometry | None = None
) -> pd.DataFrame:
    """Judge surveyed parcels by the policy's Y on what the survey measured.

    The survey's own new arable column counts; where it is empty the policy's way of reckoning from
    the area does. ``villages`` is in the parcels' CRS. Columns: area_m2, new_arable_m2, verdict,
    reasons; index as given.
    """
    planar = in_working_crs(surveyed)
    if villages is not None and planar.crs != surveyed.crs:
        villages = gpd.GeoSeries([villages], crs=surveyed.crs).to_crs(planar.crs).iloc[0]
    measured = planar.assign(area_m2=survey_area_m2(surveyed.geometry.to_numpy(), surveyed.crs))
    if measured["declared_new_arable_m2"].notna().any():
        policy = replace(policy, new_arable_from=NewArableFrom.COLUMN)
    answer = new_arable.judge(measured, policy, villages)
    return pd.DataFrame(
        {
            "area_m2": measured["area_m2"],
            "new_arable_m2": answer.figures["new_arable_m2"],
            "verdict": answer.verdict,
            "reasons": pd.Series(answer.reasons, index=measured.index, dtype=object),
        },
        index=surveyed.index,
    )


def counted_as_built_m2(verdict: pd.Series, new_arable_m2: pd.Series) -> pd.Series:
    """Return what each surveyed parcel brings to the fourth total: 0 where it fails Y."""
    counts = verdict.isin([Verdict.PASS, Verdict.NOT_APPLICABLE])
    return pd.Series(np.where(counts, new_arable_m2.fillna(0.0), 0.0), index=verdict.index)


def occurrences(rows: pd.DataFrame) -> pd.Series:
    """Return which one of its village and number each row is, from 1, in order of rows."""
    return rows.groupby(list(KEY)).cumcount() + 1
