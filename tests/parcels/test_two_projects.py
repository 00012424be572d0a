"""Two projects of one county at once: each has its own layers, ledger, reports and versions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parcels import register
from parcels.projects import projects
from parcels.services.keep_layer import LayerKind
from parcels.services.keep_project import add_policy, create_project
from parcels.store.engine import Store
from parcels.workflow import Step
from tests.builders import (
    NOW,
    POLICY,
    START,
    VILLAGE_A,
    County,
    layer_of,
    square,
    working_county,
)


@pytest.fixture
def both(store: Store) -> tuple[County, County]:
    """The county's first project, and a second with a parcel of the same village and number."""
    first = working_county(store)
    made = create_project(
        store, first.bureau, code="P-2", name="二期", region=first.bureau.region, approval_no="",
        approved_on=None, approved_scale_m2=10_000.0, approved_new_arable_m2=8_000.0,
        starts_on=START, deadline=START.replace(month=12), now=NOW,
    )  # fmt: skip
    add_policy(store, first.bureau, made.id, POLICY, now=NOW)
    second = replace(first, project_id=made.id)
    parcels = layer_of(
        [square(1000, 0, 30)],
        parcel_no=["A1"],
        village_code=[VILLAGE_A],
        declared_new_arable_m2=[800.0],
    )
    houses = layer_of([square(1000, 0, 20)])
    second.adopt(second.check(second.keep(parcels), second.keep(houses, LayerKind.STRUCTURES)))
    return first, second


def test_a_person_chooses_between_them(both: tuple[County, County]) -> None:
    first, _second = both
    for actor in (first.bureau, first.reporter_a):
        assert [project.code for project in projects(first.store, actor)] == ["P-1", "P-2"]


def test_one_number_in_two_projects_is_two_ledger_rows(both: tuple[County, County]) -> None:
    first, second = both
    assert sorted(first.parcels().index) == ["A1", "A2", "B1"]
    assert list(second.parcels().index) == ["A1"]
    one, other = (here.parcels().loc["A1", "ledger_id"] for here in both)
    assert one != other
    for here, count in ((first, 3), (second, 1)):
        assert len(register.ledger_rows(here.store, here.bureau, here.project)) == count
        assert len(register.adoptions(here.store, here.bureau, here.project)) == 1


def test_a_township_reports_each_day_for_each_project(both: tuple[County, County]) -> None:
    first, second = both
    one = first.send(("A1", Step.AGREEMENT_SIGNED, 100.0), key="first")
    other = second.send(("A1", Step.AGREEMENT_SIGNED, 200.0), key="second")
    assert one.receipt_no != other.receipt_no
    for here, area_m2 in ((first, 100.0), (second, 200.0)):
        events = register.stage_events(here.store, here.bureau, here.project)
        assert list(events["area_m2"]) == [area_m2]


def test_a_check_of_one_is_no_result_of_the_other(both: tuple[County, County]) -> None:
    first, second = both
    check_id = first.project.adopted_check_id
    found = register.judged_parcels(second.store, second.bureau, second.project, check_id)
    assert found.empty
    assert register.parcel_life(second.store, second.bureau, second.project, 1) is None
