"""Lengths of outlines inside parcels: the compiled loop agrees with GEOS, or asks it."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from gis import outline
from gis.outline import cut_m
from gis.rings import rings_of
from tests.gis.test_cover_properties import shapes

FIRST = np.zeros(1, dtype=np.int64)
ZONE_38 = np.array([38_500_000, 4_000_000])


def inside_m(parcel: Polygon, structure: Polygon) -> float:
    return float(
        cut_m(rings_of(np.array([parcel])), rings_of(np.array([structure])), FIRST, FIRST)[0]
    )


@settings(max_examples=150, deadline=None)
@given(shapes, shapes)
def test_an_outline_inside_a_parcel_is_as_long_as_geos_finds(
    parcel: Polygon, other: Polygon
) -> None:
    (expected,) = outline._by_geos(np.array([parcel]), np.array([other]))
    assert inside_m(parcel, other) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_far_from_the_origin_nothing_changes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    turns = np.sort(rng.uniform(0, 2 * np.pi, 9))
    ring = np.c_[np.cos(turns), np.sin(turns)] * rng.uniform(20, 60, (9, 1))
    star, house = Polygon(np.round(ring, 3)), box(*np.round(rng.uniform(-50, 0, 2), 3), 20, 30)
    far = [shapely.transform(s, lambda xy: xy + ZONE_38) for s in (star, house)]
    assert inside_m(*far) == pytest.approx(inside_m(star, house), abs=1e-5)


def test_walls_on_the_parcels_edge_are_left_to_geos(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = outline._by_geos
    monkeypatch.setattr(
        outline, "_by_geos", lambda *pair: asked.append(len(pair[0])) or real(*pair)
    )
    assert inside_m(box(0, 0, 10, 10), box(8, 2, 12, 4)) == pytest.approx(6)
    assert asked == []
    assert inside_m(box(0, 0, 10, 10), box(5, 0, 15, 5)) == pytest.approx(5 + 5 + 5)
    assert asked == [1]
