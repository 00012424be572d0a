"""Small orthophotos for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine

WEST, NORTH, PIXEL_M = 38_500_000.0, 3_900_000.0, 0.5


def photo(path: Path, pixels: np.ndarray, **profile: Any) -> Path:
    """Write a GeoTIFF; ``pixels`` is bands × rows × columns."""
    bands, height, width = pixels.shape
    settings = {
        "driver": "GTiff", "width": width, "height": height, "count": bands,
        "dtype": pixels.dtype, "crs": "EPSG:4526",
        "transform": Affine(PIXEL_M, 0, WEST, 0, -PIXEL_M, NORTH),
    } | profile  # fmt: skip
    extra = {name: settings.pop(name) for name in ("gcps", "colorinterp") if name in settings}
    with rasterio.open(path, "w", **settings) as image:
        image.write(pixels)
        if "gcps" in extra:
            image.gcps = (extra["gcps"], rasterio.crs.CRS.from_epsg(4490))
        if "colorinterp" in extra:
            image.colorinterp = extra["colorinterp"]
    return path
