"""Map tiles of many outlines, drawn on the server: a browser dies of 50 000 shapes, not of PNGs."""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image

from gis.tile_kernel import draw_boxes, draw_shapes

TILE_PX = 256
SMOOTH = 2  # drawn twice as large and reduced, for smooth edges
DEEPEST = 22
COLOURS = 128  # of a tile: a third of the bytes of all colours, and sooner packed
_RADIUS_M = 6_378_137.0
_WORLD_M = 2 * math.pi * _RADIUS_M
_MARGIN_PX = 4  # an outline's width reaches into the next tile
_SIMPLE_FROM = 1_200  # shapes in one tile: above this they are dots of a few pixels
_CLEAR = (0, 0, 0, 0)

RGBA = tuple[int, int, int, int]
Outlines = Callable[[npt.NDArray[np.int64]], npt.NDArray[np.object_]]


@dataclass(frozen=True)
class Style:
    """How one kind of shape is filled and outlined; what ``stands_out`` is drawn on top."""

    fill: RGBA
    outline: RGBA
    width_px: float = 1.0
    stands_out: bool = False

    @property
    def is_seen(self) -> bool:
        return bool(self.fill[3] or self.outline[3])


class TileShapes:
    """Outlines in spherical mercator metres, boxes in a tree; outlines are asked for when drawn."""

    def __init__(self, outlines_lonlat: npt.NDArray[np.object_]) -> None:
        """Take polygons and multipolygons in degrees; null ones are never drawn."""
        outlines = np.asarray(outlines_lonlat, object)
        self._hold(shapely.bounds(outlines), outlines.__getitem__)

    @classmethod
    def asked_for(cls, bounds_lonlat: npt.NDArray[np.float64], outlines_of: Outlines) -> TileShapes:
        """Take bounds in degrees (NaN: never drawn) and what answers places with outlines.

        A tile of the whole layer draws dots, which need no outline; one that is near asks for those
        in it, each once.
        """
        made = cls.__new__(cls)
        made._hold(bounds_lonlat, outlines_of)
        return made

    def _hold(self, bounds_lonlat: npt.NDArray[np.float64], outlines_of: Outlines) -> None:
        self.count = len(bounds_lonlat)
        corners = all_to_mercator(np.asarray(bounds_lonlat, dtype=np.float64).reshape(-1, 2))
        self._bounds = corners.reshape(-1, 4)
        boxes = np.full(self.count, None, dtype=object)
        is_placed = np.isfinite(self._bounds).all(axis=1)
        boxes[is_placed] = shapely.box(*self._bounds[is_placed].T)
        self._tree = shapely.STRtree(boxes)
        self._outlines_of = outlines_of
        self._outlines = np.full(self.count, None, dtype=object)
        self._asking = threading.Lock()

    def _drawn(self, found: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        with self._asking:
            unknown = found[shapely.is_missing(self._outlines[found])]
            if unknown.size:
                outlines = np.asarray(self._outlines_of(unknown), object)
                self._outlines[unknown] = shapely.transform(outlines, all_to_mercator)
        return np.asarray(self._outlines[found])

    def draw(
        self, z: int, x: int, y: int, style_of: npt.NDArray[np.int64], styles: Sequence[Style]
    ) -> bytes:
        """Return the PNG of a tile; ``style_of`` is an index into ``styles`` for every outline."""
        west, south, east, north = tile_bounds(z, x, y)
        metres_a_pixel = (east - west) / TILE_PX
        margin = _MARGIN_PX * metres_a_pixel
        window = shapely.box(west - margin, south - margin, east + margin, north + margin)
        found = _in_order(np.sort(self._tree.query(window)), style_of, styles)
        if not found.size:
            return _empty()
        plane = np.zeros((TILE_PX * SMOOTH, TILE_PX * SMOOTH), dtype=np.uint8)
        scale = len(plane) / (east - west)
        kinds = np.ascontiguousarray(style_of[found], dtype=np.int64)
        if found.size > _SIMPLE_FROM:
            is_framed = np.array([style.stands_out for style in styles])[kinds]
            draw_boxes(plane, self._dots(found, west, north, scale), kinds, is_framed)
        else:
            reach_px = [max(1, round(style.width_px * SMOOTH)) / 2 for style in styles]
            drawn = self._polygons(found, west, north, scale)
            draw_shapes(plane, *drawn, kinds, np.array(reach_px))
        image = Image.frombuffer("RGBA", plane.shape, _inks(styles)[plane])
        return _packed(image.reduce(SMOOTH))

    def _polygons(
        self, found: npt.NDArray[np.int64], west: float, north: float, scale: float
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return pixels, where each ring's begin, and where each shape's rings begin."""
        parts, owner = shapely.get_parts(self._drawn(found), return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        corners, ring_of = shapely.get_coordinates(rings, return_index=True)
        pixels = (corners - (west, north)) * (scale, -scale)
        of_shape = np.searchsorted(owner[part], np.arange(len(found) + 1))
        return pixels, np.searchsorted(ring_of, np.arange(len(rings) + 1)), of_shape

    def _dots(
        self, found: npt.NDArray[np.int64], west: float, north: float, scale: float
    ) -> npt.NDArray[np.float64]:
        """Return left, top, right and bottom in pixels, one pixel at least."""
        left, low, right, high = ((self._bounds[found] - (west, north, west, north)) * scale).T
        return np.column_stack(
            [left, -high, np.maximum(right, left + 1), np.maximum(-low, 1 - high)]
        )


def _inks(styles: Sequence[Style]) -> npt.NDArray[np.uint32]:
    """Return the colour of each number of a plane: nothing, then fill and outline by style."""
    colours = [_CLEAR, *(ink for style in styles for ink in (style.fill, style.outline))]
    return np.array(colours, dtype=np.uint8).view(np.uint32).ravel()  # four bytes at once


def _packed(image: Image.Image, *, colours: int = COLOURS) -> bytes:
    """Return a tile as a PNG of few colours, clear places kept clear."""
    few = image.quantize(colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    target = io.BytesIO()
    few.save(target, "PNG")
    return target.getvalue()


@cache
def _empty() -> bytes:
    """Return the tile on which nothing lies; of a map's tiles every second one."""
    return _packed(Image.new("RGBA", (TILE_PX, TILE_PX), _CLEAR), colours=2)


def _in_order(
    found: npt.NDArray[np.int64], style_of: npt.NDArray[np.int64], styles: Sequence[Style]
) -> npt.NDArray[np.int64]:
    """Return the shapes that are drawn at all, those that stand out last."""
    kinds = style_of[found]
    is_seen = np.array([style.is_seen for style in styles])[kinds]
    on_top = np.array([style.stands_out for style in styles])[kinds]
    return np.concatenate([found[is_seen & ~on_top], found[is_seen & on_top]])


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a tile in spherical mercator metres.

    Raises ValueError for a tile that does not exist.
    """
    if not (0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z):
        raise ValueError(f"there is no tile {z}/{x}/{y}")
    side = _WORLD_M / 2**z
    west, north = x * side - _WORLD_M / 2, _WORLD_M / 2 - y * side
    return west, north - side, west + side, north


def all_to_mercator(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return places (n × lon, lat in degrees) in spherical mercator metres."""
    radians = np.radians(lonlat)
    return _RADIUS_M * np.column_stack(
        [radians[:, 0], np.log(np.tan(np.pi / 4 + radians[:, 1] / 2))]
    )


def to_mercator(lon: float, lat: float) -> tuple[float, float]:
    """Return a place in degrees in spherical mercator metres."""
    x, y = all_to_mercator(np.array([[lon, lat]]))[0]
    return float(x), float(y)


def to_lonlat(x: float, y: float) -> tuple[float, float]:
    """Return a place in spherical mercator metres in degrees."""
    latitude = 2 * math.atan(math.exp(y / _RADIUS_M)) - math.pi / 2
    return math.degrees(x / _RADIUS_M), math.degrees(latitude)
