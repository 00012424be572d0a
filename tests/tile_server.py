"""A tile server as offices have them, on this machine: XYZ, TMS, WMTS and one shaped like Tianditu.

What it is asked for it checks as the standard says, by its own arithmetic: a tile whose bounds do
not hold ``AROUND`` has no picture, so that exchanged rows and columns show.
"""

from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

KEY = "office-key-of-32-letters"
PIXEL_M = 0.00028  # of the standard's rendering pixel
CORNER = 20_037_508.3427892
SCALE_0 = 559_082_264.0287178  # of WMTS 1.0.0, annex E.4, level 0
NEEDED = {
    "service": "WMTS", "request": "GetTile", "version": "1.0.0", "style": "default",
}  # fmt: skip


class TileServer:
    """Its address, what it was asked, and how it answers."""

    def __init__(self, address: str, around_m: tuple[float, float, float, float]) -> None:
        self.address = address
        self.around_m = around_m
        self.asked: list[str] = []
        self.given: list[tuple[int, int, int]] = []

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, media type and body."""
        self.asked.append(path)
        parts = urlsplit(path)
        query = {name.lower(): value[0] for name, value in parse_qs(parts.query).items()}
        kind = parts.path.split("/")[1]
        if kind in ("xyz", "tms"):
            z, x, y = (int(part.split(".")[0]) for part in parts.path.split("/")[2:5])
            return self.tile(z, x, 2**z - 1 - y if kind == "tms" else y)
        if kind == "img_w" and query.get("tk") != KEY:
            return 403, "application/json", '{"msg":"非法Key","code":1}'.encode()
        wanted = dict(NEEDED)
        wanted |= (
            {"layer": "img", "tilematrixset": "w", "format": "tiles"}
            if kind == "img_w"
            else {"layer": "dom", "tilematrixset": "GoogleMapsCompatible", "format": "image/png"}
        )
        for name, value in wanted.items():
            if query.get(name) != value:
                return 400, "text/xml", _exception(f"InvalidParameterValue: {name.upper()}")
        return self.tile(*(int(query[name]) for name in ("tilematrix", "tilecol", "tilerow")))

    def tile(self, z: int, column: int, row: int) -> tuple[int, str, bytes]:
        """Return the picture of a tile of Web Mercator, rows counted from the north."""
        side = SCALE_0 / 2**z * PIXEL_M * 256
        west, north = column * side - CORNER, CORNER - row * side
        left, low, right, high = self.around_m
        if not (0 <= column < 2**z and 0 <= row < 2**z):
            return 400, "text/xml", _exception("TileOutOfRange")
        if west > right or west + side < left or north < low or north - side > high:
            return 404, "text/plain", b""
        self.given.append((z, column, row))
        return 200, "image/png", _picture(z, column, row)


def _exception(code: str) -> bytes:
    return (
        f"<ows:ExceptionReport><ows:Exception>{code}</ows:Exception></ows:ExceptionReport>".encode()
    )


def _picture(z: int, column: int, row: int) -> bytes:
    """Return a chessboard of tiles, so that a picture of the map shows where they lie."""
    colour = (176, 205, 170) if (column + row) % 2 else (206, 222, 196)
    target = io.BytesIO()
    Image.new("RGB", (256, 256), (*colour[:2], colour[2] - z)).save(target, "PNG")
    return target.getvalue()


@contextmanager
def tile_server(around_m: tuple[float, float, float, float]) -> Iterator[TileServer]:
    """Serve tiles that meet bounds in metres of Web Mercator."""
    served: list[TileServer] = []

    class Asked(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = served[0].answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    served.append(TileServer(f"http://127.0.0.1:{httpd.server_port}", around_m))
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield served[0]
    finally:
        httpd.shutdown()
        httpd.server_close()
