"""Files that mean harm, or are broken, or simply no layers: none may hurt, hang or crash us."""

from __future__ import annotations

import random
import re
import struct
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from layers_on_disk import geojson, polygon, shapefile, square, zip_of, zipped
from world import DATA, files_of_the_world, outcomes

from gis.formats import FORMATS, archive, read_layer, room
from gis.language import Problem, speaking

GDAL_WORDS = re.compile(r"gdal|ogr|sqlite|errno|traceback|/tmp|0x[0-9a-f]+", re.IGNORECASE)


def refusal(path: Path) -> str:
    with pytest.raises(Problem) as told:
        read_layer(path)
    with speaking("en"):
        return str(told.value)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A readable layer beside the upload that no upload may reach."""
    path = tmp_path / "secret.gpkg"
    frame = gpd.GeoDataFrame(
        {"name": ["canary"]}, geometry=gpd.points_from_xy([114], [30]).buffer(1), crs=4490
    )
    frame.to_file(path)
    return path


@pytest.mark.parametrize("name", [
    "a.vrt", "a.geojson", "a.json", "a.gpkg", "a.shp", "a.kml", "a.gml", "a.dxf", "a.txt", "a.dbf",
])  # fmt: skip
@pytest.mark.parametrize("is_padded", [False, True])
def test_a_pointer_to_a_local_file_under_any_name_reads_nothing(
    tmp_path: Path, secret: Path, name: str, is_padded: bool
) -> None:
    pointer = (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    folder = tmp_path / "upload"
    folder.mkdir()
    padding = "<!-- " + "x" * 20_000 + " -->" if is_padded else ""
    (folder / name).write_text(padding + pointer)
    assert "canary" not in refusal(folder / name)
    assert refusal(zip_of(folder / "b.zip", {name: pointer.encode()}))


def test_the_secret_could_be_read_by_its_own_name(secret: Path) -> None:
    assert read_layer(secret).frame["name"][0] == "canary"


@pytest.mark.parametrize(
    "ask",
    [
        "from gis.formats.ogr import gdal_with; print(*gdal_with(['GPKG']).list_drivers())",
        "from gis.formats.ogr import fiona_with; fiona_with(['GPKG']); import fiona.env;"
        "gdal = fiona.env.Env(); gdal.__enter__(); print(*gdal.drivers())",
    ],
    ids=["pyogrio", "fiona"],
)
def test_only_the_named_driver_is_awake_in_the_child(tmp_path: Path, ask: str) -> None:
    import subprocess
    import sys

    code = f"import sys; sys.path.insert(0, {str(room.ROOT)!r}); {ask}"
    told = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True,
                          env=room.child_environment(tmp_path), check=True)  # fmt: skip
    assert told.stdout.split() == ["GPKG"]


def test_the_child_sees_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    assert "DATABASE_PASSWORD" not in room.child_environment(tmp_path)


def test_a_remote_crs_is_not_asked_for(tmp_path: Path) -> None:
    link = {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs", "type": "esriwkt"}}
    started = time.monotonic()
    layer = read_layer(geojson(tmp_path / "a.geojson", [polygon(square())], crs=link))
    assert layer.understood.crs_how == "prefix"
    assert time.monotonic() - started < 10


def test_a_zip_that_swells_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"a.shp": b"\0" * 50_000_000, "a.dbf": b""})
    assert "swells" in refusal(path)


def test_a_table_that_says_the_same_in_every_row_is_no_bomb(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).bytes(1_000_000)  # coordinates shrink but little
    path = zip_of(tmp_path / "a.zip", {"a.shp": noise, "a.dbf": b" " * 40_000_000})
    assert [member.name for member in archive.members(path)] == ["a.shp", "a.dbf"]


def test_a_zip_with_members_over_one_another_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path / "a.zip", shapefile()).read_bytes())
    entries = [m.start() for m in re.finditer(b"PK\x01\x02", bytes(content))]
    content[entries[1] + 42 : entries[1] + 46] = content[entries[0] + 42 : entries[0] + 46]
    (tmp_path / "b.zip").write_bytes(content)
    assert "over one another" in refusal(tmp_path / "b.zip")


def test_a_zip_that_lies_about_sizes_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path / "a.zip", shapefile()).read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    (tmp_path / "b.zip").write_bytes(content)
    assert refusal(tmp_path / "b.zip")


def test_links_passwords_and_paths_upwards_do_no_harm(tmp_path: Path, secret: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("a.gpkg")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, str(secret))
    assert "a link inside" in refusal(path)
    members = {f"../../../evil{s}": c for s, c in shapefile().items()}
    layer = read_layer(zip_of(tmp_path / "up.zip", members))
    assert len(layer.frame) == 2
    assert not list(tmp_path.parent.rglob("evil*"))


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.mdb", b"\0\1\0\0Standard Jet DB\0", "Access"),
    ("a.shp", b"Rar!\x1a\x07", "no shapefile|cut off"),
    ("a.rar", b"Rar!\x1a\x07", "RAR"),
    ("a.dwg", b"AC1032\0", "DXF"),
    ("a.xls", b"\xd0\xcf\x11\xe0", "xlsx"),
    ("a.pdf", b"%PDF-1.7", "PDF"),
    ("a.geojson", b"\xff\xd8\xff\xe0", "JPEG"),
    ("a.jpg", b"hello", "JPEG"),
    ("a.zip", b"PK\x03\x04 nothing", "damaged zip"),
    ("a.gpkg", b"", "empty"),
    ("a.gpkg", b"SQLite format 3\0" + b"\0" * 100, "damaged"),
    ("a.txt", b"hello", "not a layer"),
])  # fmt: skip
def test_what_is_no_layer_is_sent_back_with_what_to_send_instead(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    told = refusal(tmp_path / name)
    assert re.search(words, told)
    assert name in told
    assert not GDAL_WORDS.search(told)


def test_a_child_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "START", "while True: pass")
    monkeypatch.setattr(room, "SECONDS", 1)
    started = time.monotonic()
    assert "too long" in refusal(zipped(tmp_path / "a.zip", shapefile()))
    assert time.monotonic() - started < 10


def test_a_child_that_crashes_means_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "START", "import os; os.kill(os.getpid(), 11)")
    assert "damaged" in refusal(zipped(tmp_path / "a.zip", shapefile()))


def test_a_layer_in_beijing_54_is_refused_with_the_reason(tmp_path: Path) -> None:
    wkt = pyproj.CRS.from_epsg(2422).to_wkt("WKT1_ESRI")
    told = refusal(zipped(tmp_path / "a.zip", shapefile(prj=wkt)))
    assert "Beijing 54" in told
    assert "CGCS2000" in told


def test_a_layer_elsewhere_is_refused_and_its_strays_are_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", shapefile(rings=[square(), square(), square(38_400_000)]))
    with pytest.raises(Problem, match="项目区范围之外"):
        read_layer(path, extent_lonlat=(100.0, 20.0, 101.0, 21.0))
    layer = read_layer(path, extent_lonlat=(113.9, 30.0, 114.1, 31.0))
    assert [f.row for f in layer.findings if f.code == "outside_extent"] == [3]


def test_a_child_that_eats_memory_is_refused_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MEMORY_BYTES", 20 * 1024**2)
    assert "memory" in refusal(zipped(tmp_path / "a.zip", shapefile()))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = tmp_path / "floor"
    floor.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(floor))
    read_layer(zipped(tmp_path / "a.zip", shapefile()))
    refusal(zipped(tmp_path / "b.zip", {".shp": b"\0" * 200}))
    assert list(floor.iterdir()) == []


def test_a_scribble_stops_neither_the_clock_nor_the_other_rows(tmp_path: Path) -> None:
    chance = random.Random(1)
    ring = [(114 + chance.random() / 100, 30 + chance.random() / 100) for _ in range(4000)]
    path = geojson(tmp_path / "a.geojson", [polygon([*ring, ring[0]]), polygon(square(114, 30))])
    started = time.monotonic()
    layer = read_layer(path)
    assert time.monotonic() - started < 10
    assert list(layer.rejected["rejected_for"]) == ["too_tangled"]
    assert list(layer.frame["row"]) == [2]


def test_every_format_of_the_folder_is_in_the_table() -> None:
    folder = Path(room.__file__).parent
    with_one = {
        file.stem
        for file in folder.glob("*.py")
        if re.search(r"^FORMAT = ", file.read_text(), re.M)
    }
    assert {f.read.__module__.rsplit(".", 1)[1] for f in FORMATS.values()} == with_one


@pytest.mark.skipif(not DATA.exists(), reason="the shared layers are not on this machine")
def test_files_of_the_world_are_read_or_refused_in_words() -> None:
    """The proof ``world`` reads all of them."""
    told = outcomes(files_of_the_world(is_whole=False))
    assert len(told) > 100
    assert [words for words in told if words and GDAL_WORDS.search(words)] == []
    assert told.count("") > 40
