"""The child that opens an image: bounded, without network, and gone afterwards.

Reads ``request.json`` in its folder, leaves ``tiles.sqlite`` and ``answer.json``; what share is
done stands in ``share.txt``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gis.formats.child import limit
from gis.imagery.problems import Refused

TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
SQLITE = b"SQLite format 3\x00"
ZIP = b"PK\x03\x04"


def main(folder: str) -> None:
    """Do what the request says and leave the answer."""
    work = Path(folder)
    request = json.loads((work / "request.json").read_text("utf-8"))
    limit(request["cpu_s"], request["memory_bytes"], request["output_bytes"])
    try:
        answer = _cut(request, work)
    except Refused as refused:
        answer = {"problem": refused.code, "values": refused.values}
    (work / "answer.json").write_text(json.dumps(answer), "utf-8")


def _cut(request: dict[str, Any], work: Path) -> dict[str, Any]:
    from gis.imagery.tile_file import TileWriter

    path = Path(request["path"])
    with path.open("rb") as stream:
        head = stream.read(16)
    target = TileWriter(work / "tiles.sqlite")
    tell = _teller(work / "share.txt")
    extent = request["extent_3857"]
    if head.startswith(TIFF):
        about = _geotiff(path, target, request["crs"], tell)
    elif head.startswith(SQLITE):
        from gis.imagery.ready_tiles import cut_mbtiles

        about = cut_mbtiles(path, target, extent, tell)
    elif head.startswith(ZIP):
        from gis.imagery.ready_tiles import cut_zip

        about = cut_zip(path, target, extent, tell)
    else:
        raise Refused("unknown")
    tiles = target.count(about["max_zoom"])
    if not tiles:
        raise Refused("not_placed")
    target.finish(about)
    return about | {"tiles": tiles}


def _geotiff(path: Path, target: Any, crs: int | None, tell: Callable[[float], None]) -> Any:
    import rasterio
    from rasterio.errors import RasterioError

    from gis.imagery.geotiff import cut

    # one file and nothing beside it: no .aux.xml, no .ovr, no world file of another
    quiet = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO",
             "GDAL_CACHEMAX": 256, "GDAL_NUM_THREADS": "1"}  # fmt: skip
    try:
        with rasterio.Env(**quiet):
            return cut(path, target, crs, tell)
    except RasterioError:
        raise Refused("damaged") from None


def _teller(path: Path) -> Callable[[float], None]:
    def tell(share: float) -> None:
        path.write_text(f"{share:.4f}", "utf-8")

    return tell
