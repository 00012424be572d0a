"""Columns: what a file calls a thing, and the register's frames made from it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.language import Problem
from parcels import register
from parcels.columns import (
    PARCEL_FIELDS,
    STRUCTURE_FIELDS,
    as_last_time,
    cut_to_dbf,
    recognised,
    require_known,
)
from parcels.frames import parcels_frame
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from parcels.store.engine import Store
from tests.builders import (
    NOW,
    TOWNSHIP_A,
    VILLAGE_A,
    ZONE_38,
    County,
    county,
    layer_of,
    square,
)


@pytest.fixture
def here(store: Store) -> County:
    return county(store)


def test_survey_names_are_recognised() -> None:
    columns = ["BSM", "TBBH", "DLBM", "QSXZ", "ZLDWDM", "ZLDWMC", "TBMJ", "XZGDMJ"]
    assert recognised(columns, PARCEL_FIELDS) == {
        "parcel_no": "TBBH",
        "land_class": "DLBM",
        "ownership": "QSXZ",
        "village_code": "ZLDWDM",
        "village": "ZLDWMC",
        "declared_area_m2": "TBMJ",
        "declared_new_arable_m2": "XZGDMJ",
    }


@pytest.mark.parametrize(
    ("field", "synonym"),
    [(field.name, synonym) for field in PARCEL_FIELDS for synonym in field.synonyms],
)
def test_every_synonym_is_recognised_alone_whatever_its_case(field: str, synonym: str) -> None:
    found = recognised([f" {synonym.lower()} "], PARCEL_FIELDS)
    owners = {f.name for f in PARCEL_FIELDS if synonym in f.synonyms}
    assert field in owners
    assert set(found) <= owners
    assert len(found) == 1


def test_chinese_names_cut_to_ten_bytes_are_recognised() -> None:
    assert cut_to_dbf("新增耕地面积") == "新增耕地面"
    assert cut_to_dbf("坐落单位代码") == "坐落单位代"
    found = recognised(["新增耕地面", "坐落单位代", "图斑编号"], PARCEL_FIELDS)
    assert found == {
        "declared_new_arable_m2": "新增耕地面",
        "village_code": "坐落单位代",
        "parcel_no": "图斑编号",
    }


@given(st.text(max_size=20))
def test_a_cut_name_fits_ten_bytes_and_begins_the_name(name: str) -> None:
    cut = cut_to_dbf(name)
    assert len(cut.encode("gb18030")) <= 10
    assert name.startswith(cut)


def test_a_block_number_is_the_parcels_number_only_where_there_is_no_better() -> None:
    assert recognised(["DKBH", "TBBH"], PARCEL_FIELDS) == {"parcel_no": "TBBH", "block_no": "DKBH"}


@given(
    st.lists(
        st.sampled_from([s for field in PARCEL_FIELDS for s in field.synonyms])
        | st.text(max_size=5)
    )
)
def test_no_column_means_two_things(columns: list[str]) -> None:
    found = recognised(columns, PARCEL_FIELDS)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(columns)


def test_what_was_confirmed_for_the_last_layer_is_offered_again(here: County) -> None:
    columns = ["TBBH", "ZLDWDM", "DLBM", "MY_NO", "TBMJ", "NEW_MJ"]
    layer = layer_of([square(0, 0, 30)], **{name: ["1"] for name in columns[:5]})
    chosen = {"parcel_no": "MY_NO", "village_code": "ZLDWDM", "declared_area_m2": "TBMJ"}
    path = here.store.folder / "first.geojson"
    path.write_bytes(b"first")
    upload = Upload(LayerKind.PARCELS, path, "first.geojson", layer, chosen)
    keep_layer(here.store, here.bureau, here.project_id, upload, now=NOW)
    last = register.layers(here.store, here.bureau, here.project)[0]
    seen = last["understood"]["columns"]
    guess, known = as_last_time(columns, PARCEL_FIELDS, last["columns"], seen)
    assert guess == chosen  # TBBH is a better name, and DLBM a known one: the person said otherwise
    assert known == set(chosen)
    fewer = [name for name in columns if name != "MY_NO"]
    guess, known = as_last_time([*fewer, "图斑编号", "MJ"], PARCEL_FIELDS, last["columns"], seen)
    assert guess["parcel_no"] == "图斑编号"  # a column that was not there is recognised
    assert known == {"village_code", "declared_area_m2"}
    assert len(set(guess.values())) == len(guess)


def test_without_a_layer_before_columns_are_recognised() -> None:
    guess, known = as_last_time(["TBBH", "TBMJ"], PARCEL_FIELDS, {}, ())
    assert guess == recognised(["TBBH", "TBMJ"], PARCEL_FIELDS)
    assert known == set()


def test_structure_classes_are_recognised() -> None:
    assert recognised(["FID", "构筑物类型"], STRUCTURE_FIELDS) == {"class": "构筑物类型"}


def test_a_mapping_to_a_column_that_is_not_there_names_it_and_what_is() -> None:
    with pytest.raises(Problem, match=r"XZGD.*DLBM, TBBH"):
        require_known({"declared_new_arable_m2": "XZGD"}, ["TBBH", "DLBM"])


def test_a_19_digit_code_gives_village_and_township_and_their_names() -> None:
    found = frame({"ZLDWDM": [f"{VILLAGE_A}0000000"]}, {"village_code": "ZLDWDM"},
                  names={VILLAGE_A: "甲村", TOWNSHIP_A: "甲镇"})  # fmt: skip
    assert found.loc[0, ["village_code", "township_code"]].tolist() == [VILLAGE_A, TOWNSHIP_A]
    assert found.loc[0, ["village", "township"]].tolist() == ["甲村", "甲镇"]


def test_the_region_table_wins_over_the_files_own_names_and_the_files_stay_elsewhere() -> None:
    found = frame(
        {"code": [VILLAGE_A, "419901103201"], "name": ["old", "unknown"]},
        {"village_code": "code", "village": "name"},
        names={VILLAGE_A: "甲村"},
    )
    assert found["village"].tolist() == ["甲村", "unknown"]


def test_a_number_that_a_spreadsheet_made_of_a_code_is_text_again() -> None:
    found = frame({"no": [12.0, np.nan]}, {"parcel_no": "no"})
    assert found["parcel_no"].tolist() == ["12", ""]


def test_figures_that_are_none_are_unknown_never_zero() -> None:
    found = frame({"x": ["12.5", "abc", None, "inf"]}, {"declared_new_arable_m2": "x"})
    assert found["declared_new_arable_m2"].tolist()[:1] == [12.5]
    assert found["declared_new_arable_m2"].isna().tolist() == [False, True, True, True]


def test_without_a_column_nothing_is_kept_back_and_an_empty_cell_is_unknown() -> None:
    assert frame({}, {})["retained_m2"].tolist() == [0.0]
    assert frame({"kept": [None]}, {"retained_m2": "kept"})["retained_m2"].isna().all()


@pytest.mark.parametrize(
    ("said", "meant"),
    [("是", True), ("1", True), ("Y", True), (1.0, True), (True, True), ("否", False),
     ("0", False), (False, False), ("", None), (None, None), ("maybe", None)],
)  # fmt: skip
def test_inside_a_village_is_yes_no_or_unknown(said: object, meant: bool | None) -> None:
    found = frame({"in": pd.Series([said])}, {"inside_village": "in"})
    assert found["inside_village"].tolist() == [meant]


def test_index_order_and_outlines_are_kept() -> None:
    rows = gpd.GeoDataFrame(
        {"row": [7, 3], "no": ["b", "a"]},
        geometry=[square(0, 0, 1), square(5, 0, 1)],
        crs=ZONE_38,
        index=[40, 20],
    )
    before = rows.copy()
    found = parcels_frame(rows, {"parcel_no": "no"}, {})
    assert found.index.tolist() == [40, 20]
    assert found["row"].tolist() == [7, 3]
    assert found.geometry.to_list() == rows.geometry.to_list()
    pd.testing.assert_frame_equal(rows, before)


def frame(
    columns: dict[str, object], mapping: dict[str, str], names: dict[str, str] | None = None
) -> pd.DataFrame:
    length = max([len(values) for values in columns.values()], default=1)  # type: ignore[arg-type]
    rows = pd.DataFrame({"row": range(1, length + 1), **columns})
    return pd.DataFrame(parcels_frame(rows, mapping, names or {}))
