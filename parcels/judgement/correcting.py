"""What a correction of inputs may hold, and what it does to a parcel: pure, no verdict in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from gis.language import Problem, _
from gis.units import half_up
from parcels.checking import judge
from parcels.judgement.vocabulary import Input
from parcels.policy import Policy

GRID_M = 0.01
SAME_DEGREES = 2e-7  # two centimetres: what a map rounds away is no change
FAR_M = 300.0
MOST_SHAPES = 500
MOST_CORNERS = 2_000
LONLAT = 4490


def drawn_structures(
    features: Sequence[Mapping[str, Any]], structures: gpd.GeoDataFrame, parcel: gpd.GeoDataFrame
) -> dict[str, Any]:
    """Return which structures were taken out and put in; both frames in degrees.

    ``features`` are GeoJSON, those shown before carry their row in properties. Raises Problem for
    a shape that cannot be a structure, and when nothing changed.
    """
    if len(features) > MOST_SHAPES:
        raise Problem(_("More than {count} shapes were drawn; draw fewer.", count=MOST_SHAPES))
    before = {int(row.row): row for row in structures.itertuples()}
    kept: set[int] = set()
    added: list[dict[str, str]] = []
    near = _near(parcel)
    for feature in features:
        outline = _polygon(feature.get("geometry"), near)
        told = (feature.get("properties") or {}).get("row")
        row = told if isinstance(told, int) and told in before and told not in kept else None
        if row is not None and _is_same(outline, before[row].geometry):
            kept.add(row)
            continue
        kind = str(structures.loc[structures["row"] == row, "class"].iloc[0]) if row else ""
        added.append({"wkt_lonlat": outline.wkt, "class": kind})
    removed = sorted(set(before) - kept)
    if not added and not removed:
        raise Problem(_("Nothing was drawn, reshaped or deleted on the map."))
    return {"removed": removed, "added": added}


def drawn_outline(
    features: Sequence[Mapping[str, Any]], parcel: gpd.GeoDataFrame
) -> dict[str, Any]:
    """Return the new outline of a parcel (degrees); it must lie on the ground of the old one."""
    if len(features) != 1:
        raise Problem(_("A parcel has one outline; draw exactly one shape."))
    outline = _polygon(features[0].get("geometry"), _near(parcel))
    old = parcel.geometry.iloc[0]
    if _is_same(outline, old):
        raise Problem(_("Nothing was drawn, reshaped or deleted on the map."))
    if outline.intersection(old).area < 0.3 * min(outline.area, old.area):
        raise Problem(_("The new outline hardly meets the old one; that is another parcel."))
    return {"wkt_lonlat": outline.wkt}


def on_the_grid(wkt_lonlat: str, crs: Any) -> BaseGeometry:
    """Return a drawn shape in the layer's CRS, its corners at 0.01 m where that is in metres."""
    placed = gpd.GeoSeries.from_wkt([wkt_lonlat], crs=LONLAT).to_crs(crs).iloc[0]
    if gpd.GeoSeries([placed], crs=crs).crs.is_geographic:
        return placed
    rounded = shapely.set_precision(placed, GRID_M)
    return rounded if rounded.area > 0 else placed


def corrected(
    parcels: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame,
    wanted: Iterable[Mapping[str, Any]],
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return both frames with corrections applied; ``wanted``: row, input, after; oldest first."""
    parcels, structures = parcels.copy(), structures.copy()
    for one in wanted:
        chosen = parcels["row"] == one["row"]
        after = one["after"]
        match Input(one["input"]):
            case Input.VILLAGE:
                parcels.loc[chosen, "village_code"] = after["village_code"]
                parcels.loc[chosen, "township_code"] = after["village_code"][:9]
            case Input.NEW_ARABLE:
                parcels.loc[chosen, "declared_new_arable_m2"] = float(after["new_arable_m2"])
            case Input.OUTLINE:
                outline = on_the_grid(after["wkt_lonlat"], parcels.crs)
                parcels.loc[chosen, "geometry"] = gpd.GeoSeries(
                    [outline] * int(chosen.sum()), index=parcels.index[chosen], crs=parcels.crs
                )
            case Input.STRUCTURES:
                structures = _with_structures(structures, after)
    return parcels, structures


def preview(
    parcel: gpd.GeoDataFrame,
    structures: gpd.GeoDataFrame,
    wanted: Iterable[Mapping[str, Any]],
    policy: Policy,
    **ground: BaseGeometry | None,
) -> pd.Series:
    """Return one parcel as the check would judge it with these corrections."""
    parcels, built = corrected(parcel, structures, wanted)
    figures = ("area_m2", "structure_m2", "structure_share", "new_arable_m2")
    bare = parcels.drop(columns=[name for name in figures if name in parcels])
    return judge(bare, built, policy, **ground).iloc[0]


def new_arable(area_m2: float, wanted_m2: float) -> dict[str, Any]:
    """Return a corrected new arable area; raises Problem for one that cannot be."""
    if not 0 <= wanted_m2 <= area_m2 + 0.05:
        raise Problem(
            _(
                "New arable of {wanted} m² does not fit into a parcel of {area} m².",
                wanted=half_up(wanted_m2, 2),
                area=half_up(area_m2, 2),
            )
        )
    return {"new_arable_m2": float(half_up(wanted_m2, 2))}


def _with_structures(structures: gpd.GeoDataFrame, after: Mapping[str, Any]) -> gpd.GeoDataFrame:
    kept = structures[~structures["row"].isin(after["removed"])]
    if not after["added"]:
        return kept
    first = int(structures["row"].max() if len(structures) else 0) + 1
    rows = pd.DataFrame(
        {
            "row": range(first, first + len(after["added"])),
            "class": [one["class"] for one in after["added"]],
        }
    )
    outlines = [on_the_grid(one["wkt_lonlat"], structures.crs) for one in after["added"]]
    made = gpd.GeoDataFrame(rows, geometry=outlines, crs=structures.crs)
    return pd.concat([kept[["row", "class", "geometry"]], made], ignore_index=True)


def _near(parcel: gpd.GeoDataFrame) -> BaseGeometry:
    west, south, east, north = parcel.total_bounds
    margin = FAR_M / 111_000
    return shapely.box(west - margin, south - margin, east + margin, north + margin)


def _polygon(told: Any, near: BaseGeometry) -> BaseGeometry:
    """Return a drawn polygon, whatever the page sent; raises Problem for anything else."""
    try:
        outline = shape(told)
    except (
        ShapelyError,
        GEOSException,
        TypeError,
        ValueError,
        KeyError,
        AttributeError,
        IndexError,
    ):
        raise Problem(_("What was drawn is no area; draw a polygon.")) from None
    corners = shapely.get_coordinates(outline)
    if outline.geom_type != "Polygon" or not 4 <= len(corners) <= MOST_CORNERS:
        raise Problem(_("What was drawn is no area; draw a polygon."))
    if not np.isfinite(corners).all() or not near.contains(outline):
        raise Problem(_("A shape lies far from the parcel; draw beside the parcel only."))
    if not outline.is_valid or outline.area <= 0:
        raise Problem(_("A drawn outline crosses itself; delete it and draw it again."))
    return shapely.force_2d(outline)


def _is_same(one: BaseGeometry, other: BaseGeometry) -> bool:
    return bool(shapely.equals_exact(one.normalize(), other.normalize(), SAME_DEGREES))
