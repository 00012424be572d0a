"""Exact areas, and structure cover against them on polygon pairs that broke overlays before."""

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box
from shapely.affinity import rotate

from gis import cover
from gis.cover import structure_cover
from gis.exact import exact_area_m2, exact_cover_m2, exact_intersection_m2

NASTY = Path(__file__).parents[2].parent / "shared" / "data" / "nasty_jts_xml"


def covered(parcel: shapely.Geometry, *structures: shapely.Geometry) -> float:
    return float(structure_cover(np.array([parcel]), np.array(structures, dtype=object)).area_m2[0])


def test_exact_areas_of_simple_shapes_are_known_numbers() -> None:
    assert exact_area_m2(box(0, 0, 3, 2)) == 6
    assert exact_area_m2(Polygon([(0, 0), (1, 0), (0, 1)])) == Fraction(1, 2)
    ring = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior])
    assert exact_area_m2(MultiPolygon([ring, box(9, 9, 10, 10)])) == 9
    crossing = Polygon([(0, 0), (3, 3), (3, 0)])
    assert exact_intersection_m2(crossing, Polygon([(0, 1), (3, 1), (3, 2), (0, 2)])) == 1.5
    assert exact_cover_m2(box(0, 0, 4, 4), [box(1, 1, 3, 3), box(2, 2, 9, 9)]) == 7


def nasty_pairs() -> Iterator[tuple[Polygon, Polygon]]:
    for file in sorted(NASTY.rglob("*.xml")):
        for case in ElementTree.parse(file).getroot().iter("case"):
            pair = [read_shape(case.findtext(name)) for name in ("a", "b")]
            if all(s is not None and s.is_valid and not s.is_empty for s in pair):
                yield pair[0], pair[1]


def read_shape(text: str | None) -> Polygon | None:
    words = "".join((text or "").split()) if text and "(" not in text else (text or "").strip()
    if not words:
        return None
    try:
        is_wkt = "(" in words or "EMPTY" in words.upper()
        shape = shapely.from_wkt(words) if is_wkt else shapely.from_wkb(words)
    except shapely.GEOSException:
        return None  # a case about broken text, not about areas
    return shape if shape.geom_type in ("Polygon", "MultiPolygon") else None


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.skipif(not NASTY.is_dir(), reason="the shared test layers are not on this machine")
def test_pairs_that_broke_overlays_have_their_exact_area() -> None:
    compared = 0
    for one, other in nasty_pairs():
        if shapely.get_num_coordinates([one, other]).sum() > 900:
            continue
        exact = float(exact_intersection_m2(one, other))
        expected = 0.0 if exact <= cover.NOISE_M2 else exact
        smaller = min(one.area, other.area)
        assert covered(one, other) == pytest.approx(expected, abs=1e-9 + 1e-9 * smaller)
        compared += 1
    assert compared > 210


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.skipif(not NASTY.is_dir(), reason="the shared test layers are not on this machine")
def test_large_nasty_pairs_agree_with_geos() -> None:
    large = [p for p in nasty_pairs() if shapely.get_num_coordinates(p).sum() > 900]
    agreeing = [
        math.isclose(
            covered(one, other),
            shapely.area(shapely.intersection(one, other)),
            rel_tol=1e-6,
            abs_tol=1e-6 * min(one.area, other.area),
        )
        for one, other in large
    ]
    assert len(agreeing) == 3
    assert all(agreeing)


def test_unions_of_three_follow_from_their_intersections() -> None:
    rng = np.random.default_rng(13)
    for _round in range(20):
        trio = [rotate(box(x, y, x + 8, y + 5), a) for x, y, a in rng.uniform(0, 9, (3, 3))]
        singles = sum(shape.area for shape in trio)
        doubles = sum(float(exact_intersection_m2(a, b)) for a, b in combinations(trio, 2))
        common = shapely.intersection(shapely.intersection(trio[0], trio[1]), trio[2]).area
        union = covered(box(-50, -50, 50, 50), *trio)
        assert union == pytest.approx(singles - doubles + common, abs=1e-6)
