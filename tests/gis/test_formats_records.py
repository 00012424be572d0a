"""Plain rings taken straight from a .shp: exactly what GDAL and GEOS would have said of them."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from layers_on_disk import shp_and_shx
from shapely import MultiPolygon, Polygon

from gis.formats import handover, read_layer
from gis.formats.records import WORTH_COMPILED, numbers_at
from gis.formats.shp_kernel import read_records
from gis.rings import Rings, rings_of

AT = np.array([38_500_000.0, 3_400_000.0])
Ring = list[tuple[float, float]]


def plain_points(*rings: Ring) -> list[int]:
    """How many points each ring has where it is found plain, 0 where it is not."""
    shp, shx = (np.frombuffer(part, np.uint8) for part in shp_and_shx(list(rings)))
    entries = np.frombuffer(shx.tobytes()[100:], ">i4").reshape(-1, 2).astype(np.int64) * 2
    starts, lengths = np.ascontiguousarray(entries[:, 0]), np.ascontiguousarray(entries[:, 1])
    kinds, points = np.empty_like(starts), np.empty_like(starts)
    read_records(shp, starts, lengths, kinds, points, np.empty((len(starts), 4)), 0, len(starts))
    assert (kinds == 5).all()
    assert (numbers_at(shp, starts + 4, ">i4") * 2 == lengths).all()
    return [int(count) for count in points]


# few different places, so that edges touch, fold back and run along one another all the time
places = st.integers(0, 5).map(float)
near = st.tuples(places, places)
far = near.map(lambda p: (p[0] * 0.1 + AT[0], p[1] * 0.1 + AT[1]))
rings = st.one_of(st.lists(point, min_size=3, max_size=7) for point in (near, far))


@settings(max_examples=600, deadline=None)
@given(rings)
def test_what_is_found_plain_has_nothing_to_repair(corners: Ring) -> None:
    ring = [*corners, corners[0]]
    (points,) = plain_points(ring)
    outline = Polygon(ring)
    if points:
        assert outline.is_valid
        assert outline.area > 0
        assert shapely.get_num_coordinates(shapely.remove_repeated_points(outline)) == points


def test_parcels_and_houses_as_they_are_drawn_are_plain() -> None:
    rng = np.random.default_rng(4)
    drawn = []
    for corners in (3, 4, 8, 40, 399):
        turns = np.sort(rng.uniform(0, 2 * np.pi, corners))
        radii = rng.uniform(20, 60, corners)
        ring = np.round(AT + np.c_[radii * np.cos(turns), radii * np.sin(turns)], 3)
        if not Polygon(ring).is_valid:
            continue
        drawn += [[*map(tuple, ring), tuple(ring[0])], [*map(tuple, ring[::-1]), tuple(ring[-1])]]
    straight = [(0.0, 0.0), (0.0, 5.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0), (0.0, 0.0)]
    assert plain_points(*drawn, straight) == [len(ring) for ring in (*drawn, straight)]
    assert len(drawn) >= 8


@pytest.mark.parametrize(
    "ring",
    [
        [(0, 0), (9, 9), (9, 0), (0, 9), (0, 0)],  # crosses itself
        [(0, 0), (9, 0), (9, 9), (4, 0), (0, 9), (0, 0)],  # touches itself
        [(0, 0), (9, 0), (9, 9), (9, 4), (9, 0), (0, 0)],  # runs back
        [(0, 0), (9, 0), (9, 0), (9, 9), (0, 0)],  # one corner twice
        [(0, 0), (9, 0), (9, 9), (0, 9)],  # open
        [(0, 0), (9, 0), (4, 0), (0, 0)],  # no area
        [(0, 0), (9, 0), (9, float("nan")), (0, 9), (0, 0)],
        [(0, 0), (9, 0), (9, 1e300), (0, 9), (0, 0)],
    ],
)
def test_what_may_need_repair_is_left_to_geos(ring: Ring) -> None:
    assert plain_points(ring) == [0]


def nasty(number: int) -> shapely.Geometry | None:
    """An outline of one of a dozen kinds, most of them broken."""
    x, y = AT[0] + number % 90 * 30.0, AT[1] + number // 90 * 30.0
    kinds: list[shapely.Geometry | None] = [
        Polygon([(x, y), (x, y + 9), (x + 9, y + 9), (x + 7, y)]),
        shapely.Point(x, y).buffer(9, quad_segs=3),
        Polygon([(x, y), (x + 9, y + 9), (x + 9, y), (x, y + 9)]),
        shapely.box(x, y, x + 9, y + 9).difference(shapely.box(x + 2, y + 2, x + 4, y + 4)),
        MultiPolygon([shapely.box(x, y, x + 2, y + 2), shapely.box(x + 5, y, x + 9, y + 2)]),
        None,
        Polygon([(x, y), (x, y), (x, y + 9), (x + 9, y + 9)]),
        Polygon([(x, y), (x + 9, y), (x + 4, y)]),
        Polygon([(x, y), (x + 9, y), (x + 9, y + 9), (x + 4, y), (x, y + 9)]),
        Polygon([(x, y), (x, y + 9), (x + 9, y + 9), (x + 20, y + 9), (x + 9, y + 9), (x + 9, y)]),
    ]
    return kinds[number * 7 % len(kinds)]


def test_a_large_layer_is_read_like_the_small_ones_it_is_made_of(tmp_path: Path) -> None:
    outlines = [nasty(number) for number in range(WORTH_COMPILED + 500)]
    outlines[3000:-3000] = [nasty(0)] * len(outlines[3000:-3000])
    half = len(outlines) // 2  # each half is small enough for GDAL to read all of it

    def written(name: str, chosen: list[shapely.Geometry | None]) -> Path:
        path = tmp_path / name
        columns = {"TBBH": [f"{number}" for number in range(len(chosen))]}
        gpd.GeoDataFrame(columns, geometry=chosen, crs=4526).to_file(path)
        return path

    whole = read_layer(written("whole.shp", outlines))
    parts = [
        read_layer(written(f"{name}.shp", chosen))
        for name, chosen in (("first", outlines[:half]), ("last", outlines[half:]))
    ]
    shift = [0, half]
    wkb = [shape for part in parts for shape in shapely.to_wkb(part.frame.geometry.to_numpy())]
    assert list(shapely.to_wkb(whole.frame.geometry.to_numpy())) == wkb
    for rows in ("frame", "rejected"):
        together = [
            row + past
            for part, past in zip(parts, shift, strict=True)
            for row in getattr(part, rows)["row"]
        ]
        assert list(getattr(whole, rows)["row"]) == together
    assert len(whole.frame) + len(whole.rejected) == len(outlines)
    assert sorted((f.code, f.row, f.x, f.y) for f in whole.findings if f.row) == sorted(
        (f.code, f.row + past, f.x, f.y)
        for part, past in zip(parts, shift, strict=True)
        for f in part.findings
        if f.row
    )


def test_rings_that_point_elsewhere_are_not_taken_from_the_child(tmp_path: Path) -> None:
    square = rings_of(np.array([shapely.box(0, 0, 1, 1)]))
    handover.write_outlines(tmp_path, square, np.ones(1, dtype=bool))
    taken = handover.outlines_from(tmp_path)
    assert isinstance(taken, Rings)
    assert list(taken.shapes()) == [shapely.box(0, 0, 1, 1)]
    np.save(tmp_path / "start.npy", np.array([0, 500], dtype=np.int64))
    with pytest.raises(RuntimeError, match="do not fit"):
        handover.outlines_from(tmp_path)
