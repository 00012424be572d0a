"""The map cut-out of a card: the parcel, what still stands on it, a scale."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import shapely
from PIL import Image, ImageDraw

SIZE_PX = 480
MARGIN = 0.18  # of the parcel's longer side, so that its neighbourhood can be recognised
GROUND, PARCEL_LINE, PARCEL_FILL = "#F4F3EE", "#1F5A8C", "#DCE9F3"
STANDS, STANDS_LINE, BESIDE = "#D2691E", "#5A1A02", "#C9C4B8"
SCALES_M = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def cutout_png(parcel: gpd.GeoDataFrame, structures: gpd.GeoDataFrame) -> bytes:
    """Return a PNG; what stands inside the parcel is orange, what stands beside it grey."""
    picture = Image.new("RGB", (SIZE_PX, SIZE_PX), GROUND)
    draw = ImageDraw.Draw(picture)
    if not parcel.empty:
        west, south, east, north = parcel.total_bounds
        half = max(east - west, north - south) * (0.5 + MARGIN) or 1.0
        middle = (west + east) / 2, (south + north) / 2
        corner, scale = (middle[0] - half, middle[1] + half), SIZE_PX / (2 * half)
        outline = parcel.geometry.iloc[0]
        _fill(draw, outline, corner, scale, PARCEL_FILL, GROUND)
        for building in structures.geometry:
            _fill(draw, building, corner, scale, BESIDE, GROUND)
            inside = shapely.intersection(building, outline)
            _fill(draw, inside, corner, scale, STANDS, PARCEL_FILL, STANDS_LINE)
        for ring in _rings(outline):
            draw.line(_places(ring, corner, scale), fill=PARCEL_LINE, width=3)
        _scale_bar(draw, scale)
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()


def _fill(
    draw: Any, shape: Any, corner: Any, scale: float, colour: str, hole: str, line: str = ""
) -> None:
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        draw.polygon(_places(part.exterior, corner, scale), fill=colour, outline=line or None)
        for ring in part.interiors:
            draw.polygon(_places(ring, corner, scale), fill=hole)


def _rings(shape: Any) -> Iterator[Any]:
    for part in shapely.get_parts(shape):
        yield part.exterior
        yield from part.interiors


def _places(ring: Any, corner: tuple[float, float], scale: float) -> list[tuple[float, float]]:
    return [((x - corner[0]) * scale, (corner[1] - y) * scale) for x, y, *_z in ring.coords]


def _scale_bar(draw: Any, scale: float) -> None:
    metres = max((m for m in SCALES_M if m * scale < SIZE_PX / 3), default=SCALES_M[0])
    left, bottom, length = 16, SIZE_PX - 18, metres * scale
    draw.line([(left, bottom), (left + length, bottom)], fill="#1F2933", width=3)
    draw.text((left + length + 8, bottom - 8), f"{metres} m", fill="#1F2933", font_size=16)
