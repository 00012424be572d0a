"""The demo county: the same every time, in the files an office really sends."""

from __future__ import annotations

import io
import tomllib
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from pyproj import Geod
from shapely.geometry import box

from parcels.columns import PARCEL_FIELDS, recognised
from parcels.demo import DemoFiles, names, write_demo
from parcels.demo.county import SEED, County
from parcels.demo.layout import EAST_M, NORTH_M, laid_out
from parcels.policy import from_toml

FOLDER = "拆旧复垦/拆旧地块"
X, Y_M2 = 0.30, 400.0


def test_two_runs_write_the_same_bytes(
    demo: DemoFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parcels.demo.write_images", empty_images)  # drawing them takes seconds
    again = write_demo(tmp_path / "again")
    for name in ("parcels.zip", "structures.gpkg", "boundaries.gpkg", "policy.toml"):
        assert (again.folder / name).read_bytes() == (demo.folder / name).read_bytes(), name
    assert again.planted == demo.planted


def empty_images(before: Path, after: Path, _county: County) -> None:
    before.touch()
    after.touch()


def test_another_seed_draws_another_county() -> None:
    assert laid_out(SEED).cells == laid_out(SEED).cells
    assert laid_out(SEED + 1).cells != laid_out(SEED).cells


def test_a_failure_leaves_the_folder_as_it_was(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_args: object) -> None:
        raise OSError("no space left")

    (tmp_path / "policy.toml").write_text("mine")
    monkeypatch.setattr("parcels.demo.drawn", lambda: county)
    monkeypatch.setattr("parcels.demo.write_images", full_disk)
    with pytest.raises(OSError, match="no space left"):
        write_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["policy.toml"]
    assert (tmp_path / "policy.toml").read_text() == "mine"


def test_the_county_is_of_a_countys_size(
    demo: DemoFiles, parcels: gpd.GeoDataFrame, structures: gpd.GeoDataFrame
) -> None:
    assert 600 <= len(parcels) <= 700
    assert len(parcels) == demo.parcel_count
    assert 8_000 <= len(structures) == demo.structure_count
    area_m2 = shapely.area(parcels.geometry.dropna().to_numpy())
    assert 1_200_000 <= area_m2.sum() <= 2_000_000
    assert np.quantile(area_m2, 0.01) >= 300
    assert area_m2.max() <= 6_500
    assert parcels["XZMC"].nunique() == 5


def test_the_archive_is_gbk_and_does_not_say_so(demo: DemoFiles) -> None:
    raw = demo.parcels.read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    assert all(entry.flag_bits & 0x800 == 0 for entry in entries)
    found = {entry.filename.encode("cp437").decode("gbk") for entry in entries}
    assert found == {FOLDER + suffix for suffix in (".shp", ".shx", ".dbf", ".prj")}


def test_the_dbf_is_gbk_with_no_language_byte(
    members: dict[str, bytes], dbf: list[dict[str, bytes]]
) -> None:
    assert members[".dbf"][29] == 0
    assert dbf[0]["XZMC"].rstrip() == names.TOWNSHIP_NAMES[0].encode("gbk")
    with pytest.raises(UnicodeDecodeError):
        dbf[0]["ZLDWMC"].decode("utf-8")
    assert {len(row["ZLDWDM"].strip()) for row in dbf} == {19}


def test_the_projection_names_no_epsg_code_yet_is_zone_38(members: dict[str, bytes]) -> None:
    text = members[".prj"].decode("ascii")
    assert "CGCS2000_3_Degree_GK_Zone_38" in text
    assert "EPSG" not in text
    assert "AUTHORITY" not in text
    assert "38500000.0" in text


def test_every_eight_digit_easting_is_in_zone_38(parcels: gpd.GeoDataFrame) -> None:
    left, low, right, high = parcels.total_bounds
    assert 38_500_000 < left < right < 38_560_000
    assert 3_600_000 < low < high < 3_700_000


def test_our_own_reader_recognises_every_column(parcels: gpd.GeoDataFrame) -> None:
    found = recognised(parcels.columns, PARCEL_FIELDS)
    assert found["parcel_no"] == "TBBH"
    assert found["village_code"] == "ZLDWDM"
    assert found["declared_new_arable_m2"] == "XZGDMJ"
    assert found["block_no"] == "DKBH"


def test_the_declared_area_agrees_with_the_geodesic_one(parcels: gpd.GeoDataFrame) -> None:
    geod = Geod(a=6378137, rf=298.257222101)
    for place in (1, 100, 300, 500):
        outline = parcels.to_crs("EPSG:4490").geometry.loc[place]
        area_m2 = abs(geod.geometry_area_perimeter(outline)[0])
        assert parcels["TBMJ"].loc[place] == pytest.approx(area_m2, abs=0.05)


def test_the_villages_are_a_clean_partition_of_the_townships_and_the_county(
    demo: DemoFiles, villages: gpd.GeoDataFrame
) -> None:
    towns = gpd.read_file(demo.boundaries, layer="townships").set_index("code").geometry
    county = gpd.read_file(demo.boundaries, layer="county").geometry.iloc[0]
    assert len(villages) == villages["code"].nunique() == villages["name"].nunique() == 60
    assert shapely.coverage_is_valid(villages.geometry.to_numpy())
    assert villages.geometry.union_all().equals(county)
    assert towns.index.tolist() == [f"99990110{number}" for number in range(1, 6)]
    assert villages["code"].str[:9].equals(villages["township_code"])
    for code, own in villages.groupby("township_code").geometry:
        assert own.union_all().equals(towns[code])
        assert towns[code].geom_type == "Polygon"
        assert 100 <= towns[code].area / 10_000 <= 999


def test_new_arable_is_never_more_than_the_parcel(
    demo: DemoFiles, parcels: gpd.GeoDataFrame
) -> None:
    said = parcels.dropna(subset=["XZGDMJ"])
    said = said[said.geometry.notna()]
    assert (said["XZGDMJ"] <= said.area + 0.01).all()


def test_our_policy_reader_takes_the_policy(demo: DemoFiles) -> None:
    policy = from_toml(demo.policy)
    assert (float(policy.min_share), float(policy.min_new_arable_m2)) == (X, Y_M2)
    text = demo.policy.read_text(encoding="utf-8")
    assert "虚构" in text
    with rasterio.open(demo.before) as image:
        taken = image.tags()["TIFFTAG_DATETIME"][:10].replace(":", "-")
    assert tomllib.loads(text)["image_date"].isoformat() == taken == str(policy.image_date)


@pytest.mark.parametrize("which", ["before", "after"])
def test_the_images_cover_the_county_and_stay_small(demo: DemoFiles, which: str) -> None:
    path: Path = getattr(demo, which)
    county = gpd.read_file(demo.boundaries, layer="county").geometry.iloc[0]
    assert path.stat().st_size <= 6_000_000
    with rasterio.open(path) as image:
        assert image.crs.to_epsg() == 4526
        assert box(*image.bounds).contains(county)
        assert image.profile["tiled"]
        assert len(image.overviews(1)) >= 3
        assert image.count == 3


def test_only_the_cleared_parcels_lose_their_buildings(demo: DemoFiles, county: County) -> None:
    """Edges of roofs are what changes: a cleared parcel becomes smooth, a standing one does not."""
    with rasterio.open(demo.before) as image:
        before, place = image.read(2), image.index
    with rasterio.open(demo.after) as image:
        after = image.read(2)
    smoother: dict[bool, list[float]] = {True: [], False: []}
    cleared = shapely.union_all([county.cleared["bare"], county.cleared["planted"]])
    for parcel in county.parcels[::7]:
        middle = parcel.shape.representative_point()
        row, column = place(middle.x + EAST_M, middle.y + NORTH_M)
        window = np.s_[row - 7 : row + 8, column - 7 : column + 8]
        smoother[cleared.contains(middle)].append(before[window].std() - after[window].std())
    assert len(smoother[True]) > 10
    assert np.median(smoother[True]) > 8
    assert abs(np.median(smoother[False])) < 3
