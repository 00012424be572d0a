"""Rule 1: every parcel contains at least X % structures (构筑物占比)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.cover import structure_cover
from gis.findings import Finding, FindingKind
from gis.language import _
from gis.units import format_limit, format_m2, format_share, reach, rounded_m2
from parcels.frames import Structures
from parcels.policy import Policy, StructureUnit
from parcels.rules.groups import alone, by_block, sizes, summed
from parcels.rules.rule import Answer, Rule
from parcels.rules.verdicts import Verdict

COVERED_AT_LEAST = 0.99  # of a parcel's area; outlines of coverage and parcel differ by slivers


def judge(
    parcels: gpd.GeoDataFrame,
    structures: Structures,
    policy: Policy,
    coverage: BaseGeometry | None,
) -> Answer:
    """Judge the structure content.

    ``structure_m2`` = planar cover × (survey area ÷ planar area), half-up to 0.01;
    ``structure_share`` = structure_m2 ÷ area_m2 of those two figures.
    """
    outlines = parcels.geometry.to_numpy()
    buildings = _counted(structures, policy).rings
    area_m2 = parcels["area_m2"].to_numpy()
    groups = by_block(parcels) if policy.structure_unit is StructureUnit.BLOCK else alone(parcels)
    cover = structure_cover(outlines, buildings)
    has_area = area_m2 > 0
    planar_m2 = np.where(has_area, cover.planar_m2, 1.0)
    structure_m2 = rounded_m2(cover.area_m2 * area_m2 / planar_m2)
    part_m2, whole_m2 = (rounded_m2(summed(m2, groups)) for m2 in (structure_m2, area_m2))
    passes = reach(part_m2, whole_m2, policy.min_share) & has_area
    unread = ~(is_covered(outlines, ~passes, coverage) & has_area)
    is_read = summed(unread.astype(np.float64), groups) == 0
    verdict = np.where(
        passes, Verdict.PASS, np.where(is_read, Verdict.FAIL, Verdict.UNDETERMINED)
    ).astype(object)
    margin_m2 = np.abs(part_m2 - float(policy.min_share) * whole_m2)
    pixel_m = float(policy.pixel_m)
    most_m = summed(cover.most_m, groups)
    close = (verdict != Verdict.UNDETERMINED) & (margin_m2 <= pixel_m * most_m)
    tolerance_m2 = pixel_m * summed(cover.outline_m(close), groups)
    is_near = close & (tolerance_m2 > 0) & (margin_m2 <= tolerance_m2)
    told = np.flatnonzero(~passes | is_near)
    limit = format_limit(policy.min_share)
    touching = summed(cover.structures.astype(np.float64), groups)
    reasons: list[list[Finding]] = [[] for _parcel in range(len(parcels))]
    # plain numbers: taken out of arrays one by one they cost more than all the rest
    columns = (parcels["row"].to_numpy(), verdict, part_m2, whole_m2, margin_m2, sizes(groups),
               touching, is_near, tolerance_m2)  # fmt: skip
    each = zip(told.tolist(), *(column[told].tolist() for column in columns), strict=True)
    for place, row, answer, part, whole, margin, members, touched, near, tolerance in each:
        values = {
            "structure_m2": format_m2(part),
            "area_m2": format_m2(whole),
            "share": format_share(part, whole, policy.min_share),
            "limit": limit,
            "missing_m2": format_m2(margin),
            "parcels": str(members),
        }
        if answer == Verdict.UNDETERMINED:
            reasons[place].append(Finding("structures_not_read", row, values))
        elif answer == Verdict.FAIL:
            code = "share_below" if touched else "no_structures"
            code = "block_share_below" if members > 1 else code
            reasons[place].append(Finding(code, row, values))
        if near:
            shown = {"margin_m2": format_m2(margin), "tolerance_m2": format_m2(tolerance)}
            reasons[place].append(Finding("near_structure_limit", row, values | shown))
    figures = {
        "structure_m2": structure_m2,
        "structure_share": structure_m2 / np.where(has_area, area_m2, np.nan),
    }
    return Answer(verdict, is_near, reasons, figures)


def _counted(structures: Structures, policy: Policy) -> Structures:
    """Return the structures whose class counts under the policy."""
    if not policy.structure_classes:
        return structures
    return structures.of_classes(policy.structure_classes)


def is_covered(
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
        "block_share_below",
        "fails",
        _("Too few structures in the block"),
        _(
            "In its block of {parcels} parcels structures cover {structure_m2} m² of {area_m2} m², "
            "that is {share}; at least {limit} is required: {missing_m2} m² are missing."
        ),
        _("Compare with the imagery; draw missing structures, or form the block differently."),
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
