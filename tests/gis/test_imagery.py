"""Orthophotos: what is cut lies where it belongs, and what cannot be used is refused in words."""

from __future__ import annotations

import http.server
import io
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from affine import Affine
from PIL import Image
from pyproj import Transformer
from rasterio.control import GroundControlPoint
from rasterio.enums import ColorInterp

from gis.imagery import TileFile, cut_tiles
from gis.imagery.remote import _refusal, ask_tile, fetch_tile, require_template
from gis.language import ENGLISH, Problem, speaking
from gis.tiles import TILE_PX, tile_bounds, to_lonlat, to_mercator
from tests.gis.images import NORTH, PIXEL_M, WEST, photo

MARS = 'GEOGCS["Mars",DATUM["D_Mars",SPHEROID["Mars",3396190,169.9]],PRIMEM["0",0],UNIT["degree",0.0174532925199433]]'  # noqa: E501


def quarters() -> np.ndarray:
    """A picture of 400 × 400 pixels: red, green above; blue, white below."""
    pixels = np.zeros((3, 400, 400), dtype=np.uint8)
    pixels[0, :200, :200] = 255
    pixels[1, :200, 200:] = 255
    pixels[2, 200:, :200] = 255
    pixels[:, 200:, 200:] = 255
    return pixels


def colour_at(tiles: TileFile, column: float, row: float, zoom: int | None = None) -> Any:
    """Return the RGBA of the tile under a pixel of the image; None where there is no tile."""
    z = zoom or tiles.about["max_zoom"]
    to_degrees = Transformer.from_crs(4526, 4490, always_xy=True)
    lon, lat = to_degrees.transform(WEST + column * PIXEL_M, NORTH - row * PIXEL_M)
    x, y = to_mercator(lon, lat)
    west, south, east, north = tile_bounds(0, 0, 0)
    across, down = (x - west) / (east - west) * 2**z, (north - y) / (north - south) * 2**z
    packed = tiles.tile(z, int(across), int(down))
    if packed is None:
        return None
    tile = Image.open(io.BytesIO(packed)).convert("RGBA")
    return tile.getpixel((int(across % 1 * TILE_PX), int(down % 1 * TILE_PX)))


def is_near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    return colour is not None and all(abs(a - b) < 40 for a, b in zip(colour, wanted, strict=False))


def test_every_corner_of_an_image_is_found_where_it_lies(tmp_path: Path) -> None:
    made = cut_tiles(photo(tmp_path / "a.tif", quarters()), tmp_path / "tiles")
    tiles = TileFile(tmp_path / "tiles")
    for zoom in (made.max_zoom, made.max_zoom - 1, made.max_zoom - 3):
        assert is_near(colour_at(tiles, 100, 100, zoom), (255, 0, 0))
        assert is_near(colour_at(tiles, 300, 100, zoom), (0, 255, 0))
        assert is_near(colour_at(tiles, 100, 300, zoom), (0, 0, 255))
        assert is_near(colour_at(tiles, 300, 300, zoom), (255, 255, 255))
    for column in (195, 205):  # the edge in the middle is not off by a pixel or two
        wanted = (255, 0, 0) if column < 200 else (0, 255, 0)
        assert is_near(colour_at(tiles, column, 100), wanted)
    assert made.pixel_m == pytest.approx(0.5, rel=0.01)
    assert made.crs == 4526
    outside = colour_at(tiles, -20, 100)
    assert outside is None or outside[3] == 0


def test_nothing_is_shown_where_the_image_has_none(tmp_path: Path) -> None:
    grey = np.full((1, 400, 400), 120, dtype=np.uint8)
    grey[0, :, 200:] = 0
    cut_tiles(photo(tmp_path / "a.tif", grey, nodata=0), tmp_path / "tiles")
    tiles = TileFile(tmp_path / "tiles")
    assert is_near(colour_at(tiles, 100, 100), (120, 120, 120))
    beside = colour_at(tiles, 300, 100)
    assert beside is None or beside[3] == 0


def test_a_tilted_drone_image_with_an_alpha_band_is_placed_right(tmp_path: Path) -> None:
    pixels = np.zeros((4, 300, 300), dtype=np.uint8)
    pixels[0], pixels[3, 100:200, 100:200] = 200, 255
    tilted = Affine.translation(WEST, NORTH) @ Affine.rotation(-30) @ Affine.scale(0.5, -0.5)
    marks = (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha)
    path = photo(tmp_path / "a.tif", pixels, transform=tilted, colorinterp=marks)
    cut_tiles(path, tmp_path / "tiles")
    tiles = TileFile(tmp_path / "tiles")
    x, y = tilted @ (150, 150)
    assert is_near(colour_at(tiles, (x - WEST) / PIXEL_M, (NORTH - y) / PIXEL_M), (200, 0, 0))
    x, y = tilted @ (50, 50)
    corner = colour_at(tiles, (x - WEST) / PIXEL_M, (NORTH - y) / PIXEL_M)
    assert corner is None or corner[3] == 0


def test_sixteen_bits_are_stretched_to_what_an_eye_sees(tmp_path: Path) -> None:
    dark = np.full((3, 400, 400), 300, dtype=np.uint16)
    dark[:, :, 200:] = 900
    cut_tiles(photo(tmp_path / "a.tif", dark), tmp_path / "tiles")
    tiles = TileFile(tmp_path / "tiles")
    assert is_near(colour_at(tiles, 100, 100), (0, 0, 0))
    assert is_near(colour_at(tiles, 300, 100), (255, 255, 255))


def test_an_image_without_a_system_is_taken_with_the_chosen_one(tmp_path: Path) -> None:
    path = photo(tmp_path / "a.tif", quarters(), crs=None)
    with speaking(ENGLISH), pytest.raises(Problem, match="does not say its coordinate system"):
        cut_tiles(path, tmp_path / "tiles")
    cut_tiles(path, tmp_path / "tiles", crs=4526)
    assert is_near(colour_at(TileFile(tmp_path / "tiles"), 100, 100), (255, 0, 0))


def gcps() -> list[GroundControlPoint]:
    return [GroundControlPoint(row=r, col=c, x=114 + c / 1e4, y=35 - r / 1e4)
            for r, c in ((0, 0), (0, 399), (399, 0))]  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ({"crs": None, "transform": None, "gcps": gcps()}, "3 ground control points"),
        ({"crs": MARS, "transform": Affine(1e-4, 0, 114, 0, -1e-4, 35)}, "another body"),
        ({"crs": "EPSG:2362"}, "Xi'an 80"),
        ({"crs": "EPSG:2414"}, "Beijing 54"),
        ({"crs": None, "transform": None}, "no place on the ground"),
    ],
)
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_an_image_that_cannot_be_placed_is_refused_in_words(
    tmp_path: Path, profile: dict[str, Any], words: str
) -> None:
    path = photo(tmp_path / "a.tif", quarters(), **profile)
    with speaking(ENGLISH), pytest.raises(Problem, match=words):
        cut_tiles(path, tmp_path / "tiles")
    assert not (tmp_path / "tiles").exists()


def test_a_list_of_other_files_in_the_clothes_of_an_image_is_not_opened(tmp_path: Path) -> None:
    secret = photo(tmp_path / "secret.tif", quarters())
    disguised = tmp_path / "photo.tif"
    disguised.write_text(
        f'<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1">'
        f"<SimpleSource><SourceFilename>{secret}</SourceFilename></SimpleSource>"
        f"</VRTRasterBand></VRTDataset>"
    )
    with speaking(ENGLISH), pytest.raises(Problem, match="no GeoTIFF"):
        cut_tiles(disguised, tmp_path / "tiles")


def test_an_image_cut_short_is_called_damaged(tmp_path: Path) -> None:
    whole = photo(tmp_path / "a.tif", quarters()).read_bytes()
    for length in (30, 4_000, len(whole) - 900):
        (tmp_path / "short.tif").write_bytes(whole[:length])
        with speaking(ENGLISH), pytest.raises(Problem, match="damaged"):
            cut_tiles(tmp_path / "short.tif", tmp_path / "tiles")


PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PLACE = (15, 26_770, 12_953)  # near 114.1° E, 35.2° N
EXTENT = (114.0, 35.0, 114.3, 35.4)


def mbtiles(path: Path, tiles: list[tuple[int, int, int, Any]]) -> Path:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", tiles)
    file.close()
    return path


@pytest.mark.parametrize("is_tms", [True, False])
def test_rows_of_tiles_are_counted_the_way_that_lies_in_the_project(
    tmp_path: Path, is_tms: bool
) -> None:
    z, x, y = PLACE
    row = 2**z - 1 - y if is_tms else y
    path = mbtiles(tmp_path / "a.mbtiles", [(z, x, row, PNG)])
    made = cut_tiles(path, tmp_path / "tiles", extent_lonlat=EXTENT)
    assert TileFile(tmp_path / "tiles").tile(z, x, y) == PNG
    west, south, *_rest = tile_bounds(z, x, y)
    assert made.bounds_lonlat[:2] == pytest.approx(to_lonlat(west, south))


def test_tiles_that_are_no_pictures_are_refused(tmp_path: Path) -> None:
    z, x, y = PLACE
    for content in (b"<html><script>1</script>", "text", None, b""):
        path = tmp_path / "a.mbtiles"
        path.unlink(missing_ok=True)
        mbtiles(path, [(z, x, y, content)])
        with speaking(ENGLISH), pytest.raises(Problem, match="no PNG, JPEG or WebP"):
            cut_tiles(path, tmp_path / "tiles")


def test_a_zipped_folder_of_tiles_is_copied_and_an_oversized_one_is_not(tmp_path: Path) -> None:
    z, x, y = PLACE
    for size, refused in ((0, False), (3 * 1024**2, True)):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"dom/{z}/{x}/{y}.png", PNG + bytes(size))
            archive.writestr("dom/readme.txt", "x")
        if refused:
            with speaking(ENGLISH), pytest.raises(Problem, match="not safe"):
                cut_tiles(path, tmp_path / "tiles")
            continue
        cut_tiles(path, tmp_path / "tiles", extent_lonlat=EXTENT)
        assert TileFile(tmp_path / "tiles").tile(z, x, y) == PNG


class _Tiles(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if "moved" in self.path:
            self.send_response(302)
            self.send_header("Location", "/other/1/2/3")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>words" if "page" in self.path else PNG)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Tiles)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def test_a_tile_of_a_server_inside_is_fetched_and_nothing_else_of_it(server: str) -> None:
    _Tiles.asked.clear()
    assert fetch_tile(f"{server}/dom/{{z}}/{{x}}/{{-y}}", 3, 1, 2) == PNG
    assert _Tiles.asked == ["/dom/3/1/5"]
    assert fetch_tile(f"{server}/page/{{z}}/{{x}}/{{y}}", 3, 1, 2) is None
    assert fetch_tile(f"{server}/moved/{{z}}/{{x}}/{{y}}", 3, 1, 2) is None
    assert "/other/1/2/3" not in _Tiles.asked
    require_template(f"{server}/影像/{{z}}/{{x}}/{{y}}")
    assert fetch_tile(f"{server}/影像/{{z}}/{{x}}/{{y}}?名=a%20b", 3, 1, 2) == PNG
    assert _Tiles.asked[-1] == "/%E5%BD%B1%E5%83%8F/3/1/2?%E5%90%8D=a%20b"


def test_what_answers_on_this_machine_is_not_quoted(server: str) -> None:
    with speaking(ENGLISH):
        with pytest.raises(Problem) as refused:
            ask_tile(f"{server}/secret/page/{{z}}/{{x}}/{{y}}", 3, 1, 2)
        assert str(refused.value).endswith("It says: —")
        told = str(_refusal("10.0.0.5", 400, b"<a>no layer</a>", is_quoted=True))
    assert told.endswith("It says: no layer")


@pytest.mark.parametrize(
    "address",
    [
        "http://8.8.8.8/{z}/{x}/{y}",
        "http://169.254.169.254/{z}/{x}/{y}",
        "file:///etc/{z}/{x}/{y}",
        "http://10.0.0.5/{z}/{x}",
        "http://10.0.0.5/{z}/{x}/{y} x",
        "gopher://10.0.0.5/{z}/{x}/{y}",
        "http://127.0.0.1:999999/{z}/{x}/{y}",
        "http://127.0.0.1:port/{z}/{x}/{y}",
        "http://[10.0.0.5/{z}/{x}/{y}",
        f"http://{'a' * 70}/{{z}}/{{x}}/{{y}}",
        "http://a..b/{z}/{x}/{y}",
        "http://[::ffff:169.254.169.254]/{z}/{x}/{y}",
        "http://[::ffff:8.8.8.8]/{z}/{x}/{y}",
        "http://[::ffff:0.0.0.0]/{z}/{x}/{y}",
        "http://[fe80::1]/{z}/{x}/{y}",
        "http://[fd00:ec2::254]/{z}/{x}/{y}",
    ],
)
def test_an_address_outside_or_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(Problem):
        require_template(address)
    assert fetch_tile(address, 3, 1, 2) is None
