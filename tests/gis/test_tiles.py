"""Tiles show what lies there, in its colour, and nothing else."""

from __future__ import annotations

import io

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyproj import Transformer

from gis.tiles import Style, TileShapes, tile_bounds

RED = Style((200, 0, 0, 255), (90, 0, 0, 255))
BLUE = Style((0, 0, 200, 255), (0, 0, 90, 255))
TO_DEGREES = Transformer.from_crs(3857, 4326, always_xy=True)


def square_in(tile: tuple[int, int, int], left: float, top: float, side: float) -> shapely.Polygon:
    """Return a square by its place in a tile, as parts of the tile's width."""
    west, _south, east, north = tile_bounds(*tile)
    width = east - west
    x, y = west + left * width, north - top * width
    mercator = shapely.box(x, y - side * width, x + side * width, y)
    return shapely.transform(
        mercator, lambda c: np.column_stack(TO_DEGREES.transform(c[:, 0], c[:, 1]))
    )


def pixels(
    shapes: list[object],
    tile: tuple[int, int, int],
    styles: list[int],
    kinds: tuple[Style, ...] = (RED, BLUE),
) -> Image.Image:
    drawn = TileShapes(np.array(shapes, dtype=object)).draw(*tile, np.array(styles), kinds)
    return Image.open(io.BytesIO(drawn)).convert("RGBA")


TILE = (15, 26786, 13263)


def test_a_shape_is_filled_where_it_lies_and_clear_elsewhere() -> None:
    image = pixels([square_in(TILE, 0.25, 0.25, 0.5)], TILE, [0])
    assert image.getpixel((128, 128)) == RED.fill
    assert image.getpixel((20, 20))[3] == 0
    assert image.getpixel((236, 128))[3] == 0


def test_each_shape_has_its_own_style() -> None:
    shapes = [square_in(TILE, 0.05, 0.1, 0.3), square_in(TILE, 0.6, 0.1, 0.3)]
    image = pixels(shapes, TILE, [0, 1])
    assert image.getpixel((50, 60)) == RED.fill
    assert image.getpixel((190, 60)) == BLUE.fill


def test_a_hole_is_clear_and_a_second_part_is_drawn() -> None:
    outer, inner = square_in(TILE, 0.1, 0.1, 0.5), square_in(TILE, 0.25, 0.25, 0.2)
    island = square_in(TILE, 0.8, 0.8, 0.15)
    image = pixels([shapely.union(outer.difference(inner), island)], TILE, [0])
    assert image.getpixel((90, 90))[3] == 0
    assert image.getpixel((40, 40)) == RED.fill
    assert image.getpixel((224, 224)) == RED.fill


def test_a_hole_leaves_what_lies_below_as_it_is() -> None:
    below = square_in(TILE, 0.3, 0.3, 0.1)
    outer, inner = square_in(TILE, 0.1, 0.1, 0.5), square_in(TILE, 0.25, 0.25, 0.2)
    image = pixels([below, outer.difference(inner)], TILE, [1, 0])
    assert image.getpixel((90, 90)) == BLUE.fill


def test_a_line_is_as_wide_as_its_style_says_and_an_empty_tile_is_small() -> None:
    wide = Style((200, 0, 0, 255), (90, 0, 0, 255), width_px=8.0)
    image = pixels([square_in(TILE, 0.25, 0.25, 0.5)], TILE, [0], (wide,))
    column = [image.getpixel((128, y)) for y in range(40, 90)]
    assert column.count(wide.outline) == 8
    assert 64 in range(40 + column.index(wide.outline), 40 + column.index(wide.outline) + 8)
    empty = TileShapes(np.array([], dtype=object)).draw(*TILE, np.zeros(0, int), (RED,))
    assert len(empty) < 500
    assert Image.open(io.BytesIO(empty)).convert("RGBA").getextrema()[3] == (0, 0)


def test_the_next_tile_continues_the_shape() -> None:
    z, x, y = TILE
    shape = square_in(TILE, 0.5, 0.3, 1.0)
    assert pixels([shape], (z, x + 1, y), [1]).getpixel((60, 150)) == BLUE.fill
    assert pixels([shape], (z, x + 2, y), [1]).getextrema()[3] == (0, 0)


def test_null_outlines_are_not_drawn_and_do_not_shift_styles() -> None:
    image = pixels([None, square_in(TILE, 0.25, 0.25, 0.5)], TILE, [0, 1])
    assert image.getpixel((128, 128)) == BLUE.fill


def test_a_crowd_is_drawn_as_dots_in_its_colours() -> None:
    places = [(i % 80 / 80, i // 80 / 80) for i in range(6400)]
    shapes = [square_in(TILE, left, top, 1 / 160) for left, top in places]
    image = np.asarray(pixels(shapes, TILE, [0] * len(shapes)))
    assert (image[..., 3] > 0).mean() > 0.15
    assert set(map(tuple, image[image[..., 3] == 255][:, :3])) <= {RED.fill[:3]}


@given(st.integers(0, 22), st.data())
def test_tiles_of_a_zoom_cover_the_world_without_gaps(z: int, data: st.DataObject) -> None:
    x, y = (data.draw(st.integers(0, 2**z - 1)) for _axis in range(2))
    west, south, east, north = tile_bounds(z, x, y)
    assert east - west == pytest.approx(north - south)
    if x + 1 < 2**z:
        assert tile_bounds(z, x + 1, y)[0] == pytest.approx(east, abs=1e-6)
    if y + 1 < 2**z:
        assert tile_bounds(z, x, y + 1)[3] == pytest.approx(south, abs=1e-6)


@pytest.mark.parametrize("tile", [(-1, 0, 0), (3, 8, 0), (3, 0, -1), (23, 0, 0)])
def test_a_tile_that_does_not_exist_is_refused(tile: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no tile"):
        tile_bounds(*tile)


def test_outlines_are_asked_for_once_and_only_where_they_are_near() -> None:
    shapes = np.array(
        [square_in(TILE, 0.1, 0.1, 0.3), square_in(TILE, 3.1, 0.1, 0.3), None], dtype=object
    )
    asked: list[int] = []

    def outlines_of(places: np.ndarray) -> np.ndarray:
        asked.extend(places.tolist())
        return np.asarray(shapes[places])

    lazy = TileShapes.asked_for(shapely.bounds(shapes), outlines_of)
    style_of = np.array([0, 1, 0])
    for _again in range(2):
        assert lazy.draw(*TILE, style_of, (RED, BLUE)) == TileShapes(shapes).draw(
            *TILE, style_of, (RED, BLUE)
        )
    assert asked == [0]


def test_a_tile_of_very_many_shapes_needs_no_outline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis.tiles._SIMPLE_FROM", 1)
    shapes = np.array([square_in(TILE, 0.1 * n, 0.4, 0.05) for n in range(5)], dtype=object)

    def outlines_of(_places: np.ndarray) -> np.ndarray:
        raise AssertionError("asked for an outline")

    lazy = TileShapes.asked_for(shapely.bounds(shapes), outlines_of)
    drawn = lazy.draw(*TILE, np.zeros(5, dtype=int), (RED,))
    image = Image.open(io.BytesIO(drawn)).convert("RGBA")
    assert image.getpixel((4, 105))[:3] == RED.fill[:3]
