"""A check read page by page says what it says as a whole."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from gis.findings import Finding
from parcels import register
from parcels.people.access import Refused
from parcels.services.keep_layer import LayerKind
from parcels.store.engine import Store
from parcels.totals import totals
from tests.builders import TOWNSHIP_A, VILLAGE_A, VILLAGE_B, County, county, layer_of, square

LIGHT = ["id", "row", "parcel_no", "village_code", "area_m2", "new_arable_m2", "verdict",
         "near_limit", "west", "north"]  # fmt: skip


@pytest.fixture
def checked(store: Store) -> tuple[County, int]:
    """Six parcels in two villages: two of one number, one without an outline."""
    made = county(store)
    parcels = layer_of(
        [square(place * 100, 0, 30) for place in range(5)],
        parcel_no=["1", "1", "2", "3", "4"],
        village_code=[VILLAGE_A, VILLAGE_A, VILLAGE_A, VILLAGE_B, VILLAGE_B],
        declared_new_arable_m2=[800.0, 600.0, 300.0, 500.0, 5000.0],
        declared_area_m2=[900.0, 1.0, 2.0, 3.0, 900.0],
        rejected=[{"parcel_no": "5", "village_code": VILLAGE_B}],
    )
    built = layer_of([square(place * 100, 0, 20) for place in range(3)])
    return made, made.check(made.keep(parcels), made.keep(built, LayerKind.STRUCTURES))


def test_light_rows_say_what_the_whole_rows_say(checked: tuple[County, int]) -> None:
    made, check_id = checked
    light = register.verdict_rows(made.store, made.bureau, made.project, check_id)
    whole = register.judged_parcels(made.store, made.bureau, made.project, check_id)
    assert len(light) == 6
    pd.testing.assert_frame_equal(light[LIGHT], pd.DataFrame(whole[LIGHT]), check_dtype=False)
    for by in (None, "township", ["township", "village"]):
        pd.testing.assert_frame_equal(totals(light, by=by), totals(whole, by=by))


def test_a_page_and_a_click_bring_their_own_parcels_only(checked: tuple[County, int]) -> None:
    made, check_id = checked
    light = register.verdict_rows(made.store, made.bureau, made.project, check_id)
    ids = light["id"].iloc[1:3].tolist()
    page = register.judged_parcels(made.store, made.bureau, made.project, check_id, only=ids)
    assert page["id"].tolist() == ids
    third = light.iloc[3]
    at = (third["west"] + third["east"]) / 2, (third["south"] + third["north"]) / 2
    clicked = register.judged_parcels(made.store, made.bureau, made.project, check_id, at_lonlat=at)
    assert clicked["parcel_no"].tolist() == ["3"]


def test_the_pages_of_findings_are_all_findings(checked: tuple[County, int]) -> None:
    made, check_id = checked
    whole = register.findings(made.store, made.bureau, made.project, check_id)
    counts = register.finding_counts(made.store, made.bureau, made.project, check_id)
    assert counts == whole["code"].value_counts().to_dict()
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    code = next(iter(counts))
    pages = [
        register.findings(
            made.store, made.bureau, made.project, check_id, code=code, first=first, most=1
        )
        for first in range(counts[code])
    ]
    rows = pd.concat(pages)["row"].tolist()
    assert rows == whole.loc[whole["code"] == code, "row"].tolist()
    assert len(rows) > 1


def test_a_township_reads_no_check_that_is_not_in_force(checked: tuple[County, int]) -> None:
    made, check_id = checked
    for read in (register.verdict_rows, register.finding_counts):
        with pytest.raises(Refused):
            read(made.store, made.reporter_a, made.project, check_id)
    assert made.reporter_a.region == TOWNSHIP_A


def test_what_a_map_is_drawn_from_says_what_the_whole_rows_say(checked: tuple[County, int]) -> None:
    made, check_id = checked
    made.adopt(check_id)
    project = made.project
    for actor in (made.bureau, made.reporter_a):
        whole = register.judged_parcels(made.store, actor, project)
        drawn = register.drawn_parcels(made.store, actor, project)
        assert len(drawn) > 0
        names = [name for name in drawn.columns if name != "is_withdrawn"]
        pd.testing.assert_frame_equal(
            drawn[names], pd.DataFrame(whole[names]), check_dtype=False, check_column_type=False
        )
        assert drawn["is_withdrawn"].tolist() == whole["is_withdrawn"].tolist()
        ids = drawn["id"].tolist()[::-1]
        outlines = register.drawn_outlines(made.store, actor, project, ids)
        assert outlines.index.tolist() == ids
        expected = whole.set_index("id").geometry.loc[ids]
        assert outlines.geom_equals_exact(expected, 0).tolist() == expected.notna().tolist()
        rows = register.judged_rows(made.store, actor, project)
        pd.testing.assert_frame_equal(
            rows, pd.DataFrame(whole.drop(columns="geometry")), check_column_type=False
        )


def test_a_township_is_drawn_no_other_townships_outline(store: Store) -> None:
    made = county(store)
    both = layer_of(
        [square(place * 100, 0, 30) for place in range(2)],
        parcel_no=["1", "2"], village_code=[VILLAGE_A, VILLAGE_B],
    )  # fmt: skip
    built = layer_of([square(0, 0, 20)])
    made.adopt(made.check(made.keep(both), made.keep(built, LayerKind.STRUCTURES)))
    ids = register.drawn_parcels(made.store, made.bureau, made.project)["id"].tolist()
    assert len(ids) == 2
    seen = register.drawn_parcels(made.store, made.reporter_a, made.project)
    assert seen["village_code"].tolist() == [VILLAGE_A]
    outlines = register.drawn_outlines(made.store, made.reporter_a, made.project, ids)
    assert outlines.isna().tolist() == [False, True]


def test_a_finding_of_the_reading_bears_the_parcels_own_number(store: Store) -> None:
    made = county(store)
    read = layer_of([square(0, 0, 30)], parcel_no=["7"], village_code=[VILLAGE_A])
    noticed = Finding("repaired_outline", 1, {"row": 1}, 3.0, 4.0)
    layer_id = made.keep(dataclasses.replace(read, findings=(noticed,)))
    built = made.keep(layer_of([square(0, 0, 20)]), LayerKind.STRUCTURES)
    check_id = made.check(layer_id, built)
    shown = register.findings(
        made.store, made.bureau, made.project, check_id, code="repaired_outline"
    ).iloc[0]
    assert (shown["parcel_no"], shown["village_code"], shown["x"]) == ("7", VILLAGE_A, 3.0)
