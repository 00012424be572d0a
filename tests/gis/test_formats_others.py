"""GeoPackage, GeoJSON, KML, GML and File Geodatabase."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layers_on_disk import AT, geojson, polygon, square, zip_of

from gis.formats import layer_names, read_layer
from gis.language import Problem, speaking

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the shared layers are not here")


def parcels(count: int = 3, **columns: list) -> gpd.GeoDataFrame:
    outlines = [shapely.Polygon(square(AT[0] + 20 * i)) for i in range(count)]
    return gpd.GeoDataFrame(columns or {"TBBH": ["1", "2", "3"]}, geometry=outlines, crs=4526)


def test_a_geopackage_comes_back_as_it_was(tmp_path: Path) -> None:
    made = parcels(图斑编号=["001", "002", None], 面积=[1.5, None, 3.0], n=[1, 2, 3])
    made.to_file(tmp_path / "a.gpkg", layer="图斑")
    layer = read_layer(tmp_path / "a.gpkg")
    assert layer.understood.layer == "图斑"
    assert layer.frame["图斑编号"].tolist()[:2] == ["001", "002"]
    assert layer.frame["图斑编号"].isna().tolist() == [False, False, True]
    assert layer.frame["面积"].isna().tolist() == [False, True, False]
    assert layer.frame["n"].dtype == np.int64
    assert (layer.frame.geometry == made.geometry).all()
    assert layer.frame.crs == made.crs


def test_layers_with_areas_are_named_first_and_the_others_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([AT[0]], [AT[1]]), crs=4526)
    points.to_file(path, layer="points")
    parcels().to_file(path, layer="parcels")
    parcels(1, TBBH=["9"]).to_file(path, layer="more")
    assert layer_names(path) == ["parcels", "more", "points"]
    layer = read_layer(path)
    assert layer.understood.layer == "parcels"
    assert [f.values["layers"] for f in layer.findings if f.code == "other_layers"] == ["more"]
    assert read_layer(path, layer="more").frame["TBBH"].tolist() == ["9"]
    with pytest.raises(Problem) as told, speaking("en"):
        read_layer(path, layer="absent")
    assert "parcels, more, points" in str(told.value.text.values["layers"])


def test_gbk_bytes_inside_a_geopackage_are_read_as_chinese(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    parcels(1, TBBH=["x"]).to_file(path, layer="a")
    database = sqlite3.connect(path)
    database.execute("DROP TRIGGER IF EXISTS rtree_a_geom_update6")
    database.executescript("".join(
        f"DROP TRIGGER IF EXISTS {name};" for (name,) in
        database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
    ))  # fmt: skip
    gbk = "青城山镇".encode("gbk").hex()
    database.execute(f"UPDATE a SET TBBH = CAST(X'{gbk}' AS TEXT)")
    database.commit()
    database.close()
    assert read_layer(path).frame["TBBH"][0] == "青城山镇"


@given(at=st.integers(0, 98_000), value=st.integers(0, 255))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_geopackage_with_one_byte_changed_never_brings_us_down(
    tmp_path: Path, at: int, value: int
) -> None:
    whole = tmp_path / "whole.gpkg"
    if not whole.exists():
        parcels().to_file(whole)
    content = bytearray(whole.read_bytes())
    content[at % len(content)] = value
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(content)
    try:
        layer = read_layer(broken)
    except Problem:
        return
    assert len(layer.frame) + len(layer.rejected) == layer.understood.rows_in


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_geojson_is_read_in_every_encoding_it_comes_in(tmp_path: Path, encoding: str) -> None:
    path = geojson(tmp_path / "a.geojson", [polygon(square(114, 30))], name="青城山镇石羊镇")
    told = json.loads(path.read_text("utf-8"))
    told["features"][0]["properties"]["ZLDWMC"] = "青城山镇"
    path.write_bytes(json.dumps(told, ensure_ascii=False).encode(encoding))
    assert read_layer(path).frame["ZLDWMC"][0] == "青城山镇"


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:EPSG::4526", "EPSG:4526"])
def test_a_declared_grid_in_geojson_is_kept(tmp_path: Path, crs: str) -> None:
    layer = read_layer(geojson(tmp_path / "a.geojson", [polygon(square())], crs=crs))
    assert (layer.understood.crs, layer.understood.crs_how) == (4526, "declared")


def test_one_bad_feature_stops_no_other(tmp_path: Path) -> None:
    bad = [
        None,
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[1, "x"], [2, 3]]]},
        {"type": "Point", "coordinates": [114, 30]},
        {"type": "Polygon", "coordinates": [[[114, 30], [114, 31], [115, 31]]]},
        polygon(square(114, 30)),
    ]
    layer = read_layer(geojson(tmp_path / "a.geojson", bad))
    assert 6 in layer.frame["row"].tolist()
    assert sorted([*layer.frame["row"], *layer.rejected["row"]]) == [1, 2, 3, 4, 5, 6]
    assert layer.rejected["TBBH"].tolist() == [str(r) for r in layer.rejected["row"]]
    told = {f.row for f in layer.findings if f.row}
    assert set(layer.rejected["row"]) <= told


def test_nineteen_digit_numbers_keep_every_digit(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [polygon(square(114, 30))])
    told = json.loads(path.read_text("utf-8"))
    told["features"][0]["properties"] = {
        "ZLDWDM": 5101810010010000001,
        "QSDWDM": "5101810010010000001",
    }
    path.write_text(json.dumps(told), "utf-8")
    frame = read_layer(path).frame
    assert [frame["ZLDWDM"][0], frame["QSDWDM"][0]] == [5101810010010000001, "5101810010010000001"]


def test_north_first_coordinates_are_turned_and_said(tmp_path: Path) -> None:
    turned = [(y, x) for x, y in square()]
    layer = read_layer(geojson(tmp_path / "a.geojson", [polygon(turned)]))
    assert "axes_swapped" in {f.code for f in layer.findings}
    assert layer.frame.geometry[0].equals(shapely.Polygon(square()))


def test_half_a_geojson_is_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [polygon(square(114, 30))] * 50)
    path.write_bytes(path.read_bytes()[:-700])
    with pytest.raises(Problem):
        read_layer(path)


KML = """<?xml version="1.0" encoding="UTF-8"?>{prolog}
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>图斑</name><Placemark>
<name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
114,30,0 114.01,30,0 114.01,30.01,0 114,30.01,0 114,30,0
</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>"""


def test_kml_and_kmz_are_read(tmp_path: Path) -> None:
    text = KML.format(prolog="", name="石羊镇1号")
    (tmp_path / "a.kml").write_text(text, "utf-8")
    kmz = zip_of(tmp_path / "a.kmz", {"doc.kml": text.encode(), "icon.png": b"\x89PNG"})
    for path in (tmp_path / "a.kml", kmz):
        layer = read_layer(path)
        assert layer.frame["Name"][0] == "石羊镇1号"
        assert layer.understood.crs == 4326


@pytest.mark.parametrize("suffix", [".kml", ".gml"])
def test_an_entity_pointing_at_a_local_file_reads_nothing(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "secret.txt").write_text("canary")
    prolog = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{tmp_path / "secret.txt"}">]>'
    text = KML.format(prolog=prolog, name="&x;")
    if suffix == ".gml":
        text = text.replace("opengis.net/kml/2.2", "opengis.net/gml")
    (tmp_path / f"a{suffix}").write_text(text)
    try:
        told = read_layer(tmp_path / f"a{suffix}").frame.to_csv()
    except Problem as problem:
        told = str(problem)
    assert "canary" not in told


def test_a_billion_laughs_are_no_fun(tmp_path: Path) -> None:
    nested = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    prolog = f'<!DOCTYPE kml [<!ENTITY e0 "ha">{nested}]>'
    (tmp_path / "a.kml").write_text(KML.format(prolog=prolog, name="&e11;"))
    with contextlib.suppress(Problem):
        assert len(read_layer(tmp_path / "a.kml").frame.to_csv()) < 100_000


@needs_data
@pytest.mark.parametrize(("file", "format_title", "epsg", "country"), [
    ("us_ca_scm/i15_crop_mapping_2023_provisional_20241127.gdb.zip", "File Geodatabase", 4269,
     (-125, 32, -114, 42)),
    ("us_usda_cropland/NationalCSB_2017-2024_rev23.zip", "File Geodatabase", 5070,
     (-125, 24, -66, 50)),
    ("ie/GSAA_2024.zip", "GML", 4258, (-11, 51, -5, 56)),
    ("de_sh/Feldbloecke_2026_GPKG.zip", "GeoPackage", 4647, (7, 53, 12, 56)),
    ("ec_ro/RO_ny.zip", "Shapefile", 32635, (20, 43, 30, 49)),
])  # fmt: skip
def test_real_layers_of_each_format_lie_in_their_country(
    file: str, format_title: str, epsg: int, country: tuple[int, int, int, int]
) -> None:
    told = read_layer(DATA / "eu_fiboa_fields_apache" / file).understood
    assert (told.format, told.rows_in, told.crs) == (format_title, 100, epsg)
    assert shapely.box(*country).covers(shapely.box(*told.bounds_lonlat))


def test_arcs_become_edges_so_short_that_the_area_stays(tmp_path: Path) -> None:
    radius = 100.0
    path = tmp_path / "a.gpkg"
    parcels(1, TBBH=["1"]).to_file(path, SPATIAL_INDEX="NO")
    turns = [(radius, 0), (0, radius), (-radius, 0), (0, -radius), (radius, 0)]
    arc = struct.pack("<BII", 1, 8, 5)
    arc += b"".join(struct.pack("<2d", AT[0] + x, AT[1] + y) for x, y in turns)
    blob = b"GP\0\1" + struct.pack("<i", 4526) + struct.pack("<BII", 1, 10, 1) + arc
    database = sqlite3.connect(path)
    database.execute("UPDATE a SET geom = ?", [blob])
    database.commit()
    database.close()
    layer = read_layer(path)
    assert "curve_linearised" in {f.code for f in layer.findings}
    assert layer.frame.geometry[0].area == pytest.approx(np.pi * radius**2, rel=1e-4)


def test_a_table_without_shapes_is_no_layer_and_heights_hide_no_area(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    high = parcels()
    high = high.set_geometry(shapely.force_3d(high.geometry.to_numpy(), 5.0))
    high.to_file(path, layer="high")
    plain = gpd.GeoDataFrame({"TBBH": ["1"]}, geometry=[None], crs=None)
    import pyogrio

    pyogrio.write_dataframe(plain.drop(columns="geometry"), path, layer="words", append=True)
    assert layer_names(path) == ["high"]
    assert len(read_layer(path).frame) == 3
