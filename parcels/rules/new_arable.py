"""Rule 2: every single parcel inside a village gives at least Y m² of new arable land."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis.findings import Finding, FindingKind
from gis.language import _
from gis.units import format_m2, rounded_m2
from parcels.policy import InsideVillage, NewArableFrom, Policy
from parcels.rules.rule import Answer, Rule
from parcels.rules.verdicts import Verdict

ABOVE_AREA_TOLERATED_M2 = 0.05


def judge(parcels: gpd.GeoDataFrame, policy: Policy) -> Answer:
    """Judge the new arable area; parcel area is its upper bound, so area < Y proves failure."""
    area_m2 = parcels["area_m2"].to_numpy()
    new_arable_m2 = _new_arable_m2(parcels, policy)
    least_m2 = float(policy.min_new_arable_m2)
    inside = _inside(parcels, policy)
    perimeter_m = shapely.length(parcels.geometry.to_numpy())
    verdicts: list[Verdict] = []
    near: list[bool] = []
    reasons: list[list[Finding]] = []
    for position, row in enumerate(parcels["row"]):
        area, claimed = area_m2[position], new_arable_m2[position]
        values = {
            "area_m2": format_m2(area),
            "new_arable_m2": "—" if np.isnan(claimed) else format_m2(claimed),
            "limit_m2": format_m2(least_m2),
        }
        verdict, code = _one(area, claimed, least_m2, inside[position])
        if code in ("new_arable_below", "area_below"):
            known = claimed if code == "new_arable_below" else area
            values["missing_m2"] = format_m2(least_m2 - known)
        grounds = [Finding(code, row, values)] if code else []
        is_judged = verdict in (Verdict.PASS, Verdict.FAIL)
        known_m2 = min(area, claimed) if not np.isnan(claimed) else area
        tolerance_m2 = float(policy.pixel_m) * perimeter_m[position]
        is_near = is_judged and abs(known_m2 - least_m2) <= tolerance_m2
        if is_near:
            margin = {"margin_m2": abs(known_m2 - least_m2), "tolerance_m2": tolerance_m2}
            shown = {name: format_m2(value) for name, value in margin.items()}
            grounds.append(Finding("near_new_arable_limit", row, values | shown))
        verdicts.append(verdict)
        near.append(is_near)
        reasons.append(grounds)
    return Answer(
        np.array(verdicts, dtype=object),
        np.array(near, dtype=bool),
        reasons,
        {"new_arable_m2": new_arable_m2},
    )


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


def _inside(parcels: gpd.GeoDataFrame, policy: Policy) -> list[bool | None]:
    if policy.inside_village is InsideVillage.ALL:
        return [True] * len(parcels)
    return list(parcels["inside_village"])


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
        _("The column for inside a village is empty or unreadable for this parcel."),
        _("Fill the column with 是 or 否 and upload the layer again."),
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
