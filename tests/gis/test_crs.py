"""Coordinate systems as they are declared, left out and mistaken in China."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gis.crs import declared, has_prefix, label, lonlat, meridian_of, plain_crs, zone_crs
from gis.crs_choice import Choice, Refusal, choose

NOTHING = declared(None)
CHINESE = [4490, *range(4491, 4555)]


def grid(
    name: str, spheroid: str, meridian: int, easting: float, datum: str = "D_China_2000"
) -> str:
    return (
        f'PROJCS["{name}",GEOGCS["GCS",DATUM["{datum}",SPHEROID["S",{spheroid}]],'
        'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        f'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",{easting}],'
        f'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian}],'
        'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


def at(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, dtype=float)


@pytest.mark.parametrize("epsg", CHINESE)
@pytest.mark.parametrize("version", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
def test_every_chinese_system_is_recognised_from_its_own_words(epsg: int, version: str) -> None:
    wkt = CRS.from_epsg(epsg).to_wkt(version)
    found = declared(wkt).epsg
    same_place = {epsg}
    if 4502 <= epsg <= 4512:  # a 6-degree zone without prefix is a 3-degree zone to the millimetre
        same_place.add(plain_crs(meridian_of(epsg) or 0))
    assert found in same_place


@pytest.mark.parametrize("epsg", range(4491, 4555))
def test_our_table_of_zones_agrees_with_the_registry(epsg: int) -> None:
    crs = CRS.from_epsg(epsg)
    values = {p.name: p.value for p in crs.coordinate_operation.params}
    assert meridian_of(epsg) == values["Longitude of natural origin"]
    assert has_prefix(epsg) == (values["False easting"] > 1e6)
    if has_prefix(epsg):
        assert zone_crs(int(values["False easting"] // 1e6)) == epsg


@pytest.mark.parametrize(("name", "meridian", "easting", "epsg"), [
    ("CGCS2000_3_Degree_GK_Zone_38", 114, 38_500_000.0, 4526),
    ("China_2000_3_DEGREE_GK_38N", 114, 38_500_000.0, 4526),
    ("unnamed", 114, 500_000.0, 4547),
    ("CGCS2000_6_Degree_GK_CM_117E", 117, 500_000.0, 4509),
    ("local", 114, 400_000.0, None),
    ("wrong zone", 114, 37_500_000.0, None),
])  # fmt: skip
def test_a_local_spelling_is_recognised_by_its_numbers(
    name: str, meridian: int, easting: float, epsg: int | None
) -> None:
    said = declared(grid(name, "6378137.0,298.257222101", meridian, easting))
    assert said.epsg == epsg
    assert said.refused == (None if epsg else "crs_unnamed")


@pytest.mark.parametrize("epsg", [4610, 2327, 2348, 2370, 2390])
def test_xian_80_is_refused(epsg: int) -> None:
    for version in ("WKT1_ESRI", "WKT2_2019"):
        assert declared(CRS.from_epsg(epsg).to_wkt(version)).refused == "crs_xian80"


@pytest.mark.parametrize("epsg", [4214, 2401, 2422, 2442, 21413, 21463])
def test_beijing_54_is_refused(epsg: int) -> None:
    for version in ("WKT1_ESRI", "WKT2_2019"):
        assert declared(CRS.from_epsg(epsg).to_wkt(version)).refused == "crs_beijing54"


def test_krassovsky_without_a_name_is_beijing_54_but_russian_grids_are_not() -> None:
    unnamed = grid("GK_38", "6378245.0,298.3", 114, 38_500_000.0, "D_Unknown")
    assert declared(unnamed).refused == "crs_beijing54"
    assert declared(CRS.from_epsg(28420).to_wkt("WKT1_ESRI")).refused is None


@pytest.mark.parametrize("epsg", [2154, 25833, 4647, 3794, 28992, 32650, 3857, 2056])
def test_other_countries_are_taken_at_their_word(epsg: int) -> None:
    assert declared(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI")).epsg == epsg


def test_a_wrong_number_is_not_taken_for_a_near_one() -> None:
    moved = CRS.from_epsg(2154).to_wkt("WKT1_ESRI").replace("700000.0", "700100.0")
    assert declared(moved).epsg is None


def test_rubbish_declares_nothing() -> None:
    assert declared("hello").epsg is None
    assert declared("hello").refused is None
    assert declared("").name == ""


@given(
    st.sampled_from([e for e in CHINESE if has_prefix(e)]), st.floats(0, 1), st.floats(-1.4, 1.4)
)
def test_eastings_with_a_zone_number_need_no_declaration(
    epsg: int, share: float, off: float
) -> None:
    meridian = meridian_of(epsg) or 0
    use = CRS.from_epsg(epsg).area_of_use
    lat = use.south + share * (use.north - use.south)
    forward = pyproj.Transformer.from_crs(4490, epsg, always_xy=True)
    x, y = forward.transform(meridian + off, lat)
    assert choose(NOTHING, at((x, y))) == Choice(epsg, "prefix")
    assert choose(NOTHING, at((y, x))) == Choice(epsg, "prefix", is_swapped=True)
    assert lonlat(at((x, y)), epsg)[0] == pytest.approx([meridian + off, lat], abs=1e-9)


@pytest.mark.parametrize(
    ("epsg", "code"),
    [(2435, "crs_beijing54"), (4214, "crs_beijing54"), (2379, "crs_xian80"), (4610, "crs_xian80")],
)
def test_an_old_system_is_refused_by_its_number_too(epsg: int, code: str) -> None:
    for place in ((38_500_000.0, 3_600_000.0), (500_000.0, 3_600_000.0), (114.0, 35.0)):
        assert choose(NOTHING, at(place), epsg) == Refusal(code, {"name": f"EPSG:{epsg}"})


def test_degrees_need_no_declaration_and_swapped_ones_are_turned() -> None:
    assert choose(NOTHING, at((114.0, 30.0))) == Choice(4490, "degrees")
    assert choose(NOTHING, at((30.0, 114.0))) == Choice(4490, "degrees", is_swapped=True)
    assert choose(NOTHING, at((2.0, 48.0))) == Choice(4326, "degrees")


def test_six_digits_name_no_zone_so_the_candidates_are_listed() -> None:
    told = choose(NOTHING, at((512_345.0, 3_400_000.0)))
    assert isinstance(told, Refusal)
    codes = told.values["candidate_codes"]
    assert set(range(4540, 4550)) <= set(codes) <= set(range(4534, 4555))
    for code in codes:  # what is offered is taken
        assert choose(NOTHING, at((512_345.0, 3_400_000.0)), code) == Choice(code, "chosen")


def test_an_unnamed_grid_on_grs_1980_is_not_taken_for_xian_80() -> None:
    wkt = CRS.from_proj4("+proj=lcc +lat_1=25 +lat_2=47 +lon_0=101 +ellps=GRS80").to_wkt()
    assert declared(wkt).refused == "crs_unnamed"


def test_the_project_area_names_the_zone_when_only_one_fits() -> None:
    hubei = (113.0, 30.0, 115.0, 31.5)
    assert choose(NOTHING, at((512_345.0, 3_400_000.0)), None, hubei) == Choice(4547, "extent")


def test_outside_the_project_area_is_refused_with_what_would_fit() -> None:
    hubei = (113.0, 30.0, 115.0, 31.5)
    said = declared(CRS.from_epsg(4548).to_wkt())
    told = choose(said, at((512_345.0, 3_400_000.0)), None, hubei)
    assert isinstance(told, Refusal)
    assert told.code == "crs_fits_others"
    assert told.values["candidate_codes"] == [4547]
    assert choose(said, at((512_345.0, 3_400_000.0)), 4547, hubei) == Choice(4547, "chosen")


def test_a_declaration_with_prefix_over_numbers_without_is_corrected() -> None:
    said = declared(CRS.from_epsg(4526).to_wkt())
    assert choose(said, at((512_345.0, 3_400_000.0))) == Choice(4547, "corrected")
    plain = declared(CRS.from_epsg(4547).to_wkt())
    assert choose(plain, at((38_512_345.0, 3_400_000.0))) == Choice(4526, "prefix")


def test_two_zones_in_one_layer_are_refused() -> None:
    told = choose(NOTHING, at((38_700_000.0, 3.4e6), (39_300_000.0, 3.4e6)))
    assert isinstance(told, Refusal)
    assert told.values["zones"] == "38, 39"


def test_labels_say_zone_and_meridian() -> None:
    assert label(4526).values["zone"] == 38
    assert label(4547).values["meridian"] == 114
    assert label(4509).values["width"] == 6
