"""Rule 2: every single parcel inside a village gives at least Y m² of new arable land."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.findings import Finding, FindingKind
from gis.language import _
from gis.units import format_m2, rounded_m2
from parcels.policy import InsideVillage, NewArableFrom, Policy
from parcels.rules.groups import alone, by_touch, sizes, summed
from parcels.rules.rule import Answer, Rule
from parcels.rules.verdicts import Verdict

ABOVE_AREA_TOLERATED_M2 = 0.05


def judge(
    parcels: gpd.GeoDataFrame, policy: Policy, villages: BaseGeometry | None = None
) -> Answer:
    """Judge the new arable area; parcel area is its upper bound, so area < Y proves failure.

    ``villages`` is the village-area layer's ground, for a policy that asks it.
    """
    inside = _inside(parcels, policy, villages)
    may_join = np.array([answer is not False for answer in inside], dtype=bool)
    groups = by_touch(parcels, may_join) if policy.touching_count_as_one else alone(parcels)
    new_arable_m2 = _new_arable_m2(parcels, policy)
    whole_m2 = rounded_m2(summed(parcels["area_m2"].to_numpy(), groups))
    given_m2 = rounded_m2(summed(new_arable_m2, groups))
    perimeter_m = summed(shapely.length(parcels.geometry.to_numpy()), groups)
    least_m2 = float(policy.min_new_arable_m2)
    judged = [
        _one(area, given, least_m2, answer)
        for area, given, answer in zip(whole_m2, given_m2, inside, strict=True)
    ]
    verdict = np.array([answer for answer, _code in judged], dtype=object)
    known_m2 = np.fmin(whole_m2, given_m2)
    margin_m2 = np.abs(known_m2 - least_m2)
    tolerance_m2 = float(policy.pixel_m) * perimeter_m
    is_judged = (verdict == Verdict.PASS) | (verdict == Verdict.FAIL)
    is_near = is_judged & (margin_m2 <= tolerance_m2)
    members = sizes(groups)
    reasons: list[list[Finding]] = [[] for _parcel in range(len(parcels))]
    rows = parcels["row"].to_numpy()
    for place, (_answer, code) in enumerate(judged):
        if not code and not is_near[place]:
            continue
        unknown = np.isnan(given_m2[place])
        values = {
            "area_m2": format_m2(whole_m2[place]),
            "new_arable_m2": "—" if unknown else format_m2(given_m2[place]),
            "limit_m2": format_m2(least_m2),
            "missing_m2": format_m2(max(least_m2 - known_m2[place], 0.0)),
            "parcels": str(members[place]),
        }
        row = int(rows[place])
        if code:
            reasons[place].append(Finding(code, row, values))
        if is_near[place]:
            near = {"margin_m2": margin_m2[place], "tolerance_m2": tolerance_m2[place]}
            shown = {name: format_m2(value) for name, value in near.items()}
            reasons[place].append(Finding("near_new_arable_limit", row, values | shown))
    return Answer(verdict, is_near, reasons, {"new_arable_m2": new_arable_m2})


def _one(
    area_m2: float, new_arable_m2: float, least_m2: float, inside: bool | None
) -> tuple[Verdict, str]:
    if inside is False:
        return Verdict.NOT_APPLICABLE, "outside_village"
    if inside is None:
        return Verdict.UNDETERMINED, "village_unknown"
    if area_m2 < least_m2:
        return Verdict.FAIL, "area_below"
    if np.isnan(new_arable_m2):
        return Verdict.UNDETERMINED, "new_arable_unknown"
    if new_arable_m2 > area_m2 + ABOVE_AREA_TOLERATED_M2 or new_arable_m2 < 0:
        return Verdict.UNDETERMINED, "new_arable_impossible"
    if new_arable_m2 < least_m2:
        return Verdict.FAIL, "new_arable_below"
    return Verdict.PASS, ""


def _new_arable_m2(parcels: gpd.GeoDataFrame, policy: Policy) -> np.ndarray:
    if policy.new_arable_from is NewArableFrom.COLUMN:
        return rounded_m2(parcels["declared_new_arable_m2"].to_numpy())
    if policy.new_arable_from is NewArableFrom.AREA:
        kept = parcels["area_m2"] - parcels["retained_m2"]
        return rounded_m2(kept.to_numpy() * float(policy.coefficient))
    return np.full(len(parcels), np.nan)


def _inside(
    parcels: gpd.GeoDataFrame, policy: Policy, villages: BaseGeometry | None
) -> list[bool | None]:
    if policy.inside_village is InsideVillage.ALL:
        return [True] * len(parcels)
    if policy.inside_village is InsideVillage.ATTRIBUTE:
        return list(parcels["inside_village"])
    if villages is None:
        return [None] * len(parcels)
    outlines = parcels.geometry.to_numpy()
    shapely.prepare(villages)
    common_m2 = shapely.area(shapely.intersection(outlines, villages))
    return [bool(answer) for answer in common_m2 > shapely.area(outlines) / 2]


KINDS = (
    FindingKind(
        "new_arable_below",
        "fails",
        _("Too little new arable"),
        _(
            "New arable {new_arable_m2} m² is below {limit_m2} m²: {missing_m2} m² are missing "
            "(parcel {area_m2} m²)."
        ),
        _("Join with a touching parcel of the same village, keep less land back, or drop it."),
    ),
    FindingKind(
        "area_below",
        "fails",
        _("Parcel smaller than Y"),
        _(
            "The whole parcel has {area_m2} m², {missing_m2} m² less than the {limit_m2} m² of new "
            "arable it must give."
        ),
        _("Join with a touching parcel of the same village, or drop it."),
    ),
    FindingKind(
        "new_arable_unknown",
        "undetermined",
        _("New arable not known"),
        _(
            "The parcel has {area_m2} m², but no new arable area is given, so {limit_m2} m² is "
            "neither shown nor refuted."
        ),
        _("Fill the new arable column, or choose another source of new arable in the policy."),
    ),
    FindingKind(
        "new_arable_impossible",
        "undetermined",
        _("New arable impossible"),
        _("New arable {new_arable_m2} m² does not fit into a parcel of {area_m2} m²."),
        _("Ask the design firm which of the two figures is wrong and mend the layer."),
    ),
    FindingKind(
        "village_unknown",
        "undetermined",
        _("Inside a village or not?"),
        _("Nothing says whether this parcel lies inside a village."),
        _("Fill the column with 是 or 否, or give the village-area layer, and check again."),
    ),
    FindingKind(
        "outside_village",
        "note",
        _("Outside a village"),
        _("The parcel lies outside a village; the rule on new arable does not apply."),
        _("Nothing to do, unless the column is wrong."),
    ),
    FindingKind(
        "near_new_arable_limit",
        "note",
        _("Near the new arable limit"),
        _(
            "New arable lies {margin_m2} m² from the limit {limit_m2} m²; one pixel along the "
            "outline is worth {tolerance_m2} m²."
        ),
        _("Measure the parcel in the field before anyone relies on this verdict."),
    ),
)
RULE = Rule(
    code="new_arable",
    title=_("Minimum new arable area"),
    checks=_("New arable area of each single parcel inside a village ≥ Y."),
    fails_when=_("The new arable area, or the whole parcel, is smaller than Y."),
    remedy=_("Join with a touching parcel of the same village, keep less land back, or drop it."),
    kinds=KINDS,
)
