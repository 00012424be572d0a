"""Polygons as rings and back, and the search for boxes that meet."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from gis.boxes import boxes_that_meet
from gis.rings import rings_of

PIERCED = box(0, 0, 9, 9).difference(box(2, 2, 4, 4)).difference(box(5, 5, 6, 6))
SHAPES = np.array(
    [box(0, 0, 1, 1), None, PIERCED, Polygon(), MultiPolygon([PIERCED, box(20, 0, 22, 2)]),
     Polygon([(0, 0), (3, 0), (0, 3)]), MultiPolygon([box(5, 5, 6, 6), box(8, 8, 9, 9)]), None],
    dtype=object,
)  # fmt: skip


def test_rings_become_the_shapes_they_were() -> None:
    back = rings_of(SHAPES).shapes()
    expected = [None if shape is None or shape.is_empty else shape for shape in SHAPES]
    assert [shapely.to_wkb(shape) for shape in back] == [shapely.to_wkb(s) for s in expected]
    assert rings_of(np.array([None], dtype=object)).shapes().tolist() == [None]


def test_chosen_polygons_come_in_the_order_asked_for() -> None:
    chosen = np.array([6, 2, 1, 2])
    back = rings_of(SHAPES).of(chosen).shapes()
    assert [shapely.to_wkb(shape) for shape in back] == [shapely.to_wkb(SHAPES[c]) for c in chosen]


@pytest.mark.parametrize("outlier", [0.0, 1e7])
def test_the_same_boxes_meet_as_in_geos(outlier: float) -> None:
    rng = np.random.default_rng(9)
    parcels = box(*(west_south := rng.uniform(0, 900, (2, 700))), *(west_south + 40))
    parcels = np.append(parcels, [box(outlier, 0, outlier + 5, 5), None])
    places = rng.uniform(0, 900, (2, 9000))
    houses = np.append(shapely.buffer(shapely.points(places.T), 6, quad_segs=2), [None, Polygon()])
    parcel_of, house_of = boxes_that_meet(rings_of(parcels), rings_of(houses))
    expected = shapely.STRtree(houses).query(parcels)
    expected = expected[:, np.lexsort(expected[::-1])]
    assert parcel_of.tolist() == expected[0].tolist()
    assert house_of.tolist() == expected[1].tolist()
    assert len(parcel_of) > 5000


def test_nothing_meets_nothing() -> None:
    nothing, something = rings_of(np.array([], dtype=object)), rings_of(SHAPES)
    for ones, others in ((nothing, something), (something, nothing), (nothing, nothing)):
        assert boxes_that_meet(ones, others)[0].size == 0
