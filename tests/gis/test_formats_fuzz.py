"""Files of every format, broken by a seeded hand: always a layer or a sentence, never a mess.

A hundred files; ``TRACKER_FUZZ=2000`` tries that many.
"""

from __future__ import annotations

import io
import os
import random
import re
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely
from layers_on_disk import AT, PRJ_38, geojson, polygon, shapefile, square, zip_of, zipped

from gis.formats import FORMATS, read_layer
from gis.formats.coordinate_txt import write_coordinate_txt
from gis.language import Problem, speaking

FILES = int(os.environ.get("TRACKER_FUZZ", "100"))
LONGEST_S = 10
WORDS_OF_OTHERS = re.compile(r"gdal|ogr|sqlite|errno|traceback|/tmp|0x[0-9a-f]{4}", re.IGNORECASE)
NUMBER = re.compile(rb"-?\d+(\.\d+)?")
EXTREMES = (b"1e308", b"-1e308", b"nan", b"NaN", b"inf", b"1e400", b"-0", b"99999999999999999999",
            b"2147483648", b"-2147483649", b"", b"0x10", b"1" * 5000)  # fmt: skip
KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">
<Document><Folder><name>a</name><Placemark><name>1</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>114,30,0 114.01,30,0 114.01,30.01,0 114,30,0</coordinates></LinearRing>
</outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>"""
GML = """<?xml version="1.0"?><a:FeatureCollection xmlns:a="http://a"
xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><a:parcel><a:no>1</a:no><a:shape>
<gml:Polygon srsName="EPSG:4526"><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>
38500000,3400000 38500010,3400000 38500010,3400010 38500000,3400000
</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></a:shape></a:parcel>
</gml:featureMember></a:FeatureCollection>"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One good file of every format of the table."""
    home = tmp_path_factory.mktemp("whole")
    frame = gpd.GeoDataFrame(
        {"no": ["1", "2", "3"], "地名": ["石羊镇", None, "x"], "m2": [1.0, 2.5, None]},
        geometry=[shapely.Polygon(square(AT[0] + 20 * i)) for i in range(3)], crs=4526,
    )  # fmt: skip
    frame.to_file(home / "a.gpkg")
    frame.to_parquet(home / "a.parquet")
    frame[["geometry"]].to_file(home / "a.dxf", driver="DXF")
    frame.to_file(home / "a.gdb", driver="OpenFileGDB")
    write_coordinate_txt(frame, home / "a.txt", number="no")
    (home / "a.kml").write_text(KML)
    (home / "a.gml").write_text(GML)
    rows = [
        ["地块编号", "序号", "X", "Y"],
        *([n, j, y, x] for n in (1, 2) for j, (x, y) in enumerate(square(AT[0] + 20 * n))),
    ]
    (home / "a.csv").write_text("\n".join(",".join(map(str, row)) for row in rows), "utf-8")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(home / "a.xlsx")
    table = {f"a.gdb/{f.name}": f.read_bytes() for f in (home / "a.gdb").iterdir()}
    return {
        "shapefile": zipped(home / "a.zip", shapefile(prj=PRJ_38, cpg=b"UTF-8")),
        "geopackage": home / "a.gpkg", "geojson": geojson(home / "a.geojson", [polygon(square())]),
        "filegdb": zip_of(home / "g.zip", table), "kml": home / "a.kml", "gml": home / "a.gml",
        "coordinate_txt": home / "a.txt", "vertex_csv": home / "a.csv",
        "vertex_xlsx": home / "a.xlsx", "geoparquet": home / "a.parquet", "dxf": home / "a.dxf",
    }  # fmt: skip


def broken(content: bytes, chance: random.Random) -> bytes:
    """Return the file with one to four injuries."""
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(INJURIES)(content, chance)
    return content


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _drop(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.randint(1, 200) :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return (
        content[:at]
        + content[at : at + chance.randint(1, 500)] * chance.randint(2, 50)
        + (content[at:])
    )


def _fill(content: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(content) + 1), chance.randint(1, 64)
    return content[:at] + bytes([chance.choice([0, 255, 128])]) * length + content[at + length :]


def _swap(content: bytes, chance: random.Random) -> bytes:
    one, other = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[other:] + content[one:other] + content[:one]


def _number(content: bytes, chance: random.Random) -> bytes:
    found = list(NUMBER.finditer(content))
    if not found:
        return content
    hit = chance.choice(found)
    return content[: hit.start()] + chance.choice(EXTREMES) + content[hit.end() :]


INJURIES = (_flip, _flip, _cut, _drop, _repeat, _fill, _swap, _number, _number)


def injured(path: Path, to: Path, chance: random.Random) -> Path:
    """Write a broken copy; of a zip it is the members that break, or the checksum tells all."""
    content = path.read_bytes()
    if not content.startswith(b"PK") or chance.random() < 0.2:
        to.write_bytes(broken(content, chance))
        return to
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in chance.sample(sorted(members), chance.randint(1, min(3, len(members)))):
        if chance.random() < 0.1:
            del members[name]
        else:
            members[name] = broken(members[name], chance)
    return zip_of(to, members)


def verdict(path: Path) -> tuple[str, float]:
    """Return what became of a file, and the seconds; anything but a layer or a problem raises."""
    started = time.monotonic()
    with speaking("en"):
        try:
            layer = read_layer(path)
        except Problem as problem:
            told = str(problem)
            assert not WORDS_OF_OTHERS.search(told.replace(str(path), "")), told
            assert "{" not in told, told
            return "refused", time.monotonic() - started
    assert len(layer.frame) + len(layer.rejected) == layer.understood.rows_in
    assert layer.frame.geometry.is_valid.all()
    assert set(layer.frame.geom_type) <= {"Polygon", "MultiPolygon"}
    return "read", time.monotonic() - started


def test_every_format_has_a_whole_file_here(whole: dict[str, Path]) -> None:
    assert set(whole) == set(FORMATS)
    for code, path in whole.items():
        assert read_layer(path).understood.format == FORMATS[code].title


def test_broken_files_of_every_format_are_layers_or_sentences(
    whole: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    floor, uploads = tmp_path / "floor", tmp_path / "uploads"
    floor.mkdir()
    uploads.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(floor))
    beside = set(Path.cwd().iterdir())

    def one(number: int) -> tuple[str, str, float, Any]:
        code = sorted(whole)[number % len(whole)]
        own = uploads / str(number)
        own.mkdir()
        path = injured(whole[code], own / f"u{whole[code].suffix}", random.Random(number))
        try:
            told, seconds = verdict(path)
        except Exception as error:
            return code, f"{path}: {type(error).__name__}: {str(error)[-600:]}", 0.0, number
        return code, told, seconds, number

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(one, range(FILES)))
    assert [told for _, told, *_ in outcomes if told not in ("read", "refused")] == []
    assert [o for o in outcomes if o[2] > LONGEST_S] == []
    assert list(floor.iterdir()) == []
    assert all(len(list(own.iterdir())) == 1 for own in uploads.iterdir())
    assert set(Path.cwd().iterdir()) == beside
    count = Counter(told for _, told, *_ in outcomes)
    assert count["refused"] > FILES / 10, count
    assert count["read"] > FILES / 20, count
