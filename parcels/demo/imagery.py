"""Two orthophotos of the county: before the works, and after some parcels were cleared."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import rasterio
import shapely
from PIL import Image, ImageFilter
from rasterio.enums import Resampling
from rasterio.transform import from_origin
from shapely import affinity
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from parcels.demo import palette
from parcels.demo.buildings import Structure
from parcels.demo.canvas import COLUMNS, PIXEL_M, ROWS, Canvas
from parcels.demo.county import SEED, County
from parcels.demo.layout import EAST_M, HEIGHT_M, NORTH_M
from parcels.demo.names import HOUSE, RUIN, SHED
from parcels.demo.palette import Colour

BEFORE_TAKEN_ON, AFTER_TAKEN_ON = date(2024, 3, 15), date(2025, 9, 20)
_JPEG_QUALITY = 72
_SOFTER = ImageFilter.Kernel((3, 3), (1, 3, 1, 3, 14, 3, 1, 3, 1))  # a camera draws no hard edges
_SHADOW_M = (-1.9, 2.6)  # the sun stands in the south-east


@dataclass(frozen=True)
class _Field:
    shape: BaseGeometry
    crop: int
    lighter: int
    rows: list[BaseGeometry]


def _fields(cell: Polygon, chance: Random) -> tuple[float, list[Polygon]]:
    """Return the direction (degrees) and the fields of a cell: strips cut into pieces."""
    angle, middle = chance.uniform(-14, 14) + chance.choice((0, 0, 90)), cell.centroid
    reach_m = math.sqrt(cell.area) * 1.1
    fields = []
    y = middle.y - reach_m
    while y < middle.y + reach_m:
        deep = chance.uniform(26, 62)
        x = middle.x - reach_m
        while x < middle.x + reach_m:
            wide = chance.uniform(55, 190)
            fields.append(box(x + 0.8, y + 0.8, x + wide - 0.8, y + deep - 0.8))
            x += wide
        y += deep
    turned = [affinity.rotate(field, angle, middle) for field in fields]
    return angle, [field for field in shapely.intersection(turned, cell) if field.area > 60]


def _rows(shape: BaseGeometry, angle: float, step_m: float) -> list[BaseGeometry]:
    """Return furrows along a shape."""
    middle = shape.centroid
    upright = affinity.rotate(shape, -angle, middle)
    left, low, right, high = upright.bounds
    heights = np.arange(low + step_m, high, step_m)
    ends = [np.column_stack([np.full_like(heights, x), heights]) for x in (left, right)]
    furrows = shapely.multilinestrings(shapely.linestrings(np.stack(ends, 1)))
    turned = affinity.rotate(furrows.intersection(upright), angle, middle)
    return [row for row in shapely.get_parts(turned) if row.length > 4]


def _sown(county: County) -> list[_Field]:
    """Return the fields of the county and the land around it."""
    chance = Random(SEED + 7)
    sown = []
    for cell in (*county.layout.cells, *county.layout.surroundings):
        angle, shapes = _fields(cell, chance)
        for shape in shapes:
            crop = chance.choices(range(len(palette.CROP_WEIGHTS)), palette.CROP_WEIGHTS)[0]
            step_m = chance.uniform(3.8, 7)
            rows = _rows(shape, angle, step_m) if chance.random() < 0.6 else []
            sown.append(_Field(shape, crop, chance.randint(-9, 9), rows))
    return sown


def _draw_fields(canvas: Canvas, fields: list[_Field], crops: tuple[Colour, ...]) -> None:
    for field in fields:
        colour = palette.shifted(crops[field.crop], field.lighter)
        canvas.fill(field.shape, colour)
        _furrow(canvas, field.rows, colour)


def _furrow(canvas: Canvas, rows: list[BaseGeometry], colour: Colour) -> None:
    for row in rows:
        canvas.line(row, palette.shifted(colour, -8), PIXEL_M)


def _tree(canvas: Canvas, x: float, y: float, chance: Random) -> None:
    radius_m = chance.uniform(1.6, 3.7)
    colour = chance.choice(palette.TREES)
    canvas.spot(x - 1.3, y + 1.8, radius_m, palette.SHADE)
    canvas.spot(x, y, radius_m, colour)
    canvas.spot(x + 0.6, y - 0.6, radius_m * 0.5, palette.shifted(colour, 14))


def _trees_along(canvas: Canvas, line: BaseGeometry, chance: Random, off_m: float) -> None:
    at_m = 0.0
    while at_m < line.length:
        spot = line.interpolate(at_m)
        if chance.random() < 0.62:
            side = off_m if chance.random() < 0.5 else -off_m
            _tree(canvas, spot.x + side + chance.uniform(-2, 2), spot.y + side * 0.6, chance)
        at_m += chance.uniform(5, 16)


def _draw_land(canvas: Canvas, county: County) -> None:
    """Draw water, roads and the ground of the hamlets, with their trees."""
    chance = Random(SEED + 8)
    layout = county.layout
    canvas.fill(layout.river.buffer(9), palette.BANK)
    canvas.fill(layout.river, palette.WATER)
    canvas.fill(layout.river.buffer(-9), palette.shifted(palette.WATER, -8))
    for pond in layout.ponds:
        canvas.fill(pond.buffer(3), palette.BANK)
        canvas.fill(pond, palette.shifted(palette.WATER, chance.randint(-6, 14)))
    for road in layout.roads:
        canvas.line(road, palette.VERGE, 9)
    for road in layout.roads:
        canvas.line(road, palette.ROAD, 4.5)
        _trees_along(canvas, road, chance, 5)
    for bank in shapely.get_parts(layout.river.buffer(7).boundary):
        _trees_along(canvas, bank, chance, 4)
    for hamlet in layout.hamlets:
        for _tree_no in range(90):
            edge = hamlet.exterior.interpolate(chance.random(), normalized=True)
            _tree(canvas, edge.x + chance.gauss(0, 9), edge.y + chance.gauss(0, 9), chance)
        canvas.fill(hamlet.buffer(2.5), palette.LANE)
    for plot in county.plots:
        canvas.fill(plot.buffer(0.6), chance.choice(palette.PLOT_GROUND))
        left, low, right, high = plot.bounds
        for _tree_no in range(int(plot.area / 230)):
            x, y = chance.uniform(left, right), chance.uniform(low, high)
            if shapely.contains_xy(plot, x, y):
                _tree(canvas, x, y, chance)


def _sunny_half(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the half of a four-cornered roof that faces the sun, along its longer sides."""
    sides = np.hypot(*np.diff(points[:3], axis=0).T)
    corners = points[:-1] if sides[0] >= sides[1] else points[[1, 2, 3, 0]]
    first, second = (corners[0] + corners[3]) / 2, (corners[1] + corners[2]) / 2
    halves = [
        np.array([corners[0], corners[1], second, first]),
        np.array([first, second, corners[2], corners[3]]),
    ]
    return max(halves, key=lambda half: float(half[:, 0].sum() - half[:, 1].sum()))


def _draw_structures(
    canvas: Canvas, structures: Iterable[Structure], is_gone: npt.NDArray[np.bool_]
) -> None:
    """Draw sheets on the ground first, then shadows, then roofs."""
    chance = Random(SEED + 9)
    coloured = [(one, palette.roof(one.kind, chance)) for one in structures]
    standing = [item for item, gone in zip(coloured, is_gone, strict=True) if not gone]
    raised: list[tuple[npt.NDArray[np.float64], Colour]] = []
    for structure, colour in standing:
        if structure.kind in (HOUSE, SHED):
            raised.append((shapely.get_coordinates(structure.shape), colour))
            continue
        canvas.fill(structure.shape, colour)
        if structure.kind == RUIN:
            _rubble(canvas, structure.shape, colour, chance)
    for points, _colour in raised:
        canvas.fill_outline(points + _SHADOW_M, palette.SHADE)
    for points, colour in raised:
        canvas.fill_outline(points, palette.shifted(colour, -12))
        if len(points) == 5:
            canvas.fill_outline(_sunny_half(points), palette.shifted(colour, 12))


def _rubble(canvas: Canvas, shape: BaseGeometry, colour: Colour, chance: Random) -> None:
    left, low, right, high = shape.bounds
    for _stone in range(int(shape.area / 7)):
        x, y = chance.uniform(left, right), chance.uniform(low, high)
        if shapely.contains_xy(shape, x, y):
            shade = palette.shifted(colour, chance.choice((-26, -14, 18, 30)))
            canvas.spot(x, y, chance.uniform(0.7, 1.5), shade)


def _draw_cleared(canvas: Canvas, county: County) -> None:
    """Draw what the works left behind: young crops, levelled soil, rubble not yet taken away."""
    chance = Random(SEED + 10)
    for state, shape in county.cleared.items():
        for part in shapely.get_parts(shape):
            colour = palette.shifted(palette.CLEARED[state], chance.randint(-8, 8))
            canvas.fill(part.buffer(0.8), colour)
            if state == "rubble":
                _rubble(canvas, part, colour, chance)
                continue
            step_m = 3.9 if state == "planted" else chance.uniform(5, 8)
            _furrow(canvas, _rows(part, chance.uniform(-9, 9), step_m), colour)


def _texture(seed: int) -> npt.NDArray[np.int16]:
    """Return unevenness of light and ground, about -25 to 25, from coarse to fine."""
    chance = np.random.default_rng(seed)
    total = np.zeros((ROWS, COLUMNS), dtype=np.int16)
    for pixels, height in ((160, 18), (32, 12), (7, 10), (2, 9), (1, 9)):
        shape = (ROWS // pixels + 2, COLUMNS // pixels + 2)
        coarse = (chance.random(shape, dtype=np.float32) * height).astype(np.uint8)
        size = (shape[1] * pixels, shape[0] * pixels)
        fine = Image.fromarray(coarse).resize(size, Image.Resampling.BILINEAR)
        total += np.asarray(fine)[:ROWS, :COLUMNS].astype(np.int16) - height // 2
    return total


def _write(path: Path, canvas: Canvas, texture: npt.NDArray[np.int16], taken_on: date) -> None:
    soft = np.asarray(canvas.image.filter(_SOFTER))
    profile = {
        "driver": "GTiff",
        "width": COLUMNS,
        "height": ROWS,
        "count": 3,
        "dtype": "uint8",
        "crs": "EPSG:4526",
        "transform": from_origin(EAST_M, NORTH_M + HEIGHT_M, PIXEL_M, PIXEL_M),
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "compress": "JPEG",
        "interleave": "pixel",
        "photometric": "YCBCR",
        "jpeg_quality": _JPEG_QUALITY,
    }
    settings = {
        "COMPRESS_OVERVIEW": "JPEG",
        "PHOTOMETRIC_OVERVIEW": "YCBCR",
        "INTERLEAVE_OVERVIEW": "PIXEL",
        "JPEG_QUALITY_OVERVIEW": _JPEG_QUALITY,
    }
    with rasterio.Env(**settings):
        with rasterio.open(path, "w", **profile) as image:
            # All bands at once: a tile written band by band would be packed and unpacked thrice.
            lit = np.clip(soft.transpose(2, 0, 1).astype(np.int16) + texture, 0, 255)
            image.write(lit.astype(np.uint8))
            image.update_tags(TIFFTAG_DATETIME=f"{taken_on:%Y:%m:%d} 10:30:00")
        with rasterio.open(path, "r+") as image:
            image.build_overviews([2, 4, 8, 16], Resampling.average)


def write_images(before: Path, after: Path, county: County) -> None:
    """Draw and write both images."""
    structures = [*county.structures, *county.unread]
    middles = shapely.get_coordinates(shapely.centroid([one.shape for one in structures]))
    cleared = shapely.union_all(list(county.cleared.values()))
    shapely.prepare(cleared)
    is_gone = shapely.contains_xy(cleared, middles)
    texture, fields = _texture(SEED), _sown(county)
    for path, crops, gone, taken_on in (
        (before, palette.CROPS_BEFORE, np.zeros_like(is_gone), BEFORE_TAKEN_ON),
        (after, palette.CROPS_AFTER, is_gone, AFTER_TAKEN_ON),
    ):
        canvas = Canvas(palette.RIDGE)
        _draw_fields(canvas, fields, crops)
        _draw_land(canvas, county)
        if gone.any():
            _draw_cleared(canvas, county)
        _draw_structures(canvas, structures, gone)
        _write(path, canvas, texture, taken_on)
