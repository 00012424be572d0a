"""Orthophotos: cutting one into tiles, and one tile's way from the file to the answer."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from benchmarks.section import Section, table, timed
from gis.imagery import TileFile, cut_tiles

TILES_ASKED = 2_000
GRAIN = 40  # of 255, from pixel to pixel


def measure(full: bool) -> str:
    """Cut a JPEG image of 20 (full: 400) million pixels; ask for its tiles at random."""
    side = 20_000 if full else 4_500
    chance = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "a.tif", Path(folder) / "tiles"
        profile = {
            "driver": "GTiff", "width": side, "height": side, "count": 3, "dtype": "uint8",
            "crs": "EPSG:4526", "transform": Affine(0.5, 0, 38_500_000, 0, -0.5, 3_900_000),
            "tiled": True, "compress": "JPEG", "photometric": "YCBCR", "interleave": "pixel",
        }  # fmt: skip
        with rasterio.open(path, "w", **profile) as image:
            for _index, window in image.block_windows(1):
                coarse = chance.integers(60, 200, (3, 17, 17), dtype=np.uint8)
                block = coarse.repeat(16, axis=1).repeat(16, axis=2)
                # fields alone compress to nothing: real ground has grain
                block += chance.integers(0, GRAIN, (1, *block.shape[1:]), dtype=np.uint8)
                image.write(block[:, : window.height, : window.width], window=window)
        size_mb = path.stat().st_size / 1e6
        made, cutting = timed(lambda: cut_tiles(path, target))
        tiles = TileFile(target)
        west, north, east, south = _range(tiles, made.max_zoom)
        places = [
            (made.max_zoom, int(x), int(y))
            for x, y in zip(
                chance.integers(west, east + 1, TILES_ASKED),
                chance.integers(north, south + 1, TILES_ASKED),
                strict=True,
            )
        ]
        waits, found = [], 0
        for place in places:
            tile, waited = timed(partial(tiles.tile, *place))
            waits.append(waited)
            found += tile is not None
    if found < TILES_ASKED * 0.8:
        raise AssertionError("tiles are missing")
    rows = [
        ["cut into tiles with overviews", f"{side * side / 1e6:,.0f} million pixels",
         f"{cutting:.1f} s", "—"],
        ["one tile from the file", f"{TILES_ASKED:,} at random",
         f"{np.mean(waits) * 1000:.3f} ms", "≤ 5 ms"],
        ["one tile from the file, p95", f"{TILES_ASKED:,} at random",
         f"{np.quantile(waits, 0.95) * 1000:.3f} ms", "≤ 5 ms"],
    ]  # fmt: skip
    text = f"A JPEG GeoTIFF of {size_mb:,.1f} MB in EPSG:4526, child process included, one core."
    return f"{text}\n\n{table(['', 'of', 'time', 'goal'], rows)}"


def _range(tiles: TileFile, zoom: int) -> tuple[int, int, int, int]:
    found = tiles._connection().execute(
        "SELECT min(x), min(y), max(x), max(y) FROM tile WHERE z = ?", (zoom,)
    )
    west, north, east, south = found.fetchone()
    return west, north, east, south


SECTION = Section("imagery", "Orthophotos", measure)
