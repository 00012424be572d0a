"""The laws that the whole check keeps; test_real_layers compares it with an overlay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.formats import read_layer
from parcels.checking import FIGURES, VERDICTS, check, with_rejected
from parcels.columns import PARCEL_FIELDS, recognised
from parcels.frames import parcels_frame
from parcels.policy import NewArableFrom
from parcels.rules.verdicts import Verdict
from tests.builders import POLICY, parcels_of, square, structures_of

DATA = Path("../shared/data")
FROM_AREA = replace(POLICY, new_arable_from=NewArableFrom.AREA)

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real layers are not here")


@pytest.fixture(scope="module")
def gennes() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """851 parcels and 325 buildings of a French village, Lambert 93, as the reader gives them."""
    layer = read_layer(DATA / "fr_gennes_parcelmanager/parcel.gpkg")
    buildings = read_layer(DATA / "fr_gennes_parcelmanager/building.gpkg").frame
    mapping = recognised(layer.understood.columns, PARCEL_FIELDS)
    return parcels_frame(layer.frame, mapping, {}), buildings  # type: ignore[return-value]


@needs_data
def test_structures_in_another_zone_give_the_same_verdicts(
    gennes: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    parcels, buildings = (frame.head(300) for frame in gennes)
    here = check(parcels, buildings, FROM_AREA).parcels
    there = check(parcels, buildings.to_crs(4326), FROM_AREA).parcels
    assert there["verdict"].tolist() == here["verdict"].tolist()
    assert np.allclose(there["structure_m2"], here["structure_m2"], atol=0.011)


def test_a_neighbouring_zone_or_degrees_change_no_verdict() -> None:
    outlines = [square(place * 50, 0, 40) for place in range(6)]
    houses = structures_of([square(place * 50, 0, 18 + 2 * place) for place in range(6)])
    parcels = parcels_of(outlines, declared_new_arable_m2=900.0)
    here = check(parcels, houses, POLICY).parcels
    assert set(here["structure_verdict"]) == {Verdict.PASS, Verdict.FAIL}
    for epsg in (4527, 4546, 4490):  # zone 39, zone 37 without prefix, degrees
        there = check(parcels, houses.to_crs(epsg), POLICY).parcels
        assert there["verdict"].tolist() == here["verdict"].tolist(), epsg
        assert np.allclose(there["structure_m2"], here["structure_m2"], atol=0.011), epsg


def test_parcels_in_another_zone_have_the_same_survey_area_and_verdict() -> None:
    parcels = parcels_of([square(0, 0, 40), square(50, 0, 30)], declared_new_arable_m2=450.0)
    houses = structures_of([square(0, 0, 25)])
    here = check(parcels, houses, POLICY).parcels
    for epsg in (4525, 4527, 4490):
        there = check(parcels.to_crs(epsg), houses, POLICY).parcels
        assert np.allclose(there["area_m2"], here["area_m2"], atol=0.02), epsg
        assert there["verdict"].tolist() == here["verdict"].tolist(), epsg


def test_coverage_is_understood_in_the_parcels_system() -> None:
    parcels = parcels_of([square(0, 0, 40)], declared_new_arable_m2=900.0).to_crs(4490)
    coverage = parcels.geometry.iloc[0].buffer(0.001)
    empty = structures_of([square(900, 0, 1)])
    assert check(parcels, empty, POLICY, coverage=coverage).parcels["verdict"].tolist() == ["fail"]
    elsewhere = shapely.affinity.translate(coverage, 1, 0)
    found = check(parcels, empty, POLICY, coverage=elsewhere).parcels
    assert found["verdict"].tolist() == ["undetermined"]


def test_the_callers_frames_are_not_touched() -> None:
    parcels = parcels_of([square(0, 0, 40)], index=0)
    houses = structures_of([square(0, 0, 20)])
    before = parcels.copy(), houses.copy()
    check(parcels, houses.to_crs(4527), POLICY)
    pd.testing.assert_frame_equal(parcels, before[0])
    pd.testing.assert_frame_equal(houses, before[1])


def test_verdicts_stay_with_their_parcels_whatever_the_order() -> None:
    parcels = parcels_of(
        [square(place * 50, 0, 30) for place in range(8)], declared_new_arable_m2=500.0
    )
    houses = structures_of([square(place * 50, 0, 30) for place in range(0, 8, 3)])
    straight = check(parcels, houses, POLICY).parcels.set_index("row")["verdict"]
    shuffled = parcels.sample(frac=1, random_state=1)
    mixed = check(shuffled, houses, POLICY).parcels
    assert mixed.index.tolist() == shuffled.index.tolist()
    assert mixed.set_index("row")["verdict"].sort_index().equals(straight.sort_index())


def test_no_parcels_give_an_empty_result_with_every_column() -> None:
    some = parcels_of([square(0, 0, 30)])
    found = check(some.head(0), structures_of([square(0, 0, 5)]), POLICY)
    assert len(found.parcels) == 0
    assert set(FIGURES + VERDICTS) <= set(found.parcels.columns)
    assert found.findings == ()


def test_no_structures_at_all_judge_every_parcel() -> None:
    found = check(parcels_of([square(0, 0, 30)]), structures_of([]), POLICY)
    assert found.parcels["structure_verdict"].tolist() == [Verdict.FAIL]


def test_rejected_rows_come_back_undetermined_in_the_order_of_the_file() -> None:
    parcels = parcels_of([square(0, 0, 30), square(50, 0, 30)], row=[1, 4])
    judged = check(parcels, structures_of([]), POLICY).parcels
    unread = pd.DataFrame(parcels.drop(columns="geometry").assign(row=[3, 2]))
    every = with_rejected(judged, unread, {2: "empty outline", 3: "no outline"})
    assert every["row"].tolist() == [1, 2, 3, 4]
    assert every["verdict"].tolist() == ["fail", "undetermined", "undetermined", "fail"]
    assert every["area_m2"].isna().tolist() == [False, True, True, False]
    grounds = [[(f.code, f.values.get("ground")) for f in found] for found in every["reasons"]]
    assert grounds[1] == [("not_read", "empty outline")]
    assert grounds[2] == [("not_read", "no outline")]
