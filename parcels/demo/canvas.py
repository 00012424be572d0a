"""A picture drawn in metres."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image, ImageDraw
from shapely.geometry.base import BaseGeometry

from parcels.demo.layout import HEIGHT_M, WIDTH_M
from parcels.demo.palette import Colour

PIXEL_M = 1.25
COLUMNS, ROWS = int(WIDTH_M / PIXEL_M), int(HEIGHT_M / PIXEL_M)


class Canvas:
    """A picture drawn in metres from the county's corner."""

    def __init__(self, ground: Colour) -> None:
        self.image = Image.new("RGB", (COLUMNS, ROWS), ground)
        self._pen = ImageDraw.Draw(self.image)

    @staticmethod
    def _pixels(points: npt.NDArray[np.float64]) -> list[tuple[float, float]]:
        columns, rows = points[:, 0] / PIXEL_M, (HEIGHT_M - points[:, 1]) / PIXEL_M
        return list(zip(columns.tolist(), rows.tolist(), strict=True))

    def fill(self, shape: BaseGeometry, colour: Colour) -> None:
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon" and not part.is_empty:
                self.fill_outline(shapely.get_coordinates(part.exterior), colour)

    def fill_outline(self, points: npt.NDArray[np.float64], colour: Colour) -> None:
        self._pen.polygon(self._pixels(points), colour)

    def line(self, shape: BaseGeometry, colour: Colour, width_m: float) -> None:
        width = max(1, round(width_m / PIXEL_M))
        self._pen.line(self._pixels(shapely.get_coordinates(shape)), colour, width, "curve")

    def spot(self, x: float, y: float, radius_m: float, colour: Colour) -> None:
        (column, row), radius = self._pixels(np.array([[x, y]]))[0], radius_m / PIXEL_M
        self._pen.ellipse((column - radius, row - radius, column + radius, row + radius), colour)
