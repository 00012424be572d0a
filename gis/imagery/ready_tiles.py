"""Tiles made elsewhere, an MBTiles file or a zip of a folder, copied tile by tile. Child only."""

from __future__ import annotations

import math
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gis.imagery.geotiff import EQUATOR_M_PER_PX, MOST_TILES
from gis.imagery.problems import Refused
from gis.imagery.tile_file import TileWriter, media_type
from gis.tiles import DEEPEST, TILE_PX, tile_bounds

LARGEST_TILE = 1_048_576
MEMBER = re.compile(r"(?:^|/)(\d{1,2})/(\d{1,7})/(\d{1,7})\.(?:png|jpe?g|webp)$", re.I)
Tile = tuple[int, int, int, bytes]


def cut_mbtiles(
    path: Path, target: TileWriter, extent_3857: list[float] | None, tell: Callable[[float], None]
) -> dict[str, Any]:
    """Copy an MBTiles file; its rows count from the south unless only the other way fits."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("PRAGMA trusted_schema=OFF")
    try:
        count = connection.execute("SELECT count(*) FROM tiles").fetchone()[0]
        asked = "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"
        return _copied(connection.execute(asked), count, target, extent_3857, tell, is_tms=True)
    except sqlite3.Error:
        raise Refused("damaged") from None
    finally:
        connection.close()


def cut_zip(
    path: Path, target: TileWriter, extent_3857: list[float] | None, tell: Callable[[float], None]
) -> dict[str, Any]:
    """Copy a zipped tile folder; its rows count from the north unless only the other way fits."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [(one, found) for one in archive.infolist()
                       if (found := MEMBER.search(one.filename))]  # fmt: skip

            def tiles() -> Iterator[Tile]:
                for one, found in members:
                    if one.file_size > LARGEST_TILE:
                        raise Refused("unsafe_zip")
                    with archive.open(one) as stream:
                        image = stream.read(LARGEST_TILE + 1)
                    z, x, y = map(int, found.groups())
                    yield z, x, y, image

            return _copied(tiles(), len(members), target, extent_3857, tell, is_tms=False)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise Refused("damaged") from None


def _copied(
    tiles: Iterator[Tile],
    count: int,
    target: TileWriter,
    extent_3857: list[float] | None,
    tell: Callable[[float], None],
    *,
    is_tms: bool,
) -> dict[str, Any]:
    if not count:
        raise Refused("no_tiles")
    if count > MOST_TILES:
        raise Refused("too_deep", tiles=f"{count:,}", limit=f"{MOST_TILES:,}")
    first = next(iter(tiles))
    flips = _flips(first, extent_3857, is_tms=is_tms)
    zooms: set[int] = set()
    for done, (z, x, y, image) in enumerate(_chained(first, tiles)):
        if not _is_tile(z, x, y, image):
            raise Refused("odd_tiles")
        target.put(z, x, 2**z - 1 - y if flips else y, bytes(image))
        zooms.add(z)
        if done % 500 == 0:
            tell(0.95 * done / count)
    zoom = max(zooms)
    west, north, east, south = target.range_of(zoom)
    left, _bottom, _right, top = tile_bounds(zoom, west, north)
    _left, bottom, right, _top = tile_bounds(zoom, east, south)
    latitude = 2 * math.atan(math.exp((top + bottom) / 2 / 6_378_137.0)) - math.pi / 2
    return {
        "crs": 3857,
        "pixel_m": round(EQUATOR_M_PER_PX / 2**zoom * math.cos(latitude), 3),
        "taken": "",
        "bounds_3857": [left, bottom, right, top],
        "width": (east - west + 1) * TILE_PX,
        "height": (south - north + 1) * TILE_PX,
        "max_zoom": zoom,
        "flipped": flips,
    }


def _chained(first: Tile, others: Iterator[Tile]) -> Iterator[Tile]:
    yield first
    yield from others


def _is_tile(z: object, x: object, y: object, image: object) -> bool:
    if not all(isinstance(number, int) for number in (z, x, y)) or not isinstance(image, bytes):
        return False
    assert isinstance(z, int)  # noqa: S101  asked above
    inside = 0 <= z <= DEEPEST and 0 <= int(str(x)) < 2**z and 0 <= int(str(y)) < 2**z
    return inside and len(image) <= LARGEST_TILE and media_type(image) is not None


def _flips(first: Tile, extent_3857: list[float] | None, *, is_tms: bool) -> bool:
    """Tell whether rows count from the south: by custom, unless only the other way is near."""
    z, x, y, _image = first
    if extent_3857 is None or not _is_tile(*first):
        return is_tms

    def away_m(row: int) -> float:
        west, south, east, north = tile_bounds(z, x, row)
        left, bottom, right, top = extent_3857
        return max(left - east, west - right, bottom - north, south - top, 0.0)

    custom, other = (2**z - 1 - y, y) if is_tms else (y, 2**z - 1 - y)
    return is_tms if away_m(custom) <= away_m(other) else not is_tms
