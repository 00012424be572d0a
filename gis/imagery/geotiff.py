"""A GeoTIFF of any size cut into tiles, window by window. Imported in the child alone."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from affine import Affine
from PIL import Image
from pyproj import CRS
from rasterio.enums import ColorInterp, Resampling
from rasterio.vrt import WarpedVRT
from rasterio.warp import reproject

from gis.crs import declared
from gis.imagery.problems import Refused
from gis.imagery.tile_file import TileWriter
from gis.tiles import DEEPEST, TILE_PX, tile_bounds

EARTH_M = (6_330_000.0, 6_400_000.0)
EQUATOR_M_PER_PX = 156_543.03392804097
ACROSS, DOWN = 8, 4  # tiles made from one window
MOST_TILES = 4_000_000
LOOK_PX = 1_024
SHALLOWEST = 8
QUALITY = 80
WEB_MERCATOR = 3857
PICTURE_TYPES = {"uint8", "uint16", "int16", "uint32", "int32", "float32", "float64"}

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Plan:
    """Which tiles an image covers at its finest level."""

    zoom: int
    west: int
    north: int
    east: int
    south: int  # the last ones, included

    @property
    def count(self) -> int:
        return (self.east - self.west + 1) * (self.south - self.north + 1)


def cut(
    path: Path, target: TileWriter, crs: int | None, tell: Callable[[float], None]
) -> dict[str, Any]:
    """Cut an image into the target's tiles; return what was read. ``crs``: where it says none."""
    with _opened(path) as image:
        own = _crs_of(image, crs)
        _require_picture(image)
        with WarpedVRT(image, src_crs=own, crs=WEB_MERCATOR) as whole:
            bounds, width = whole.bounds, whole.width
        if not all(map(math.isfinite, bounds)) or width < 1:
            raise Refused("not_placed")
        plan = _plan(bounds, width)
        if plan.count > MOST_TILES:
            raise Refused("too_deep", tiles=f"{plan.count:,}", limit=f"{MOST_TILES:,}")
        with _with_crs(image, own) as told:
            _finest(told, own, plan, target, tell)
        about = {
            "crs": own.to_epsg() if hasattr(own, "to_epsg") else None,
            "pixel_m": round(_pixel_m(plan, bounds, width), 3),
            "taken": str(image.tags().get("TIFFTAG_DATETIME", ""))[:10],
            "bounds_3857": list(bounds),
            "width": image.width,
            "height": image.height,
        }
    deepen(target, plan.zoom, tell)
    return about | {"max_zoom": plan.zoom}


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        image = rasterio.open(path, driver="GTiff")
    except rasterio.errors.RasterioError:
        raise Refused("damaged") from None
    with image:
        yield image


@contextmanager
def _with_crs(image: Any, own: Any) -> Iterator[Any]:
    """Give the image as it is, or as one that says the chosen system."""
    if image.crs is not None:
        yield image
        return
    with WarpedVRT(
        image, src_crs=own, crs=own, transform=image.transform, width=image.width,
        height=image.height,
    ) as told:  # fmt: skip
        yield told


def _crs_of(image: Any, chosen: int | None) -> Any:
    if image.crs is None and image.gcps[0]:
        raise Refused("gcps_only", points=len(image.gcps[0]))
    if image.transform == Affine.identity():
        raise Refused("not_placed")
    if image.crs is None:
        if chosen is None:
            raise Refused("no_crs")
        return rasterio.crs.CRS.from_epsg(chosen)
    wkt = image.crs.to_wkt()
    ellipsoid = CRS.from_wkt(wkt).ellipsoid
    if ellipsoid is None or not EARTH_M[0] < ellipsoid.semi_major_metre < EARTH_M[1]:
        raise Refused("not_earth", crs=CRS.from_wkt(wkt).name[:60])
    told = declared(wkt)
    if told.refused in ("crs_xian80", "crs_beijing54"):
        raise Refused(told.refused)
    return image.crs


def _require_picture(image: Any) -> None:
    odd = next((kind for kind in image.dtypes if kind not in PICTURE_TYPES), None)
    if odd:
        raise Refused("odd_bands", type=odd)


def _plan(bounds: Any, width: int) -> Plan:
    metres_a_pixel = (bounds.right - bounds.left) / width
    zoom = math.ceil(math.log2(EQUATOR_M_PER_PX / metres_a_pixel) - 0.25)
    zoom = min(max(zoom, SHALLOWEST), DEEPEST)
    side_m = EQUATOR_M_PER_PX * TILE_PX / 2**zoom
    half_m = EQUATOR_M_PER_PX * TILE_PX / 2
    last = 2**zoom - 1

    def place(metres: float) -> int:
        return min(max(int(metres // side_m), 0), last)

    return Plan(
        zoom,
        west=place(bounds.left + half_m),
        north=place(half_m - bounds.top),
        east=place(bounds.right + half_m - 1e-6),
        south=place(half_m - bounds.bottom - 1e-6),
    )


def _pixel_m(plan: Plan, bounds: Any, width: int) -> float:
    """Return the size of a pixel on the ground: Mercator stretches by 1 ÷ cos of the latitude."""
    middle = (bounds.top + bounds.bottom) / 2
    latitude = 2 * math.atan(math.exp(middle / 6_378_137.0)) - math.pi / 2
    return (bounds.right - bounds.left) / width * math.cos(latitude)


def _stretch(image: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
    """Return the darkest and lightest figure of each band shown; None for 8 bits."""
    bands = _bands(image)
    if all(image.dtypes[band - 1] == "uint8" for band in bands):
        return None
    scale = max(image.width, image.height, LOOK_PX) / LOOK_PX
    shape = (len(bands), max(1, int(image.height / scale)), max(1, int(image.width / scale)))
    look = image.read(bands, out_shape=shape, masked=True).astype("float64")
    low, high = np.zeros(len(bands)), np.ones(len(bands))
    for place, band in enumerate(look):
        values = band.compressed()
        values = values[np.isfinite(values)]
        if len(values):
            low[place], high[place] = np.percentile(values, (1, 99))
    return low, np.maximum(high, low + 1e-9)


def _bands(image: Any) -> list[int]:
    """Return the bands that make red, green and blue, or the one that is grey."""
    marks = list(image.colorinterp)
    wanted = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    if all(mark in marks for mark in wanted):
        return [marks.index(mark) + 1 for mark in wanted]
    shown = [band for band, mark in enumerate(marks, start=1) if mark is not ColorInterp.alpha]
    return shown[:3] if len(shown) >= 3 else shown[:1]


def _finest(
    image: Any, own: Any, plan: Plan, target: TileWriter, tell: Callable[[float], None]
) -> None:
    """Write the finest level, a few tiles at once, each window in the tiles' own grid."""
    bands, stretch, palette = _bands(image), _stretch(image), _palette(image)
    alpha = [n for n, mark in enumerate(image.colorinterp, 1) if mark is ColorInterp.alpha]
    for top in range(plan.north, plan.south + 1, DOWN):
        for left in range(plan.west, plan.east + 1, ACROSS):
            across, down = min(ACROSS, plan.east + 1 - left), min(DOWN, plan.south + 1 - top)
            read = np.zeros(
                (len(bands) + 1, down * TILE_PX, across * TILE_PX), image.dtypes[bands[0] - 1]
            )
            # not a WarpedVRT: it warps in small blocks and takes four times as long (measured)
            reproject(
                rasterio.band(image, bands),
                read,
                src_crs=own,
                src_nodata=image.nodata,
                src_alpha=alpha[0] if alpha else 0,
                dst_transform=_grid(plan.zoom, left, top),
                dst_crs=WEB_MERCATOR,
                dst_alpha=len(bands) + 1,
                resampling=Resampling.nearest if palette is not None else Resampling.bilinear,
                warp_mem_limit=256,
            )
            is_seen = read[-1] > (127 if read.dtype == np.uint8 else 0)
            if not is_seen.any():
                continue
            seen = np.where(is_seen, np.uint8(255), np.uint8(0))
            colours = _colours(read[:-1], stretch, palette)
            for row in range(down):
                for column in range(across):
                    part = (
                        slice(row * TILE_PX, (row + 1) * TILE_PX),
                        slice(column * TILE_PX, (column + 1) * TILE_PX),
                    )
                    packed = picture(colours[:, *part], seen[part])
                    if packed is not None:
                        target.put(plan.zoom, left + column, top + row, packed)
        tell(0.75 * min(1.0, (top + DOWN - plan.north) / (plan.south + 1 - plan.north)))


def _grid(zoom: int, x: int, y: int) -> Affine:
    west, _south, _east, north = tile_bounds(zoom, x, y)
    metres_a_pixel = EQUATOR_M_PER_PX / 2**zoom
    return Affine(metres_a_pixel, 0, west, 0, -metres_a_pixel, north)


def _palette(image: Any) -> npt.NDArray[np.uint8] | None:
    if image.colorinterp[0] is not ColorInterp.palette:
        return None
    table = np.zeros((256, 3), dtype=np.uint8)
    for value, colour in image.colormap(1).items():
        if 0 <= value < 256:
            table[value] = colour[:3]
    return table


def _colours(
    bands: npt.NDArray[Any],
    stretch: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None,
    palette: npt.NDArray[np.uint8] | None,
) -> Pixels:
    if palette is not None:
        return np.moveaxis(palette[bands[0].astype(np.uint8)], -1, 0)
    if stretch is not None:
        low, high = (side[:, None, None] for side in stretch)
        shown = np.nan_to_num((bands - low) / (high - low) * 255)
        bands = np.clip(shown, 0, 255).astype(np.uint8)
    return np.repeat(bands, 3, axis=0) if len(bands) == 1 else bands


def picture(colours: Pixels, alpha: Pixels) -> bytes | None:
    """Return a tile as JPEG, or as WebP where a part shows nothing; None where all does."""
    if not alpha.any():
        return None
    stacked = np.moveaxis(colours, 0, -1)
    target = io.BytesIO()
    if alpha.all():
        Image.fromarray(np.ascontiguousarray(stacked)).save(target, "JPEG", quality=QUALITY)
    else:
        seen = np.dstack([stacked, alpha])
        Image.fromarray(seen).save(target, "WEBP", quality=QUALITY, method=2)
    return target.getvalue()


def deepen(target: TileWriter, zoom: int, tell: Callable[[float], None]) -> None:
    """Write the coarser levels, each tile from the four below it: the overviews."""
    for level in range(zoom, SHALLOWEST, -1):
        for x, y in target.parents(level):
            whole = Image.new("RGBA", (2 * TILE_PX, 2 * TILE_PX))
            for across in (0, 1):
                for down in (0, 1):
                    packed = target.tile(level, 2 * x + across, 2 * y + down)
                    if packed is not None:
                        part = Image.open(io.BytesIO(packed)).convert("RGBA")
                        whole.paste(part, (across * TILE_PX, down * TILE_PX))
            small = np.asarray(whole.resize((TILE_PX, TILE_PX), Image.Resampling.BOX))
            alpha = np.where(small[:, :, 3] > 0, np.uint8(255), np.uint8(0))
            made = picture(np.moveaxis(small[:, :, :3], -1, 0), alpha)
            if made is not None:
                target.put(level - 1, x, y, made)
        tell(0.75 + 0.25 * (zoom - level + 1) / max(zoom - SHALLOWEST, 1))
