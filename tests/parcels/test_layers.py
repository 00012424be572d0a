"""From a file to the register: every row is kept, judged, adopted, and no work is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import geopandas as gpd
import pandas as pd
import pytest
import sqlalchemy as sa

from gis.formats import Layer, read_layer
from gis.language import Problem
from parcels import policy as policies
from parcels import register
from parcels.columns import PARCEL_FIELDS, STRUCTURE_FIELDS, recognised
from parcels.demo import DemoFiles
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.rules.verdicts import Verdict
from parcels.services.adopt_check import adopt_check
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from parcels.services.keep_project import add_policy, create_project, import_regions, name_region
from parcels.services.run_check import run_check
from parcels.store.engine import Store
from parcels.store.tables import FINDING, LAYER, LEDGER, PARCEL, PROJECT, STRUCTURE, VERDICT
from parcels.totals import totals
from parcels.workflow import Step
from reports.daily import ReportState, ReturnReason
from tests.builders import (
    NOW,
    POLICY,
    START,
    TOWNSHIP_A,
    VILLAGE_A,
    VILLAGE_B,
    County,
    county,
    layer_of,
    person,
    square,
    working_county,
)

DemoLayers = tuple[Layer, Layer, Layer, Layer]


@pytest.fixture(scope="module")
def demo_layers(demo_files: DemoFiles) -> DemoLayers:
    """Parcels, structures, townships, villages of the demo county as the reader gives them."""
    return (
        read_layer(demo_files.parcels),
        read_layer(demo_files.structures, layer="structures"),
        read_layer(demo_files.boundaries, layer="townships"),
        read_layer(demo_files.boundaries, layer="villages"),
    )


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def count(store: Store, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    wanted = sa.select(sa.func.count()).select_from(table).where(*conditions)
    with store.reading() as connection:
        return int(connection.scalar(wanted) or 0)


def parcels_named(*numbers: str, side_m: float = 30) -> Layer:
    """A layer of parcels by number; the first letter is the township's."""
    return layer_of(
        [square(place * 100, 0, side_m) for place in range(len(numbers))],
        parcel_no=list(numbers),
        village_code=[VILLAGE_A if n.startswith("A") else VILLAGE_B for n in numbers],
        declared_new_arable_m2=[800.0] * len(numbers),
    )


def adopt(here: County, *numbers: str) -> tuple[int, int]:
    """Keep, check and adopt a layer of these parcels."""
    houses = layer_of([square(place * 100, 0, 20) for place in range(len(numbers))])
    check_id = here.check(
        here.keep(parcels_named(*numbers)), here.keep(houses, LayerKind.STRUCTURES)
    )
    return here.adopt(check_id, "changed layer")


def standing(here: County) -> dict[str, bool]:
    """Parcel number → is it withdrawn, over the whole ledger."""
    with here.store.reading() as connection:
        rows = connection.execute(sa.select(LEDGER.c.parcel_no, LEDGER.c.withdrawn_at)).all()
    return {row.parcel_no: row.withdrawn_at is not None for row in rows}


# --- the demo county, whole ---


def test_the_demo_county_goes_in_row_for_row_and_comes_out_judged(
    store: Store, demo_files: DemoFiles, demo_layers: DemoLayers
) -> None:
    parcels, structures, townships, villages = demo_layers
    region = demo_files.county_code
    bureau = person(store, "bureau", Role.BUREAU_CLERK, region)
    name_region(store, bureau, region, demo_files.county_name, now=NOW)
    for layer in (townships, villages):
        written, refused = import_regions(
            store, bureau, layer.frame, code_column="code", name_column="name", now=NOW
        )
        assert written + len(refused) == layer.understood.rows_in
    project = create_project(
        store, bureau, code="D", name="演示", region=region, approval_no="", approved_on=None,
        approved_scale_m2=1.0, approved_new_arable_m2=1.0, starts_on=START,
        deadline=START.replace(month=12), now=NOW,
    )  # fmt: skip
    add_policy(store, bureau, project.id, policies.from_toml(demo_files.policy), now=NOW)
    kept = {}
    for kind, layer, path, fields in (
        (LayerKind.PARCELS, parcels, demo_files.parcels, PARCEL_FIELDS),
        (LayerKind.STRUCTURES, structures, demo_files.structures, STRUCTURE_FIELDS),
    ):
        upload = Upload(kind, path, path.name, layer, recognised(layer.understood.columns, fields))
        kept[kind] = keep_layer(store, bureau, project.id, upload, now=NOW)
    assert count(store, PARCEL) == demo_files.parcel_count == parcels.understood.rows_in
    unread = len(parcels.rejected)
    assert count(store, PARCEL, PARCEL.c.geometry.is_(None)) == unread > 0
    assert count(store, STRUCTURE) == len(structures.frame)
    with store.reading() as connection:
        rows = connection.scalars(sa.select(PARCEL.c.row).order_by(PARCEL.c.row)).all()
    assert list(rows) == list(range(1, demo_files.parcel_count + 1))
    check_id = run_check(
        store, bureau, project.id, parcel_layer_id=kept[LayerKind.PARCELS],
        structure_layer_id=kept[LayerKind.STRUCTURES], now=NOW,
    )  # fmt: skip
    assert count(store, VERDICT) == demo_files.parcel_count
    adopt_check(store, bureau, check_id, reason="first", now=NOW)
    assert count(store, LEDGER) == demo_files.parcel_count
    assert_planted_errors_are_found(store, bureau, project.id, check_id, demo_files)
    assert_townships_see_their_own(store, bureau, project.id, demo_files)


def assert_planted_errors_are_found(
    store: Store, bureau: Actor, project_id: int, check_id: int, demo_files: DemoFiles
) -> None:
    with store.reading() as connection:
        found = pd.DataFrame(connection.execute(sa.select(FINDING.c.code, FINDING.c.row)).all())
    planted = demo_files.planted
    for tag, code in (
        ("parcels_overlap", "parcels_overlap"),
        ("sliver", "sliver"),
        ("multi_part", "multi_part"),
        ("not_building_land", "not_building_land"),
        ("empty_number", "empty_number"),
        ("declared_area_differs", "area_differs"),
        ("outside_township", "outside_township"),
    ):
        assert len(found[found["code"] == code]["row"].unique()) >= len(planted[tag]), tag


def assert_townships_see_their_own(
    store: Store, bureau: Actor, project_id: int, demo_files: DemoFiles
) -> None:
    from parcels.projects import one_project

    with store.reading() as connection:
        project = one_project(connection, project_id)
    county_rows = register.judged_parcels(store, bureau, project)
    whole = totals(county_rows).iloc[0]
    codes = sorted(set(county_rows["township_code"]))
    shares = []
    for code in codes:
        reporter = person(store, f"r{code}", Role.TOWNSHIP_REPORTER, code)
        own = register.judged_parcels(store, reporter, project)
        assert set(own["township_code"]) == {code}
        shares.append(totals(own).iloc[0])
    for name, value in whole.items():
        assert sum(share[name] for share in shares) == pytest.approx(value), name


# --- keeping ---


def test_rejected_rows_are_parcels_too_and_undetermined(store: Store) -> None:
    made = county(store)
    parcels = layer_of(
        [square(0, 0, 30)],
        parcel_no=["A1"],
        village_code=[VILLAGE_A],
        rejected=[{"parcel_no": "A2", "village_code": VILLAGE_A}],
    )
    houses = layer_of([square(0, 0, 20)])
    check_id = made.check(made.keep(parcels), made.keep(houses, LayerKind.STRUCTURES))
    made.adopt(check_id)
    found = made.parcels()
    assert found["verdict"].to_dict() == {"A1": "undetermined", "A2": "undetermined"}
    assert found.loc["A2", "reasons"][0]["code"] == "not_read"
    assert found["area_m2"].isna().to_dict() == {"A1": False, "A2": True}


def test_outlines_come_back_from_the_store_to_the_last_bit(here: County) -> None:
    with here.store.reading() as connection:
        layer_id = connection.scalar(sa.select(sa.func.min(LAYER.c.id)))
        assert layer_id is not None
        frame = register.layer_parcels(connection, layer_id)
    assert frame.crs.to_epsg() == 4526
    assert frame.geometry.iloc[1].equals_exact(square(100, 0, 30), tolerance=0)


def test_a_new_version_leaves_the_old_one(here: County) -> None:
    before = count(here.store, PARCEL)
    here.keep(parcels_named("A9"))
    assert count(here.store, PARCEL) == before + 1
    versions = [layer["version"] for layer in register.layers(here.store, here.bureau, here.project)
                if layer["kind"] == "parcels"]  # fmt: skip
    assert versions == [2, 1]


def test_a_layer_without_any_outline_is_refused_and_nothing_is_kept(here: County) -> None:
    before = count(here.store, LAYER)
    empty = layer_of([], rejected=[{}])
    with pytest.raises(Problem):
        here.keep(empty)
    assert count(here.store, LAYER) == before


@pytest.mark.parametrize(
    "role", [Role.TOWNSHIP_REPORTER, Role.INSPECTOR, Role.APPROVER, Role.ADMINISTRATOR]
)
def test_only_the_bureau_uploads_checks_and_adopts(here: County, role: Role) -> None:
    region = TOWNSHIP_A if role is Role.TOWNSHIP_REPORTER else here.bureau.region
    someone = replace(here, bureau=person(here.store, "someone", role, region))
    with pytest.raises(Refused):
        someone.keep(parcels_named("A9"))
    with pytest.raises(Refused):
        someone.check(1, 2)
    with pytest.raises(Refused):
        someone.adopt(1)


def test_a_mapping_to_no_column_is_refused(here: County) -> None:
    layer = layer_of([square(0, 0, 30)], parcel_no=["A1"])
    path = here.store.folder / "x.geojson"
    path.write_bytes(b"x")
    upload = Upload(LayerKind.PARCELS, path, "x.geojson", layer, {"parcel_no": "TBBH"})
    with pytest.raises(Problem, match="TBBH"):
        keep_layer(here.store, here.bureau, here.project_id, upload, now=NOW)


# --- checking ---


def test_a_check_needs_layers_of_its_own_project_and_of_the_right_kind(here: County) -> None:
    for parcels, structures in ((2, 1), (1, 1), (99, 2), (1, 99)):
        with pytest.raises(Problem):
            here.check(parcels, structures)


def test_a_check_without_a_policy_is_refused(here: County) -> None:
    other = create_project(
        here.store, here.bureau, code="P-2", name="二", region=here.bureau.region, approval_no="",
        approved_on=None, approved_scale_m2=1.0, approved_new_arable_m2=1.0, starts_on=START,
        deadline=START.replace(month=12), now=NOW,
    )  # fmt: skip
    with pytest.raises(Problem):
        run_check(
            here.store, here.bureau, other.id, parcel_layer_id=1, structure_layer_id=2, now=NOW
        )


def test_a_new_policy_changes_no_verdict_that_was_given(here: County) -> None:
    stricter = replace(POLICY, min_share=Decimal("0.9"))
    add_policy(here.store, here.bureau, here.project_id, stricter, now=NOW)
    assert set(here.parcels()["verdict"]) == {Verdict.PASS}
    check_id = here.check(1, 2)
    assert set(here.parcels()["verdict"]) == {Verdict.PASS}  # not adopted yet
    here.adopt(check_id, "new policy")
    assert set(here.parcels()["verdict"]) == {Verdict.FAIL}


def test_unread_ground_is_undetermined_not_failing(store: Store) -> None:
    made = county(store)
    parcels = made.keep(parcels_named("A1", "A2"))
    houses = layer_of([square(0, 0, 20)])
    structures = made.keep(houses, LayerKind.STRUCTURES, coverage=square(-10, -10, 60))
    made.adopt(made.check(parcels, structures))
    assert made.parcels()["verdict"].to_dict() == {"A1": "pass", "A2": "undetermined"}


# --- adopting ---


def test_adopting_a_changed_layer_adds_new_parcels_and_withdraws_missing_ones(
    here: County,
) -> None:
    assert adopt(here, "A1", "A3", "B1") == (1, 1)
    assert standing(here) == {"A1": False, "A2": True, "A3": False, "B1": False}
    assert sorted(here.parcels().index) == ["A1", "A3", "B1"]


def test_a_parcel_keeps_its_ledger_row_from_layer_to_layer(here: County) -> None:
    before = here.parcels()["ledger_id"]
    adopt(here, "B1", "A2", "A1")
    after = here.parcels()["ledger_id"]
    assert {n: after[n] for n in before.index} == dict(before)


def test_a_parcel_that_is_back_in_the_layer_counts_again(here: County) -> None:
    adopt(here, "A1", "B1")
    assert standing(here)["A2"]
    adopt(here, "A1", "A2", "B1")
    assert not standing(here)["A2"]
    assert not here.parcels()["is_withdrawn"].any()


def test_a_parcel_that_a_person_took_out_stays_out(here: County) -> None:
    with here.store.writing() as connection:
        connection.execute(
            sa.update(LEDGER)
            .where(LEDGER.c.parcel_no == "A2")
            .values(withdrawn_at=NOW, withdrawn_reason="核减")
        )
    adopt(here, "A1", "A2", "B1")
    assert standing(here)["A2"]


def test_one_number_used_twice_makes_two_ledger_rows_that_stay_apart(here: County) -> None:
    assert adopt(here, "A1", "A1", "A2", "B1") == (1, 0)
    assert count(here.store, LEDGER, LEDGER.c.parcel_no == "A1") == 2
    assert adopt(here, "A1", "A1", "A2", "B1") == (0, 0)


def test_parcels_without_a_number_are_told_apart_by_their_row(here: County) -> None:
    added, _withdrawn = adopt(here, "A1", "A2", "B1", "", "")
    assert added == 2
    assert {"#4", "#5"} <= set(standing(here))


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_layer_that_would_lose_reported_work_is_refused_whole(
    here: County, confirmed: bool
) -> None:
    receipt = here.send(("A2", Step.AGREEMENT_SIGNED, 10.0))
    if confirmed:
        here.move(receipt, ReportState.CONFIRMED)
    adopted = here.project.adopted_check_id
    with pytest.raises(Problem):
        adopt(here, "A1", "A3", "B1")
    assert standing(here) == {"A1": False, "A2": False, "B1": False}
    assert here.project.adopted_check_id == adopted


def test_returned_work_holds_no_layer_back(here: County) -> None:
    receipt = here.send(("A2", Step.AGREEMENT_SIGNED, 10.0))
    here.move(receipt, ReportState.RETURNED, reason=ReturnReason.FIGURES, text="wrong")
    assert adopt(here, "A1", "B1") == (0, 1)


def test_an_adoption_needs_its_reason(here: County) -> None:
    with pytest.raises(Problem):
        here.adopt(here.check(1, 2), "  ")
    assert count(here.store, PROJECT, PROJECT.c.adopted_check_id == 1) == 1


# --- reading ---


def test_each_sees_the_parcels_of_their_region(here: County) -> None:
    for actor, numbers in (
        (here.bureau, ["A1", "A2", "B1"]),
        (here.reporter_a, ["A1", "A2"]),
        (here.reporter_b, ["B1"]),
    ):
        assert sorted(here.parcels(actor).index) == numbers


def test_a_parcel_with_no_code_or_a_strange_one_is_lost_to_no_one(store: Store) -> None:
    made = county(store)
    parcels = layer_of(
        [square(place * 100, 0, 30) for place in range(3)],
        parcel_no=["A1", "nameless", "strange"],
        village_code=[VILLAGE_A, "", "123456789012"],
    )
    houses = layer_of([square(0, 0, 20)])
    made.adopt(made.check(made.keep(parcels), made.keep(houses, LayerKind.STRUCTURES)))
    assert sorted(made.parcels().index) == ["A1", "nameless", "strange"]
    assert list(made.parcels(made.reporter_a).index) == ["A1"]


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.TOWNSHIP_REPORTER])
def test_another_county_sees_nothing(here: County, role: Role) -> None:
    stranger = person(here.store, "stranger", role, "419902")
    reads: list[Callable[[], object]] = [
        lambda: register.judged_parcels(here.store, stranger, here.project),
        lambda: register.stage_events(here.store, stranger, here.project),
        lambda: register.layers(here.store, stranger, here.project),
        lambda: register.findings(here.store, stranger, here.project, 1),
        lambda: register.adopted_versions(here.store, stranger, here.project),
    ]
    for read in reads:
        with pytest.raises(Refused):
            read()


def test_unknown_figures_are_nan_even_where_all_are_unknown(here: County) -> None:
    frame = here.parcels()
    assert frame["declared_area_m2"].dtype == "float64"
    assert frame["declared_area_m2"].isna().all()


def test_structures_under_a_townships_parcels_are_those_that_touch_them(here: County) -> None:
    own = here.parcels(here.reporter_a).reset_index(drop=True)
    found = register.structures_under(here.store, here.reporter_a, here.project, own)
    assert isinstance(found, gpd.GeoDataFrame)
    assert sorted(found["row"]) == [1, 2]
