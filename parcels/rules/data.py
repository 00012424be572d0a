"""Rules about the data itself: they never change a verdict, they tell what to mend or to doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.findings import Finding, FindingKind
from gis.language import Text, _
from gis.units import format_m2

BUILDING_LAND = re.compile(r"^(05|06|07|08|09|100[1-5]|100[7-9]|1109|1201)")
AREA_TOLERANCE_M2 = 0.05
AREA_TOLERANCE_SHARE = 1e-5
OVERLAP_TOLERANCE_M2 = 0.5
SLIVER_THINNESS = 0.02  # 4π·area ÷ perimeter²: a 100 m × 0.6 m strip


@dataclass(frozen=True)
class Surroundings:
    """What a data rule may compare with; outlines are in the parcels' CRS."""

    names: Mapping[str, str] = field(default_factory=dict)
    townships: Mapping[str, BaseGeometry] = field(default_factory=dict)
    other_projects: Mapping[str, Sequence[BaseGeometry]] = field(default_factory=dict)

    def turned(self, given: Any, wanted: Any) -> Surroundings:
        """Return the same ground in another CRS."""
        if given == wanted:
            return self

        def in_wanted(outlines: Sequence[BaseGeometry]) -> list[BaseGeometry]:
            return list(gpd.GeoSeries(list(outlines), crs=given).to_crs(wanted))

        townships = dict(zip(self.townships, in_wanted([*self.townships.values()]), strict=True))
        others = {name: in_wanted(outlines) for name, outlines in self.other_projects.items()}
        return Surroundings(self.names, townships, others)


@dataclass(frozen=True)
class DataRule:
    """A row of the data rules table."""

    kind: FindingKind
    find: Callable[[gpd.GeoDataFrame, Surroundings], list[Finding]]


def _duplicate_numbers(parcels: gpd.GeoDataFrame, _around: Surroundings) -> list[Finding]:
    named = parcels[parcels["parcel_no"] != ""]
    keys = ["village_code", "parcel_no"]
    twice = named[named.duplicated(keys, keep=False)]
    rows = twice.groupby(keys)["row"].agg(list)
    found = []
    for parcel in twice.itertuples():
        others = [row for row in rows[(parcel.village_code, parcel.parcel_no)] if row != parcel.row]
        listed = ", ".join(map(str, others))
        found.append(_at(parcel, "duplicate_number", village=parcel.village, rows=listed))
    return found


def _empty_numbers(parcels: gpd.GeoDataFrame, _around: Surroundings) -> list[Finding]:
    return [_at(p, "empty_number") for p in parcels[parcels["parcel_no"] == ""].itertuples()]


def _empty_villages(parcels: gpd.GeoDataFrame, _around: Surroundings) -> list[Finding]:
    return [_at(p, "empty_village") for p in parcels[parcels["village_code"] == ""].itertuples()]


def _unknown_regions(parcels: gpd.GeoDataFrame, around: Surroundings) -> list[Finding]:
    if not around.names:
        return []
    said = parcels[parcels["village_code"] != ""]
    unknown = said[~said["village_code"].isin(list(around.names))]
    return [_at(p, "unknown_region", code=p.village_code) for p in unknown.itertuples()]


def _other_land(parcels: gpd.GeoDataFrame, _around: Surroundings) -> list[Finding]:
    said = parcels[parcels["land_class"] != ""]
    other = said[~said["land_class"].str.match(BUILDING_LAND)]
    return [_at(p, "not_building_land", land_class=p.land_class) for p in other.itertuples()]


def _area_differs(parcels: gpd.GeoDataFrame, _around: Surroundings) -> list[Finding]:
    gap_m2 = (parcels["declared_area_m2"] - parcels["area_m2"]).abs()
    allowed_m2 = np.maximum(AREA_TOLERANCE_M2, AREA_TOLERANCE_SHARE * parcels["area_m2"])
    # both figures stand at 0.01, so their gap does too: compare in whole cents
    differing = parcels[(gap_m2 * 100).round() > (allowed_m2 * 100)]
    return [
        _at(
            parcel,
            "area_differs",
            declared_m2=format_m2(parcel.declared_area_m2),
            area_m2=format_m2(parcel.area_m2),
            gap_m2=format_m2(abs(parcel.declared_area_m2 - parcel.area_m2)),
        )
        for parcel in differing.itertuples()
    ]


def _overlaps(parcels: gpd.GeoDataFrame, _around: Surroundings) -> list[Finding]:
    outlines = parcels.geometry.to_numpy()
    left, right = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    common = shapely.intersection(outlines[left], outlines[right])
    overlap_m2 = shapely.area(common)
    found = []
    for position in np.flatnonzero(overlap_m2 > OVERLAP_TOLERANCE_M2):
        middle = common[position].representative_point()
        pair = parcels.iloc[left[position]], parcels.iloc[right[position]]
        for one, other in (pair, pair[::-1]):
            values = {
                "parcel_no": one["parcel_no"],
                "other": other["parcel_no"] or f"#{other['row']}",
                "overlap_m2": format_m2(overlap_m2[position]),
            }
            found.append(Finding("parcels_overlap", one["row"], values, middle.x, middle.y))
    return found


def _overlaps_projects(parcels: gpd.GeoDataFrame, around: Surroundings) -> list[Finding]:
    found = []
    outlines = parcels.geometry.to_numpy()
    for name, theirs in around.other_projects.items():
        others = np.asarray(theirs, dtype=object)
        ours, other = shapely.STRtree(others).query(outlines, predicate="intersects")
        common = shapely.intersection(outlines[ours], others[other])
        overlap_m2 = np.bincount(ours, weights=shapely.area(common), minlength=len(parcels))
        is_hit = overlap_m2 > OVERLAP_TOLERANCE_M2
        for parcel, area_m2 in zip(parcels[is_hit].itertuples(), overlap_m2[is_hit], strict=True):
            shown = format_m2(area_m2)
            found.append(_at(parcel, "overlaps_project", project=name, overlap_m2=shown))
    return found


def _slivers(parcels: gpd.GeoDataFrame, _around: Surroundings) -> list[Finding]:
    outlines = parcels.geometry.to_numpy()
    perimeter_m = shapely.length(outlines)
    thinness = 4 * np.pi * shapely.area(outlines) / np.maximum(perimeter_m, 1e-9) ** 2
    thin = parcels[thinness < SLIVER_THINNESS]
    return [_at(p, "sliver", area_m2=format_m2(p.area_m2)) for p in thin.itertuples()]


def _multi_parts(parcels: gpd.GeoDataFrame, _around: Surroundings) -> list[Finding]:
    parts = shapely.get_num_geometries(parcels.geometry.to_numpy())
    several = parcels[parts > 1].assign(parts=parts[parts > 1])
    return [_at(p, "multi_part", parts=int(p.parts)) for p in several.itertuples()]


def _outside_township(parcels: gpd.GeoDataFrame, around: Surroundings) -> list[Finding]:
    found = []
    for code, outline in around.townships.items():
        own = parcels[parcels["township_code"] == code]
        outside_m2 = shapely.area(shapely.difference(own.geometry.to_numpy(), outline))
        is_hit = outside_m2 > OVERLAP_TOLERANCE_M2
        for parcel, area_m2 in zip(own[is_hit].itertuples(), outside_m2[is_hit], strict=True):
            shown = format_m2(area_m2)
            name = around.names.get(code, code)
            found.append(_at(parcel, "outside_township", township=name, outside_m2=shown))
    return found


def _at(parcel: object, code: str, /, **values: object) -> Finding:
    point = parcel.geometry.representative_point()  # type: ignore[attr-defined]
    shown = {"parcel_no": parcel.parcel_no} | values  # type: ignore[attr-defined]
    return Finding(code, parcel.row, shown, point.x, point.y)  # type: ignore[attr-defined]


def _doubt(code: str, title: Text, message: Text, remedy: Text) -> FindingKind:
    return FindingKind(code, "doubt", title, message, remedy)


DATA_RULES: tuple[DataRule, ...] = (
    DataRule(
        _doubt(
            "duplicate_number",
            _("Number used twice in a village"),
            _("Number {parcel_no} stands again in {village}: row {rows}."),
            _("Give one of them a new number; until then they are told apart by their row."),
        ),
        _duplicate_numbers,
    ),
    DataRule(
        _doubt(
            "empty_number",
            _("Parcel without a number"),
            _("The parcel has no number; it is shown by its row."),
            _("Number the parcel and upload the layer again."),
        ),
        _empty_numbers,
    ),
    DataRule(
        _doubt(
            "empty_village",
            _("Parcel without a village code"),
            _("Parcel {parcel_no} has no village code; no township sees or reports it."),
            _("Fill the code (ZLDWDM) and upload the layer again."),
        ),
        _empty_villages,
    ),
    DataRule(
        _doubt(
            "unknown_region",
            _("Village code not in the region table"),
            _("The village code {code} of parcel {parcel_no} is in no region table."),
            _("Mend the code, or import the village into the region table."),
        ),
        _unknown_regions,
    ),
    DataRule(
        _doubt(
            "not_building_land",
            _("Land class is not building land"),
            _("Parcel {parcel_no} has land class {land_class}, which is not building land."),
            _("Check the land survey of the approval's year; take the parcel out if it is right."),
        ),
        _other_land,
    ),
    DataRule(
        _doubt(
            "area_differs",
            _("Declared area differs from the measured one"),
            _(
                "Parcel {parcel_no}: the layer says {declared_m2} m², measured are {area_m2} m²; "
                "they differ by {gap_m2} m²."
            ),
            _("Find out whether outline or area column is out of date; verdicts use the outline."),
        ),
        _area_differs,
    ),
    DataRule(
        _doubt(
            "parcels_overlap",
            _("Parcels overlap"),
            _("Parcel {parcel_no} and {other} share {overlap_m2} m²; it would be counted twice."),
            _("Give the shared ground to one of the two."),
        ),
        _overlaps,
    ),
    DataRule(
        _doubt(
            "overlaps_project",
            _("Overlaps another project"),
            _(
                "{overlap_m2} m² of parcel {parcel_no} lie in a parcel of project {project}; the "
                "same ground cannot be counted in two."
            ),
            _("Take the shared ground out of one of the two projects before it is reported."),
        ),
        _overlaps_projects,
    ),
    DataRule(
        _doubt(
            "sliver",
            _("Very thin outline"),
            _("Parcel {parcel_no} of {area_m2} m² is a sliver, perhaps left over from an overlay."),
            _("Join it with its neighbour or take it out."),
        ),
        _slivers,
    ),
    DataRule(
        _doubt(
            "multi_part",
            _("Parcel in several parts"),
            _("Parcel {parcel_no} consists of {parts} parts; the rules speak of single parcels."),
            _("Split it into single parcels, each with a number of its own."),
        ),
        _multi_parts,
    ),
    DataRule(
        _doubt(
            "outside_township",
            _("Parcel outside its township"),
            _("{outside_m2} m² of parcel {parcel_no} lie outside {township}."),
            _("Check the village code and the outline."),
        ),
        _outside_township,
    ),
)
