"""Rule 1: every parcel contains at least X % structures (构筑物占比)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.cover import structure_cover, structure_outline_m
from gis.findings import Finding, FindingKind
from gis.language import _
from gis.units import format_limit, format_m2, format_share, half_up, reaches, rounded_m2
from parcels.policy import Policy
from parcels.rules.rule import Answer, Rule
from parcels.rules.verdicts import Verdict

COVERED_AT_LEAST = 0.99  # of a parcel's area; outlines of coverage and parcel differ by slivers


def judge(
    parcels: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame,
    policy: Policy,
    coverage: BaseGeometry | None,
) -> Answer:
    """Judge the structure content.

    ``structure_m2`` = planar cover × (survey area ÷ planar area), half-up to 0.01;
    ``structure_share`` = structure_m2 ÷ area_m2 of those two figures.
    """
    outlines = parcels.geometry.to_numpy()
    buildings = structures.geometry.to_numpy()
    area_m2 = parcels["area_m2"].to_numpy()
    cover = structure_cover(outlines, buildings)
    has_area = area_m2 > 0
    planar_m2 = np.where(has_area, cover.planar_m2, 1.0)
    structure_m2 = rounded_m2(cover.area_m2 * area_m2 / planar_m2)
    passes = np.array(
        [reaches(s, a, policy.min_share) for s, a in zip(structure_m2, area_m2, strict=True)],
        dtype=bool,
    )
    passes &= has_area
    is_read = _is_covered(outlines, ~passes, coverage) & has_area
    verdict = np.where(
        passes, Verdict.PASS, np.where(is_read, Verdict.FAIL, Verdict.UNDETERMINED)
    ).astype(object)
    margin_m2 = np.abs(structure_m2 - float(policy.min_share) * area_m2)
    judged = verdict != Verdict.UNDETERMINED
    tolerance_m2 = np.zeros(len(parcels))
    close = judged & (margin_m2 <= float(policy.pixel_m) * _most_outline_m(outlines, buildings))
    tolerance_m2[close] = float(policy.pixel_m) * structure_outline_m(outlines[close], buildings)
    is_near = close & (tolerance_m2 > 0) & (margin_m2 <= tolerance_m2)
    reasons: list[list[Finding]] = []
    for position, row in enumerate(parcels["row"]):
        values = {
            "structure_m2": format_m2(structure_m2[position]),
            "area_m2": format_m2(area_m2[position]),
            "share": format_share(structure_m2[position], area_m2[position], policy.min_share),
            "limit": format_limit(policy.min_share),
        }
        grounds: list[Finding] = []
        if verdict[position] == Verdict.UNDETERMINED:
            grounds.append(Finding("structures_not_read", row, values))
        elif verdict[position] == Verdict.FAIL:
            code = "share_below" if cover.structures[position] else "no_structures"
            missing = half_up(margin_m2[position], 2)
            grounds.append(Finding(code, row, values | {"missing_m2": f"{missing:,}"}))
        if is_near[position]:
            near = {"margin_m2": margin_m2[position], "tolerance_m2": tolerance_m2[position]}
            shown = {name: format_m2(value) for name, value in near.items()}
            grounds.append(Finding("near_structure_limit", row, values | shown))
        reasons.append(grounds)
    figures = {
        "structure_m2": structure_m2,
        "structure_share": structure_m2 / np.where(has_area, area_m2, np.nan),
    }
    return Answer(verdict, is_near, reasons, figures)


def _most_outline_m(outlines: np.ndarray, buildings: np.ndarray) -> np.ndarray:
    """Return what the outline of the structures inside cannot exceed: a cheap first sieve."""
    parcel_of, building_of = shapely.STRtree(buildings).query(outlines)
    lengths = shapely.length(buildings)[building_of]
    return np.bincount(parcel_of, weights=lengths, minlength=len(outlines))


def _is_covered(
    outlines: np.ndarray, asked: np.ndarray, coverage: BaseGeometry | None
) -> np.ndarray:
    """Tell which of the asked parcels lie inside the area the structures were read from."""
    covered = np.ones(len(outlines), dtype=bool)
    if coverage is None or not asked.any():
        return covered
    shapely.prepare(coverage)
    inside = shapely.covers(coverage, outlines[asked])
    edge = outlines[asked][~inside]
    inside[~inside] = shapely.area(
        shapely.intersection(edge, coverage)
    ) >= COVERED_AT_LEAST * shapely.area(edge)
    covered[asked] = inside
    return covered


KINDS = (
    FindingKind(
        "share_below",
        "fails",
        _("Too few structures"),
        _(
            "Structures cover {structure_m2} m² of {area_m2} m², that is {share}; at least "
            "{limit} is required: {missing_m2} m² are missing."
        ),
        _("Compare with the imagery; draw missing structures, or trim, join or drop the parcel."),
    ),
    FindingKind(
        "no_structures",
        "fails",
        _("No structures"),
        _("No structure lies under this parcel of {area_m2} m²; at least {limit} is required."),
        _("Compare with the imagery; if structures stand there, have the structure layer mended."),
    ),
    FindingKind(
        "structures_not_read",
        "undetermined",
        _("Structures not read here"),
        _(
            "The structure layer's declared coverage does not include this parcel; {structure_m2} "
            "m² of structures are known, {share} of {area_m2} m²."
        ),
        _("Have the structures read here and upload the layer again with its coverage."),
    ),
    FindingKind(
        "near_structure_limit",
        "note",
        _("Near the structure limit"),
        _(
            "The share {share} lies {margin_m2} m² from the limit {limit}; one pixel of the "
            "imagery is worth {tolerance_m2} m² here."
        ),
        _("Measure the structures in the field before anyone relies on this verdict."),
    ),
)
RULE = Rule(
    code="structure_content",
    title=_("Structure content"),
    checks=_("Structure area under the parcel ÷ survey area of the parcel ≥ X."),
    fails_when=_("Structures were read here and cover less than X of the parcel."),
    remedy=_("Mend the structure layer from the imagery; trim, join or drop the parcel."),
    kinds=KINDS,
)
