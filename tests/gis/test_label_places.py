"""A region's name stands inside it, clear of what is drawn."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from gis.label_places import free_place

SIDES = st.floats(0.5, 9.0)


@given(SIDES, SIDES)
def test_a_name_keeps_away_from_a_parcel_that_leaves_room(x: float, y: float) -> None:
    region, parcel = box(0, 0, 10, 10), box(x - 0.5, y - 0.5, x + 0.5, y + 0.5)
    place = Point(free_place(region, shapely.STRtree([parcel])))
    assert region.contains(place)
    assert parcel.distance(place) > 1.5
    assert region.boundary.distance(place) > 0.8


@pytest.mark.parametrize("drawn", [[], [None], [Polygon()], [box(0, 0, 10, 10)]])
def test_without_parcels_or_without_room_a_name_is_still_inside(drawn: list[object]) -> None:
    region = box(0, 0, 10, 10)
    assert region.contains(Point(free_place(region, shapely.STRtree(drawn))))


def test_a_region_narrower_than_the_grid_has_its_name_inside() -> None:
    region = Polygon([(0, 0), (10, 9.99), (10, 10), (0, 0.001)])
    assert region.intersects(Point(free_place(region, shapely.STRtree([]))))
