"""Outlines made fit for measuring."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from gis.repair import Repaired, areas_of, repair

BOWTIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
coordinate = st.integers(0, 12).map(float)
rings = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=9)


def fixed(*shapes: shapely.Geometry | None) -> Repaired:
    return repair(np.array([*shapes, None], dtype=object)[:-1], np.arange(1, len(shapes) + 1))


@given(st.lists(rings, min_size=1, max_size=6))
@settings(deadline=None, max_examples=150)
def test_every_row_is_either_a_valid_area_or_has_its_reason(given_rings: list) -> None:
    result = fixed(*[Polygon(ring) for ring in given_rings])
    for shape, code in zip(result.outlines, result.codes, strict=True):
        assert (shape is None) == (code != "")
        if shape is not None:
            assert shape.is_valid
            assert shape.area > 0
            assert shape.geom_type in ("Polygon", "MultiPolygon")


@given(rings)
@settings(deadline=None, max_examples=150)
def test_a_valid_area_is_not_changed(ring: list[tuple[float, float]]) -> None:
    hull = shapely.convex_hull(shapely.multipoints(ring))
    if hull.area > 0:
        assert shapely.equals_exact(fixed(hull).outlines[0], hull, 0.0)


@given(rings)
@settings(deadline=None, max_examples=150)
def test_mending_never_reaches_beyond_the_outline(ring: list[tuple[float, float]]) -> None:
    outline = Polygon(ring)
    shape = fixed(outline).outlines[0]
    if shape is not None:
        hull = shapely.multipoints(ring).convex_hull
        assert shape.area <= hull.area * (1 + 1e-9)
        assert hull.buffer(1e-6).covers(shape)


def test_a_bow_tie_keeps_both_its_wings_and_says_where_it_crossed() -> None:
    result = fixed(BOWTIE)
    assert result.outlines[0].area == 2
    (finding,) = result.findings
    assert (finding.code, finding.row, finding.x, finding.y) == ("repaired_outline", 1, 1, 1)


def test_a_spike_leaves_a_polygon_not_a_collection() -> None:
    spiked = Polygon([(0, 0), (4, 0), (4, 4), (4, 9), (4, 4), (0, 4)])
    assert fixed(spiked).outlines[0].equals(box(0, 0, 4, 4))


def test_heights_are_left_out_and_said_once() -> None:
    high = shapely.force_3d([box(0, 0, 1, 1), box(2, 0, 3, 1)], 5.0)
    result = fixed(*high)
    assert not shapely.has_z(result.outlines).any()
    assert [f.values["rows"] for f in result.findings if f.code == "z_dropped"] == [2]


def test_repeated_vertices_go_and_the_shape_stays() -> None:
    twice = Polygon([(0, 0), (0, 0), (0, 2), (2, 2), (2, 2), (2, 2), (2, 0)])
    result = fixed(box(5, 5, 6, 6), twice)
    assert result.outlines[1].equals(box(0, 0, 2, 2))
    assert shapely.get_num_coordinates(result.outlines[1]) == 5
    assert [(f.row, f.values["vertices"]) for f in result.findings] == [(2, 3)]


def test_each_reason_for_rejection_has_its_name() -> None:
    result = fixed(
        None,
        Polygon(),
        Point(1, 1),
        LineString([(0, 0), (1, 1)]),
        Polygon([(0, 0), (1, 1), (2, 2)]),
        Polygon([(0, 0), (np.nan, 1), (2, 2)]),
        Polygon([(0, 0), (1e300, 1), (2, 2)]),
        box(0, 0, 1, 1),
    )
    assert list(result.codes) == [
        "null_geometry", "null_geometry", "not_polygon", "not_polygon", "no_area_left",
        "not_finite", "not_finite", "",
    ]  # fmt: skip
    assert [f.row for f in result.findings] == [1, 2, 3, 4, 5, 6, 7]


def test_areas_are_taken_out_of_a_mixed_collection() -> None:
    mixed = GeometryCollection([Point(9, 9), box(0, 0, 1, 1), MultiPolygon([box(3, 0, 4, 1)])])
    result = fixed(mixed, GeometryCollection([Point(0, 0)]), GeometryCollection([box(0, 0, 1, 1)]))
    assert result.outlines[0].area == 2
    assert list(result.codes) == ["", "not_polygon", ""]
    assert [f.row for f in result.findings if f.code == "parts_dropped"] == [1]


def test_the_callers_outlines_are_left_alone() -> None:
    given_shapes = np.array([BOWTIE, None], dtype=object)
    repair(given_shapes, np.array([1, 2]))
    assert given_shapes[0] is BOWTIE


def test_a_long_honest_outline_with_one_defect_is_mended_not_refused() -> None:
    turn = np.linspace(0, 2 * np.pi, 50_000, endpoint=False)
    circle = np.column_stack([np.cos(turn), np.sin(turn)]) * 1000
    circle[[100, 101]] = circle[[101, 100]]
    result = fixed(Polygon(circle))
    assert result.codes[0] == ""
    assert abs(result.outlines[0].area - np.pi * 1e6) < 1


def test_nothing_with_an_area_is_nothing() -> None:
    assert areas_of(GeometryCollection([Point(0, 0), LineString([(0, 0), (1, 1)])])) is None


def test_a_collection_of_areas_only_becomes_those_areas_and_counts_as_changed() -> None:
    areas = shapely.multipolygons([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10)])
    collection = np.array([shapely.geometrycollections([areas])], dtype=object)
    repaired = repair(collection, np.array([1]))
    assert repaired.is_changed.tolist() == [True]
    assert repaired.outlines[0].geom_type == "MultiPolygon"
    assert repaired.outlines[0].equals(areas)


def test_an_outline_that_the_first_way_of_mending_leaves_broken_is_mended_another_way() -> None:
    # from a city's layer in degrees: GEOS' structure method gives areas that it cannot unite
    wkb = (
        "0103000000010000000D000000BFEE7A3A81C851C083526D3AA5334540AB5950AF81C851C02FD484B9A433"
        "4540F92742D681C851C06728750FA533454097C4252482C851C02FD484B9A433454097C4252482C851C04B"
        "FE7CE4A433454080A9429384C851C01DB41989A133454032DB506C84C851C0018A215EA133454080A94293"
        "84C851C0E65F2933A1334540CF7734BA84C851C0018A215EA1334540943E6D1E84C851C07132020AA23345"
        "4048F633FD81C851C06728750FA5334540AB5950AF81C851C0D7D055BBA5334540BFEE7A3A81C851C08352"
        "6D3AA5334540"
    )
    outline = shapely.from_wkb(wkb)
    (mended,) = fixed(outline).outlines
    assert mended.is_valid
    assert mended.bounds == pytest.approx(outline.bounds, abs=1e-12)
    assert mended.area > outline.area  # whose lobes count against one another


def test_every_finding_about_a_row_says_where() -> None:
    outlines = [
        shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]),
        shapely.Polygon([(5, 5), (5, 5), (8, 5), (8, 8)]),
        shapely.Point(2, 3),
        shapely.Polygon([(1, 1), (4, 1), (7, 1)]),
    ]
    found = repair(np.array(outlines, dtype=object), np.arange(1, 5)).findings
    assert {f.code for f in found} == {
        "repaired_outline", "repeated_vertices", "not_polygon", "no_area_left"
    }  # fmt: skip
    assert {(f.code, f.x, f.y) for f in found if f.code != "repaired_outline"} == {
        ("repeated_vertices", 5, 5), ("not_polygon", 2, 3), ("no_area_left", 1, 1)
    }  # fmt: skip
    assert all(f.x is not None and f.y is not None for f in found)
