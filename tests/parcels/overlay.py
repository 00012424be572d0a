"""What the check must find, by other means: files by pyogrio, overlays by GEOS, areas by PROJ."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Geod, Transformer

ELLIPSOID = Geod(ellps="GRS80")  # CGCS2000's own figures
AREA_ERROR_M = 1e-4  # of the survey area, for each metre of the outline
ROUNDING_M2 = 0.0051


def raw_outlines(file: Path, layer: str) -> tuple[np.ndarray, str]:
    """Return each row's outline as GEOS mends it, None where there is no area; and the CRS."""
    meta, _fids, wkb, _fields = pyogrio.raw.read(file, layer=layer, columns=[])
    outlines = shapely.force_2d(shapely.from_wkb(wkb))
    is_area = np.isin(shapely.get_type_id(outlines), (3, 6))
    outlines = np.where(is_area, sound(np.where(is_area, outlines, None)), None)
    return np.where(shapely.area(outlines) > 0, outlines, None), meta["crs"]


def sound(outlines: np.ndarray) -> np.ndarray:
    return shapely.make_valid(outlines, method="structure", keep_collapsed=False)


def turned(outlines: np.ndarray, given: str, wanted: str) -> np.ndarray:
    """Turn the corners into another system; a few outlines cross themselves then."""
    if given == wanted:
        return outlines
    turn = Transformer.from_crs(given, wanted, always_xy=True)
    moved = shapely.transform(outlines, lambda x, y: turn.transform(x, y), interleaved=False)
    return sound(moved)


def assert_told_as_an_overlay(
    told: Path, parcels: Path, parcels_layer: str, structures: Path, structures_layer: str,
    *, plane: str, min_share: str, least_m2: str,
) -> dict[str, int]:  # fmt: skip
    """Compare a result (CSV of ``check --new-arable-from-area``) row by row; return verdicts.

    ``plane`` is a system of the neighbourhood in which straight stays straight.
    """
    outlines, own = raw_outlines(parcels, parcels_layer)
    built, theirs = raw_outlines(structures, structures_layer)
    flat, lonlat = turned(outlines, own, plane), turned(outlines, own, "EPSG:4326")
    built = turned(built[~shapely.is_missing(built)], theirs, plane)
    of_parcel: list[list[int]] = [[] for _ in flat]
    for one, other in shapely.STRtree(built).query(flat, predicate="intersects").T.tolist():
        of_parcel[one].append(other)
    with told.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["row"]) for row in rows] == list(range(1, len(outlines) + 1))
    verdicts = {"pass": 0, "fail": 0, "undetermined": 0}
    for row, outline, ground, touching in zip(rows, flat, lonlat, of_parcel, strict=True):
        verdicts[row["verdict"]] += 1
        if outline is None:
            assert (row["verdict"], row["area_m2"]) == ("undetermined", ""), row
            continue
        area_m2, perimeter_m = on_the_ellipsoid(ground)
        allowed_m2 = AREA_ERROR_M * perimeter_m + ROUNDING_M2
        assert float(row["area_m2"]) == pytest.approx(area_m2, abs=allowed_m2), row["row"]
        shared = shapely.intersection(outline, shapely.union_all(built[touching])).area
        share = shared / outline.area
        expected_m2 = share * area_m2
        margin_m2 = share * allowed_m2 + ROUNDING_M2
        assert float(row["structure_m2"]) == pytest.approx(expected_m2, abs=margin_m2), row["row"]
        _require_verdicts(row, Fraction(min_share), Decimal(least_m2))
    return verdicts


def on_the_ellipsoid(ground: shapely.Geometry) -> tuple[float, float]:
    """Return m² and outline in m: shells less their holes, whichever way they turn."""
    area_m2 = outline_m = 0.0
    for part in shapely.get_parts(ground):
        for place, ring in enumerate(shapely.get_rings(part)):
            ring_m2, ring_m = ELLIPSOID.polygon_area_perimeter(*shapely.get_coordinates(ring).T)
            area_m2 += -abs(ring_m2) if place else abs(ring_m2)
            outline_m += ring_m
    return area_m2, outline_m


def _require_verdicts(row: dict[str, str], min_share: Fraction, least_m2: Decimal) -> None:
    """Judge again with fractions from the two figures that are printed."""
    part, whole = Fraction(row["structure_m2"]), Fraction(row["area_m2"])
    is_enough = part >= min_share * whole
    is_large = Decimal(row["area_m2"]) >= least_m2
    assert row["structure_verdict"] == ("pass" if is_enough else "fail"), row
    assert row["new_arable_verdict"] == ("pass" if is_large else "fail"), row
    assert row["verdict"] == ("pass" if is_enough and is_large else "fail"), row


def write_blocks(file: Path, to: Path, layers: tuple[str, ...], bounds: tuple) -> None:
    """Write what lies in a window as it is, broken outlines and all."""
    for layer in layers:
        part = gpd.read_file(file, layer=layer, bbox=bounds)
        part.to_file(to, layer=layer, driver="GPKG", engine="pyogrio", SPATIAL_INDEX="NO")
