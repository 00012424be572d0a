"""What structure cover must obey, on shapes as they occur."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from shapely.affinity import rotate, scale, translate

from gis import cover
from gis.cover import structure_cover
from gis.exact import exact_cover_m2, exact_intersection_m2

TOLERANCE_M2 = 1e-8
ZONE_38 = np.array([38_500_000, 4_000_000])


def covered(parcel: shapely.Geometry, *structures: shapely.Geometry) -> float:
    return float(structure_cover(np.array([parcel]), np.array(structures, dtype=object)).area_m2[0])


# Shapes as they occur: turned rectangles, L-shaped houses, stars, courtyards, several parts.
places = st.integers(-400, 400).map(lambda n: n / 8)
sizes = st.integers(1, 400).map(lambda n: n / 8)
angles = st.sampled_from([0, 90, 45]) | st.integers(0, 359)


@st.composite
def rectangles(draw: st.DrawFn) -> Polygon:
    x, y, width, height = draw(places), draw(places), draw(sizes), draw(sizes)
    return rotate(box(x, y, x + width, y + height), draw(angles))


@st.composite
def houses(draw: st.DrawFn) -> Polygon:
    x, y, width, height = draw(places), draw(places), draw(sizes), draw(sizes)
    corners = [(0, 0), (1, 0), (1, 0.5), (0.5, 0.5), (0.5, 1), (0, 1)]
    return rotate(Polygon([(x + width * a, y + height * b) for a, b in corners]), draw(angles))


@st.composite
def stars(draw: st.DrawFn) -> Polygon:
    radii = draw(st.lists(sizes, min_size=3, max_size=14))
    x, y = draw(places), draw(places)
    turns = [2 * math.pi * k / len(radii) for k in range(len(radii))]
    corners = [
        (x + r * math.cos(t), y + r * math.sin(t)) for r, t in zip(radii, turns, strict=True)
    ]
    return Polygon(corners[:: draw(st.sampled_from([1, -1]))])


@st.composite
def courtyards(draw: st.DrawFn) -> Polygon:
    outside = draw(rectangles() | stars() | houses())
    hole = scale(outside, 0.4, 0.4, origin=outside.representative_point())
    assume(outside.contains_properly(hole))
    inner = list(hole.exterior.coords)
    return Polygon(outside.exterior, [inner[:: draw(st.sampled_from([1, -1]))]])


@st.composite
def pairs_of_parts(draw: st.DrawFn) -> MultiPolygon:
    one, other = draw(rectangles() | courtyards()), draw(stars())
    apart = translate(other, one.bounds[2] - other.bounds[0] + 1)
    return MultiPolygon([one, apart])


shapes = rectangles() | houses() | stars() | courtyards() | pairs_of_parts()
shapes = shapes.filter(lambda shape: shape.is_valid)


@settings(max_examples=400, deadline=None)
@given(shapes, shapes)
def test_a_structures_cover_is_the_area_geos_finds(parcel: Polygon, structure: Polygon) -> None:
    expected = shapely.area(shapely.intersection(parcel, structure))
    assert covered(parcel, structure) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(shapes, shapes)
def test_a_structures_cover_is_the_area_in_exact_fractions(
    parcel: Polygon, structure: Polygon
) -> None:
    exact = float(exact_intersection_m2(parcel, structure))
    expected = 0.0 if exact <= cover.NOISE_M2 else exact
    assert covered(parcel, structure) == pytest.approx(expected, abs=TOLERANCE_M2)


@settings(max_examples=200, deadline=None)
@given(shapes, st.lists(shapes, min_size=2, max_size=6))
def test_overlapping_structures_count_once(parcel: Polygon, structures: list[Polygon]) -> None:
    expected = shapely.area(shapely.intersection(parcel, shapely.union_all(structures)))
    assert covered(parcel, *structures) == pytest.approx(expected, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(rectangles(), st.lists(rectangles() | houses(), min_size=2, max_size=4))
def test_overlapping_structures_count_once_in_exact_fractions(
    parcel: Polygon, structures: list[Polygon]
) -> None:
    exact = float(exact_cover_m2(parcel, structures))
    assert covered(parcel, *structures) == pytest.approx(exact, abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(shapes, st.lists(shapes, min_size=1, max_size=5))
def test_cover_is_never_below_nothing_nor_above_the_parcel(
    parcel: Polygon, structures: list[Polygon]
) -> None:
    found = structure_cover(np.array([parcel]), np.array(structures))
    each = [covered(parcel, structure) for structure in structures]
    assert 0 <= max(each) <= found.area_m2[0] + 1e-9
    assert found.area_m2[0] <= min(sum(each) + 1e-9, found.planar_m2[0])
    assert found.planar_m2[0] == pytest.approx(parcel.area, rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(shapes, shapes)
def test_it_does_not_matter_which_of_two_is_the_parcel(one: Polygon, other: Polygon) -> None:
    assert covered(one, other) == pytest.approx(covered(other, one), abs=TOLERANCE_M2)


@settings(max_examples=100, deadline=None)
@given(shapes, shapes, places)
def test_a_parcel_cut_in_two_has_the_same_cover(
    parcel: Polygon, structure: Polygon, at: float
) -> None:
    west = shapely.intersection(parcel, box(-1000, -1000, at, 1000))
    east = shapely.intersection(parcel, box(at, -1000, 1000, 1000))
    halves = [half for half in (west, east) if half.geom_type in ("Polygon", "MultiPolygon")]
    found = structure_cover(np.array(halves), np.array([structure])).area_m2.sum()
    assert found == pytest.approx(covered(parcel, structure), abs=5e-6)


@settings(max_examples=100, deadline=None)
@given(shapes, st.lists(shapes, min_size=1, max_size=4))
def test_eastings_with_zone_numbers_give_the_same_cover(
    parcel: Polygon, structures: list[Polygon]
) -> None:
    def on_a_grid(shape: Polygon) -> Polygon:
        return shapely.transform(shape, lambda xy: np.round(xy * 64) / 64)  # exact in binary

    near = [on_a_grid(shape) for shape in (parcel, *structures)]
    assume(all(shape.is_valid for shape in near))
    far = [shapely.transform(s, lambda xy: xy + ZONE_38) for s in near]
    assert covered(*far) == pytest.approx(covered(*near), abs=1e-6)
