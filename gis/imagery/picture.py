"""A picture of a piece of ground: tiles below, outlines above, scale bar, date and north."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
import shapely.ops
from PIL import Image, ImageDraw, ImageFont
from shapely.geometry.base import BaseGeometry

from gis.fonts import HEADS
from gis.imagery.tile_file import TileFile
from gis.tiles import DEEPEST, TILE_PX, tile_bounds, to_mercator

SMOOTH = 2
EMPTY = (232, 230, 222)
BAR_LENGTHS_M = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
EQUATOR_M_PER_PX = 156_543.03392804097
RADIUS_M = 6_378_137.0

Colour = tuple[int, int, int, int]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Stroke:
    """Outlines (degrees) drawn in one manner; a dash of 0 is a solid line."""

    outlines: Sequence[BaseGeometry]
    line: Colour
    width_px: float
    fill: Colour | None = None
    dash_px: float = 0.0


@dataclass(frozen=True)
class View:
    """The window of a picture in spherical mercator metres, and its size."""

    west: float
    south: float
    east: float
    north: float
    width_px: int
    height_px: int

    @property
    def metres_a_pixel(self) -> float:
        return (self.east - self.west) / self.width_px

    @property
    def ground_m_a_pixel(self) -> float:
        """Return metres on the ground: Mercator stretches by 1 ÷ cos of the latitude."""
        middle = (self.south + self.north) / 2
        latitude = 2 * math.atan(math.exp(middle / RADIUS_M)) - math.pi / 2
        return self.metres_a_pixel * math.cos(latitude)


def view_around(
    bounds_lonlat: Bounds,
    width_px: int,
    height_px: int,
    *,
    margin: float = 0.25,
    least_m: float = 60,
) -> View:
    """Return a window around bounds with a margin on each side, of the picture's proportions."""
    west, south = to_mercator(bounds_lonlat[0], bounds_lonlat[1])
    east, north = to_mercator(bounds_lonlat[2], bounds_lonlat[3])
    wide = max(east - west, least_m) * (1 + 2 * margin)
    high = max(north - south, least_m) * (1 + 2 * margin)
    scale = max(wide / width_px, high / height_px)
    x, y = (west + east) / 2, (south + north) / 2
    half_w, half_h = scale * width_px / 2, scale * height_px / 2
    return View(x - half_w, y - half_h, x + half_w, y + half_h, width_px, height_px)


def drawn(
    view: View, tiles: TileFile | None, strokes: Sequence[Stroke], *, label: str = ""
) -> Image.Image:
    """Return the picture; without tiles, and where they have none, the ground is plain."""
    size = (view.width_px * SMOOTH, view.height_px * SMOOTH)
    ground = ground_of(view, tiles).resize(size, Image.Resampling.BICUBIC)
    for stroke in strokes:
        _draw(ground, view, stroke)
    picture = ground.resize((view.width_px, view.height_px), Image.Resampling.LANCZOS)
    _furnish(picture, view, label)
    return picture


def jpeg(picture: Image.Image, quality: int = 82) -> bytes:
    """Return a picture as JPEG."""
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


@lru_cache(maxsize=16)
def font(size_px: int) -> ImageFont.FreeTypeFont:
    """Return the shipped Chinese font in a size."""
    return ImageFont.truetype(str(HEADS), size_px)


def ground_of(view: View, tiles: TileFile | None) -> Image.Image:
    """Return the tiles of a window as one picture, plain where there are none."""
    picture = Image.new("RGB", (view.width_px, view.height_px), EMPTY)
    if tiles is None:
        return picture
    zoom = math.ceil(math.log2(EQUATOR_M_PER_PX / view.metres_a_pixel) - 0.2)
    zoom = min(max(zoom, 0), int(tiles.about["max_zoom"]), DEEPEST)
    whole = tile_bounds(0, 0, 0)
    side_m = (whole[2] - whole[0]) / 2**zoom
    first_x, last_x = (int((x - whole[0]) // side_m) for x in (view.west, view.east))
    first_y, last_y = (int((whole[3] - y) // side_m) for y in (view.north, view.south))
    wide, high = last_x - first_x + 1, last_y - first_y + 1
    if wide * high > 256:
        return picture
    mosaic = Image.new("RGB", (wide * TILE_PX, high * TILE_PX), EMPTY)
    for x in range(first_x, last_x + 1):
        for y in range(first_y, last_y + 1):
            packed = tiles.tile(zoom, x, y)
            if packed is not None:
                tile = Image.open(io.BytesIO(packed)).convert("RGBA")
                mosaic.paste(tile, ((x - first_x) * TILE_PX, (y - first_y) * TILE_PX), tile)
    scale = TILE_PX / side_m
    left, top = whole[0] + first_x * side_m, whole[3] - first_y * side_m
    box = (
        (view.west - left) * scale, (top - view.north) * scale,
        (view.east - left) * scale, (top - view.south) * scale,
    )  # fmt: skip
    return mosaic.resize(
        (view.width_px, view.height_px), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0
    )


def _draw(ground: Image.Image, view: View, stroke: Stroke) -> None:
    layer = Image.new("RGBA", ground.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    scale = SMOOTH / view.metres_a_pixel
    width = max(1, round(stroke.width_px * SMOOTH))
    for outline in stroke.outlines:
        for part in shapely.get_parts(outline):
            if part.geom_type != "Polygon":
                continue
            rings = [_pixels(ring, view, scale) for ring in (part.exterior, *part.interiors)]
            if stroke.fill:
                pen.polygon(rings[0], fill=stroke.fill)
                for hole in rings[1:]:
                    pen.polygon(hole, fill=(0, 0, 0, 0))
            for ring in rings:
                for piece in _dashes(ring, stroke.dash_px * SMOOTH):
                    pen.line(piece, fill=stroke.line, width=width, joint="curve")
    ground.paste(layer, (0, 0), layer)


def _pixels(ring: BaseGeometry, view: View, scale: float) -> list[tuple[float, float]]:
    corners = [to_mercator(lon, lat) for lon, lat in shapely.get_coordinates(ring)]
    return [((x - view.west) * scale, (view.north - y) * scale) for x, y in corners]


def _dashes(ring: list[tuple[float, float]], dash: float) -> list[list[tuple[float, float]]]:
    if dash <= 0:
        return [ring]
    line = shapely.LineString(ring)
    steps = np.arange(0.0, line.length, 2 * dash)[:2_000]
    pieces = [shapely.ops.substring(line, at, min(at + dash, line.length)) for at in steps]
    return [list(piece.coords) for piece in pieces if piece.geom_type == "LineString"]


def _furnish(picture: Image.Image, view: View, label: str) -> None:
    pen = ImageDraw.Draw(picture, "RGBA")
    small = max(11, view.width_px // 30)
    letters = font(small)
    if label:
        box = pen.textbbox((8, 6), label, font=letters)
        pen.rectangle((box[0] - 5, box[1] - 4, box[2] + 5, box[3] + 4), fill=(255, 255, 255, 215))
        pen.text((8, 6), label, font=letters, fill=(31, 41, 51))
    wanted_m = view.width_px * view.ground_m_a_pixel * 0.3
    bar_m = max((one for one in BAR_LENGTHS_M if one <= wanted_m), default=BAR_LENGTHS_M[0])
    bar_px = bar_m / view.ground_m_a_pixel
    words = f"{bar_m} m" if bar_m < 1_000 else f"{bar_m // 1_000} km"
    left, low = 10, view.height_px - 12
    box = pen.textbbox((left + bar_px + 6, low - small), words, font=letters)
    pen.rectangle((left - 5, low - small - 4, box[2] + 5, low + 6), fill=(255, 255, 255, 215))
    pen.line([(left, low - 5), (left, low), (left + bar_px, low), (left + bar_px, low - 5)],
             fill=(31, 41, 51), width=2)  # fmt: skip
    pen.text((left + bar_px + 6, low - small), words, font=letters, fill=(31, 41, 51))
    x, y = view.width_px - 20, 12
    pen.rectangle((x - 10, 6, x + 12, 14 + 2 * small), fill=(255, 255, 255, 215))
    pen.polygon([(x, y), (x - 5, y + 12), (x + 5, y + 12)], fill=(31, 41, 51))
    pen.text((x - small / 3, y + 12), "N", font=letters, fill=(31, 41, 51))
