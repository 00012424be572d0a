"""Uploads that mean harm: no local file is read, nobody is asked anything, each has its verdict."""

from __future__ import annotations

import json
import random
import re
import struct
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import geopandas as gpd
import pytest
import shapely

from gis.formats import read_layer
from gis.language import Problem, speaking
from tests.gis.layers_on_disk import geojson, polygon, shapefile, square, zip_of, zipped
from tests.prove.proof import Proof

CANARY, LONGEST_S, SEED, SCRIBBLE = "KANARI7391", 10.0, 8, 100_000
WORDS_OF_OTHERS = re.compile(r"gdal|ogr|sqlite|errno|traceback|/tmp|0x[0-9a-f]{4}", re.IGNORECASE)
SUFFIXES = ("vrt", "geojson", "json", "gpkg", "shp", "kml", "gml", "dxf", "txt", "csv", "xlsx",
            "parquet", "gdalg.json", "dbf", "tif")  # fmt: skip
POINTERS: dict[str, Callable[[str], str]] = {
    "VRT": lambda target: (
        '<OGRVRTDataSource><OGRVRTLayer name="secret">'
        f"<SrcDataSource>{target}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    ),
    "GDALG": lambda target: json.dumps(
        {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {target}"}
    ),
    "GDAL VRT": lambda target: (
        '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1">'
        f"<SimpleSource><SourceFilename>{target}</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    ),
}


def prove(least: int, folder: Path) -> str:
    """Read the whole corpus (in short a part of it) as the product reads an upload."""
    uploads, floor = folder / "uploads", folder / "floor"
    uploads.mkdir()
    floor.mkdir()
    secret = folder / "secret.gpkg"
    frame = gpd.GeoDataFrame({"name": [CANARY]}, geometry=[shapely.box(114, 30, 115, 31)], crs=4490)
    frame.to_file(secret)
    kept, tempfile.tempdir = tempfile.tempdir, str(floor)
    try:
        with _listener() as (url, heard):
            corpus = list(_corpus(uploads, str(secret), url))
            if least < len(corpus):
                corpus = random.Random(SEED).sample(corpus, least)
            with ThreadPoolExecutor(2) as pool:
                outcomes = list(pool.map(_outcome, corpus))
            assert heard == [], f"somebody was asked: {heard}"
            with pytest.raises(HTTPError):
                urlopen(f"{url}/is-heard")
            assert heard == ["/is-heard"], "the listener is deaf"
    finally:
        tempfile.tempdir = kept
    assert list(floor.iterdir()) == [], "something was left behind"
    above = [Path("/tmp"), *folder.parents, uploads]
    assert not [found for place in above for found in place.glob("evil*")], "a name led upwards"
    count, slowest_s = Counter(told for told, _wait in outcomes), max(w for _told, w in outcomes)
    wrong = [told for told in count if told not in ("refused", "read")]
    assert not wrong, wrong[:3]
    assert least < len(SUFFIXES) or slowest_s <= LONGEST_S, f"{slowest_s:.1f} s"
    return (
        f"{len(corpus)} hostile files: {count['refused']} refused in our words, {count['read']} "
        f"read as what they honestly hold, 0 local files read, 0 requests made; slowest "
        f"{slowest_s:.1f} s"
    )


def _outcome(path: Path) -> tuple[str, float]:
    began = time.monotonic()
    try:
        with speaking("en"):
            layer = read_layer(path)
    except Problem as problem:
        with speaking("en"):
            said, told = str(problem), "refused"
        if WORDS_OF_OTHERS.search(said.replace(path.name, "")):
            told = f"{path.name}: not our words: {said}"
    except Exception as error:
        return f"{path.name}: {type(error).__name__}: {error}"[:600], 0.0
    else:
        said, told = layer.frame.to_csv() + layer.rejected.to_csv() + str(layer.findings), "read"
    wait_s = time.monotonic() - began
    return (f"{path.name}: the canary sings" if CANARY in said else told), wait_s


def _corpus(folder: Path, secret: str, url: str) -> Iterator[Path]:
    for kind, pointer in POINTERS.items():
        for where, target in (("file", secret), ("net", f"/vsicurl/{url}/a.gpkg"),
                              ("wfs", f"WFS:{url}/wfs")):  # fmt: skip
            for suffix in SUFFIXES:
                name = f"{kind.replace(' ', '-')}-{where}.{suffix}"
                (folder / name).write_text(pointer(target), "utf-8")
                yield folder / name
                yield zip_of(folder / f"{name}.zip", {f"a.{suffix}": pointer(target).encode()})
    yield from _references(folder, secret, url)
    yield from _zips(folder, secret)
    yield from _shapes(folder)


def _references(folder: Path, secret: str, url: str) -> Iterator[Path]:
    for number, href in enumerate(
        (f"{url}/crs", f"file://{secret}", url.replace("127.0.0.1", "localhost"))
    ):
        for kind in ("esriwkt", "proj4", "ogcwkt"):
            link = {"type": "link", "properties": {"href": href, "type": kind}}
            path = folder / f"crs-{number}-{kind}.geojson"
            yield geojson(path, [polygon(square())], crs=link)
        yield geojson(folder / f"crs-{number}-name.geojson", [polygon(square())], crs=href)
    for number, target in enumerate((f"{url}/x", f"file://{secret}")):
        entity = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{target}"><!ENTITY % y SYSTEM "{target}"> %y;]>'
        bomb = "".join(
            f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "ha">'
            for n in range(12)
        )
        for suffix, root in (("kml", "kml"), ("gml", "FeatureCollection")):
            path = folder / f"entity-{number}.{suffix}"
            path.write_text(f"<?xml version='1.0'?>{entity}<{root}><name>&x;</name></{root}>")
            yield path
            path = folder / f"bomb-{number}.{suffix}"
            path.write_text(f"<?xml version='1.0'?><!DOCTYPE x [{bomb}]><{root}>&a11;</{root}>")
            yield path


def _zips(folder: Path, secret: str) -> Iterator[Path]:
    parts = shapefile()
    whole = zipped(folder / "whole.zip", parts).read_bytes()
    entries = [found.start() for found in re.finditer(b"PK\x01\x02", whole)]
    over = bytearray(whole)
    over[entries[1] + 42 : entries[1] + 46] = over[entries[0] + 42 : entries[0] + 46]
    lying = bytearray(whole)
    lying[entries[0] + 24 : entries[0] + 28] = struct.pack("<I", 10)
    for name, content in (("over", over), ("lying", lying)):
        (folder / f"{name}.zip").write_bytes(content)
        yield folder / f"{name}.zip"
    yield zip_of(folder / "swelling.zip", {"a.shp": b"\0" * 50_000_000, "a.dbf": b""})
    inner = zipped(folder / "inner.zip", parts).read_bytes()
    for depth in range(3):
        inner = zip_of(folder / f"nested-{depth}.zip", {"inner.zip": inner}).read_bytes()
        yield folder / f"nested-{depth}.zip"
    stems = ("../../../evil", "/tmp/evil", "C:\\evil", "..\\..\\evil", "a/./../../evil", "evil\0",
             "evil\x1b[31m", "evil\r\n", "图斑/石羊镇", "evil" * 60)  # fmt: skip
    for number, stem in enumerate(stems):
        yield zipped(folder / f"name-{number}.zip", parts, stem=stem)
    gbk = folder / "gbk.zip"
    with zipfile.ZipFile(gbk, "w") as archive:
        for suffix, content in parts.items():
            archive.writestr("XXXXXX" + suffix, content)
    gbk.write_bytes(gbk.read_bytes().replace(b"XXXXXX", "石羊镇".encode("gb18030")))
    yield gbk
    link = folder / "link.zip"
    with zipfile.ZipFile(link, "w") as archive:
        info = zipfile.ZipInfo("a.gpkg")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, secret)
    yield link


def _shapes(folder: Path) -> Iterator[Path]:
    chance = random.Random(SEED)
    scribble = [(114 + chance.random() / 100, 30 + chance.random() / 100) for _ in range(SCRIBBLE)]
    yield geojson(folder / "scribble.geojson", [polygon([*scribble, scribble[0]])])
    parts = shapefile(rings=[[*scribble, scribble[0]]])
    yield zipped(folder / "scribble.zip", parts)
    for number, word in enumerate(("1e308", "-1e308", "NaN", "Infinity", "1e400", "null", '"x"')):
        ring = f"[[114,30],[114,{word}],[114.1,30.1],[114,30]]"
        path = folder / f"number-{number}.geojson"
        path.write_text(
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
            f'"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}'
        )
        yield path
        x, y = (float(word) if number < 4 else 1e308), 3_400_000.0
        corners = [(x, y), (x + 10, y), (x, y + 10), (x, y)]
        yield zipped(folder / f"number-{number}.zip", shapefile(rings=[corners]))


@contextmanager
def _listener() -> Iterator[tuple[str, list[str]]]:
    """Give a server that nobody should ask anything: its address and what it was asked."""
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_POST = do_GET  # noqa: N815

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()


PROOF = Proof("hostile", "Uploads that mean harm", prove, quick=6, long=1000)
