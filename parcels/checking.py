"""The check: a pure function of parcels, structures and policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from gis.findings import Finding
from gis.survey_area import survey_area_m2
from gis.zones import in_working_crs
from parcels.frames import Structures, structures_of
from parcels.policy import Policy
from parcels.rules import DATA_RULES, new_arable, structure_content
from parcels.rules.data import Surroundings
from parcels.rules.verdicts import Verdict, overall

FIGURES = ("area_m2", "structure_m2", "structure_share", "new_arable_m2")
VERDICTS = ("structure_verdict", "new_arable_verdict", "verdict")


@dataclass(frozen=True)
class Checked:
    """The parcels with their answers, and what was noticed about the data.

    ``parcels``: the given frame in a metric CRS plus area_m2, structure_m2, structure_share,
    new_arable_m2 (NaN: not known), structure_verdict, new_arable_verdict, verdict, near_limit,
    reasons (a list of Finding).
    """

    parcels: gpd.GeoDataFrame
    findings: tuple[Finding, ...]


def check(
    parcels: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame | Structures,
    policy: Policy,
    *,
    coverage: BaseGeometry | None = None,
    villages: BaseGeometry | None = None,
    around: Surroundings | None = None,
) -> Checked:
    """Judge every parcel under both rules.

    ``coverage`` (in the parcels' CRS) is the area the structures were read from; None: all of it.
    ``villages`` (likewise) is the ground of the village-area layer, for a policy that asks it.
    ``around`` likewise. Findings have their places in the parcels' CRS.
    An empty parcel frame gives an empty result.
    """
    judged = judge(parcels, structures, policy, coverage=coverage, villages=villages)
    ground = (around or Surroundings()).turned(parcels.crs, judged.crs)
    findings = [found for rule in DATA_RULES for found in rule.find(judged, ground)]
    return Checked(judged, tuple(_places_turned(findings, judged.crs, parcels.crs)))


def judge(
    parcels: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame | Structures,
    policy: Policy,
    *,
    coverage: BaseGeometry | None = None,
    villages: BaseGeometry | None = None,
) -> gpd.GeoDataFrame:
    """Return the parcels as ``Checked`` holds them: both rules, without a look at the data."""
    survey_crs = parcels.crs
    planar = in_working_crs(parcels)
    given = structures if isinstance(structures, Structures) else structures_of(structures)
    buildings = given.in_crs(planar.crs)
    if planar.crs != survey_crs:
        coverage, villages = (
            None
            if ground is None
            else gpd.GeoSeries([ground], crs=survey_crs).to_crs(planar.crs).iloc[0]
            for ground in (coverage, villages)
        )
    measured = planar.assign(area_m2=survey_area_m2(parcels.geometry.to_numpy(), survey_crs))
    content = structure_content.judge(measured, buildings, policy, coverage)
    arable = new_arable.judge(measured, policy, villages)
    judged = measured.assign(
        **content.figures,
        **arable.figures,
        structure_verdict=content.verdict,
        new_arable_verdict=arable.verdict,
        verdict=overall(content.verdict, arable.verdict),
        near_limit=content.is_near | arable.is_near,
    )
    grounds = [*map(list.__add__, content.reasons, arable.reasons)]
    judged["reasons"] = pd.Series(grounds, index=judged.index, dtype=object)
    return judged


def _places_turned(findings: list[Finding], given: Any, wanted: Any) -> list[Finding]:
    """Return the findings with their places in the layer's own CRS."""
    if given == wanted or not findings:
        return findings
    places = gpd.points_from_xy([f.x for f in findings], [f.y for f in findings], crs=given)
    return [
        replace(found, x=float(place.x), y=float(place.y))
        for found, place in zip(findings, places.to_crs(wanted), strict=True)
    ]


def with_rejected(
    judged: pd.DataFrame, rejected: pd.DataFrame, grounds: dict[int, str]
) -> pd.DataFrame:
    """Return every row of the file in its order: those that could not be used are undetermined.

    ``rejected`` has the register's columns without figures; ``grounds`` is row → sentence.
    """
    if rejected.empty:
        return judged.sort_values("row", ignore_index=True)
    reasons = [
        [Finding("not_read", row, {"ground": grounds.get(row, "")})] for row in rejected["row"]
    ]
    unread = rejected.assign(
        **dict.fromkeys(FIGURES, np.nan),
        **dict.fromkeys(VERDICTS, Verdict.UNDETERMINED),
        near_limit=False,
    )
    unread["reasons"] = pd.Series(reasons, index=unread.index, dtype=object)
    every = pd.concat([pd.DataFrame(judged), unread], ignore_index=True)
    return every.sort_values("row", ignore_index=True)
