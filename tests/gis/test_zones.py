"""Zones are told from the projection's numbers, whatever a file calls it."""

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from gis.zones import Zone, in_working_crs, working_crs, zone_of


@pytest.mark.parametrize("epsg", range(4513, 4534))
def test_codes_4513_to_4533_are_prefixed_3_degree_zones_25_to_45(epsg: int) -> None:
    number = epsg - 4488
    assert zone_of(epsg) == Zone(3, number, 3.0 * number, prefixed=True)


@pytest.mark.parametrize("epsg", range(4534, 4555))
def test_codes_4534_to_4554_are_the_same_meridians_without_prefix(epsg: int) -> None:
    meridian = 75 + 3 * (epsg - 4534)
    assert zone_of(epsg) == Zone(3, meridian // 3, float(meridian), prefixed=False)


@pytest.mark.parametrize("epsg", range(4491, 4513))
def test_codes_4491_to_4512_are_6_degree_zones_13_to_23(epsg: int) -> None:
    number = 13 + (epsg - 4491) % 11
    assert zone_of(epsg) == Zone(6, number, 6.0 * number - 3, prefixed=epsg < 4502)


@pytest.mark.parametrize("epsg", range(4491, 4555))
def test_a_zone_knows_its_own_code(epsg: int) -> None:
    zone = zone_of(epsg)
    assert zone is not None
    assert zone.epsg == epsg


@pytest.mark.parametrize("epsg", range(4491, 4555))
def test_a_zone_is_found_in_an_esri_prj_as_well(epsg: int) -> None:
    assert zone_of(CRS.from_epsg(epsg).to_wkt("WKT1_ESRI")) == zone_of(epsg)


@pytest.mark.parametrize("ellipsoid", ["+ellps=GRS80", "+a=6378137 +rf=298.257222101"])
def test_an_unnamed_transverse_mercator_is_a_zone_by_its_numbers(ellipsoid: str) -> None:
    unnamed = f"+proj=tmerc +lat_0=0 +lon_0=114 +k=1 +x_0=38500000 +y_0=0 {ellipsoid} +units=m"
    assert zone_of(unnamed) == Zone(3, 38, 114.0, prefixed=True)


def test_a_misspelt_prj_is_a_zone_by_its_numbers() -> None:
    wkt = (
        'PROJCS["China_2000_3_DEGREE_GK_38N",GEOGCS["GCS_China_2000",DATUM["D_CGCS_2000",'
        'SPHEROID["whatever",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
        'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
        'PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    assert zone_of(wkt) == Zone(3, 38, 114.0, prefixed=False)


@pytest.mark.parametrize(
    ("crs", "why"),
    [
        (None, "no coordinate system"),
        (4490, "degrees"),
        (4326, "degrees"),
        (3857, "Web Mercator"),
        (32650, "UTM has a scale of 0.9996"),
        (2362, "Xi'an 80"),
        (2414, "Beijing 54"),
        (3880, "Finland's GK24 has the ellipsoid and the prefix, but lies at 24° east"),
        ("+proj=tmerc +lon_0=114 +k=1 +x_0=500000 +datum=WGS84", "the other ellipsoid"),
        ("+proj=tmerc +lon_0=113.5 +k=1 +x_0=500000 +ellps=GRS80", "a meridian of its own"),
        ("+proj=tmerc +lon_0=114 +k=1 +x_0=37500000 +ellps=GRS80", "a prefix not its own"),
        ("+proj=tmerc +lon_0=114 +k=1 +x_0=500 +ellps=GRS80 +units=km", "kilometres"),
        ("+proj=tmerc +lon_0=114 +lat_0=30 +k=1 +x_0=500000 +ellps=GRS80", "an origin of its own"),
    ],
)
def test_what_is_not_a_zone_is_not_called_one(crs: object, why: str) -> None:
    assert zone_of(crs) is None, why


@pytest.mark.parametrize("epsg", [4501, 4512, 4526, 4547])
def test_a_layer_in_a_zone_is_measured_in_its_own_zone(epsg: int) -> None:
    assert working_crs(epsg, (80.0, 30.0, 81.0, 31.0)) == CRS.from_epsg(epsg)


@given(st.floats(73.6, 136.4), st.floats(0.0, 0.5))
def test_any_other_layer_is_measured_in_the_3_degree_zone_nearest_its_middle(
    middle: float, half_width: float
) -> None:
    chosen = working_crs(4490, (middle - half_width, 20.0, middle + half_width, 21.0))
    zone = zone_of(chosen)
    assert zone is not None
    assert zone.degrees == 3
    assert not zone.prefixed
    assert chosen.to_epsg() == 4534 + (zone.central_meridian - 75) / 3
    assert abs(zone.central_meridian - middle) <= 1.5 + 1e-9


def test_a_layer_abroad_is_measured_on_the_nearest_meridian_too() -> None:
    boston = working_crs(4326, (-71.2, 42.3, -71.0, 42.4))
    assert zone_of(boston) is None
    east, north = Transformer.from_crs(4326, boston, always_xy=True).transform(-72.0, 42.0)
    assert east == pytest.approx(500_000)
    assert north == pytest.approx(4_651_500, abs=3_000)


@pytest.mark.parametrize("epsg", [4610, 2362, 4214, 2414, 21420])
def test_old_datums_are_refused_because_proj_would_leave_them_where_they_are(epsg: int) -> None:
    with pytest.raises(ValueError, match="convert it to CGCS2000"):
        working_crs(epsg, (113.0, 30.0, 115.0, 31.0))


def test_a_layer_without_a_coordinate_system_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="without a coordinate system"):
        in_working_crs(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]))


def test_a_frame_comes_back_in_metres_with_its_rows_and_the_callers_frame_untouched() -> None:
    frame = gpd.GeoDataFrame(
        {"no": ["7", "8"]},
        geometry=[shapely.box(116.9, 39.9, 117.0, 40.0), None],
        index=[70, 80],
        crs=4490,
    )
    before = frame.copy()
    measured = in_working_crs(frame)
    assert measured.crs == CRS.from_epsg(4548)
    assert list(measured.index) == [70, 80]
    assert measured.geometry.iloc[0].area == pytest.approx(94.8e6, rel=0.01)
    measured["no"] = "9"
    assert frame.crs == CRS.from_epsg(4490)
    assert frame.equals(before)


def test_a_frame_already_in_its_zone_is_a_frame_of_its_own() -> None:
    frame = gpd.GeoDataFrame({"no": ["7"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=4526)
    measured = in_working_crs(frame)
    measured["no"] = "9"
    assert measured.crs == frame.crs
    assert frame["no"].tolist() == ["7"]


def test_an_empty_layer_in_degrees_still_gets_a_grid_in_metres() -> None:
    measured = in_working_crs(gpd.GeoDataFrame(geometry=[], crs=4490))
    assert zone_of(measured.crs) is not None
