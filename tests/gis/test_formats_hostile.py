"""Files that mean harm through what their own format allows: links, views, entities, formulas."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from layers_on_disk import AT, square, zip_of

from gis.formats import layer_names, read_layer
from gis.language import Problem

CANARY = "canary"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A layer beside the upload, readable by its own name, that no upload may reach."""
    path = tmp_path / "secret.gpkg"
    frame(CANARY).to_file(path, layer="secret")
    return path


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    (tmp_path / "upload").mkdir()
    return tmp_path / "upload"


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server that nobody should ask anything: its address and what it was asked."""
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()


def frame(name: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": [name]}, geometry=[shapely.Polygon(square())], crs=4526)


def told(path: Path, **options: str) -> str:
    """Return all that a reading gives away, be it a layer or a refusal."""
    try:
        layer = read_layer(path, **options)
    except Problem as problem:
        return str(problem)
    return layer.frame.to_csv() + layer.rejected.to_csv() + str(layer.findings)


def geopackage(path: Path, *statements: str) -> Path:
    frame("own").to_file(path, layer="own")
    database = sqlite3.connect(path)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path


def view(query: str) -> tuple[str, str, str]:
    """Return statements that make a query pass for a layer."""
    return (
        f"CREATE VIEW trick AS {query}",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES ('trick', 'features', 'trick', 4526)",
        "INSERT INTO gpkg_geometry_columns VALUES ('trick', 'geom', 'POLYGON', 4526, 0, 0)",
    )


@pytest.mark.parametrize("query", [
    "SELECT fid, geom, load_extension('{secret}') AS name FROM own",
    "SELECT fid, geom, readfile('{secret}') AS name FROM own",
    "SELECT fid, geom, hex(ogr_datasource_load_layers('{secret}')) AS name FROM own",
    "SELECT fid, geom, ogr_geocode('{url}/geocode') AS name FROM own",
    "SELECT fid, geom, gdal_get_pixel_value('{url}/a.tif', 1, 'pixel', 0, 0) AS name FROM own",
])  # fmt: skip
def test_a_view_in_a_geopackage_reaches_nothing_outside(
    upload: Path, secret: Path, asked: tuple[str, list[str]], query: str
) -> None:
    url, heard = asked
    path = geopackage(upload / "a.gpkg", *view(query.format(secret=secret, url=url)))
    assert CANARY not in told(path, layer="trick")
    assert CANARY not in told(path, layer="own")
    assert heard == []


def test_a_view_that_does_no_harm_is_a_layer_like_others(upload: Path) -> None:
    path = geopackage(upload / "a.gpkg", *view("SELECT fid, geom, name || '!' AS name FROM own"))
    assert read_layer(path, layer="trick").frame["name"].tolist() == ["own!"]


def test_a_virtual_table_in_a_geopackage_attaches_no_other_file(upload: Path, secret: Path) -> None:
    path = geopackage(upload / "a.gpkg", "PRAGMA writable_schema = 1")
    database = sqlite3.connect(path)
    database.execute("PRAGMA writable_schema = 1")
    database.execute(
        "INSERT INTO sqlite_master VALUES ('table', 'trick', 'trick', 0, ?)",
        [f"CREATE VIRTUAL TABLE trick USING VirtualOGR('{secret}', 0, 'secret')"],
    )
    database.commit()
    database.close()
    assert CANARY not in told(path)


def test_a_view_that_never_ends_is_ended(upload: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis.formats.room.SECONDS", 2)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    path = geopackage(
        upload / "a.gpkg",
        *view(f"{endless} SELECT i AS fid, (SELECT geom FROM own) AS geom, '' AS name FROM n"),
    )
    with pytest.raises(Problem):
        read_layer(path, layer="trick")


def test_a_trigger_in_a_geopackage_never_fires_on_the_upload(upload: Path) -> None:
    path = geopackage(
        upload / "a.gpkg",
        "CREATE TRIGGER t AFTER UPDATE ON gpkg_contents BEGIN DELETE FROM own; END",
    )
    before = path.read_bytes()
    assert len(read_layer(path).frame) == 1
    assert path.read_bytes() == before
    assert [one.name for one in upload.iterdir()] == ["a.gpkg"]


def test_what_lies_beside_an_upload_is_not_read_with_it(upload: Path, secret: Path) -> None:
    path = geopackage(upload / "a.gpkg")
    (upload / "a.gpkg-wal").write_bytes(secret.read_bytes())
    (upload / "a.gpkg.aux.xml").write_text(f"<x>{CANARY}</x>")
    assert CANARY not in told(path)


GML = """<?xml version="1.0"?>{prolog}<a:FeatureCollection xmlns:a="http://a"
xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://a {schema}">
<gml:featureMember><a:parcel><a:name>{name}</a:name><a:shape>
<gml:Polygon srsName="EPSG:4526"><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>{ring}
</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></a:shape>
<a:link xlink:href="{link}"/></a:parcel></gml:featureMember></a:FeatureCollection>"""
RING = " ".join(f"{x},{y}" for x, y in square(*AT))


@pytest.mark.parametrize("where", ["file", "http"])
def test_schema_entities_and_links_of_a_gml_are_not_followed(
    upload: Path, secret: Path, asked: tuple[str, list[str]], where: str
) -> None:
    url, heard = asked
    (upload.parent / "secret.txt").write_text(CANARY)
    target = f"{url}/x" if where == "http" else f"file://{upload.parent / 'secret.txt'}"
    prolog = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{target}"><!ENTITY % y SYSTEM "{target}"> %y;]>'
    gml = GML.format(prolog=prolog, schema=target, name="&x;", link=f"{target}#1", ring=RING)
    (upload / "a.gml").write_text(gml)
    assert CANARY not in told(upload / "a.gml")
    gml = GML.format(prolog="", schema=target, name="own", link=f"{target}#1", ring=RING)
    (upload / "b.gml").write_text(gml)
    assert "own" in told(upload / "b.gml")
    assert CANARY not in told(upload / "b.gml")
    assert heard == []


def test_a_network_link_and_an_overlay_of_a_kml_are_not_fetched(
    upload: Path, asked: tuple[str, list[str]]
) -> None:
    url, heard = asked
    kml = (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<NetworkLink><Link><href>{url}/a.kml</href></Link></NetworkLink>"
        f"<Placemark><styleUrl>{url}/s.kml#x</styleUrl><name>own</name><Polygon>"
        "<outerBoundaryIs><LinearRing><coordinates>114,30 114.1,30 114.1,30.1 114,30"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    )
    (upload / "a.kml").write_text(kml)
    assert "own" in told(upload / "a.kml")
    zip_of(upload / "a.kmz", {"doc.kml": kml.encode()})
    assert "own" in told(upload / "a.kmz")
    assert heard == []


def test_the_listener_would_hear(asked: tuple[str, list[str]]) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    url, heard = asked
    with pytest.raises(HTTPError):
        urlopen(f"{url}/x")
    assert heard == ["/x"]


def test_layer_names_are_no_way_round(upload: Path, secret: Path) -> None:
    path = geopackage(upload / "a.gpkg", *view(f"SELECT *, load_extension('{secret}') FROM own"))
    assert set(layer_names(path)) <= {"own", "trick"}
