"""Proposals: what each would change is worked out once and kept; one may be declined."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels import register
from parcels.heavy.compare_versions import KIND
from parcels.impact import Change
from parcels.jobs import JobState
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.proposals.comparison import Comparison, as_bytes, from_bytes
from parcels.services.adopt_check import adopt_check
from parcels.services.compare_versions import compare_versions
from parcels.services.decline_check import decline_check
from parcels.services.jobs import find_jobs, submit_job
from parcels.services.keep_layer import LayerKind
from parcels.services.withdraw_parcel import withdraw_parcel
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, DECLINED
from parcels.worker import Worker
from parcels.workflow import Step
from tests.builders import COUNTY, NOW, VILLAGE_A, VILLAGE_B, County, layer_of, person, square
from tests.builders import working_county as _working_county


@pytest.fixture
def here(store: Store) -> County:
    return _working_county(store)


def proposed(here: County) -> int:
    """A1 is split into two strips, A2 stays, B1 is gone, B2 is added."""
    new = layer_of(
        [square(0, 0, 10, 30), square(10, 0, 20, 30), square(100, 0, 30), square(400, 0, 30)],
        parcel_no=["A1", "A1b", "A2", "B2"],
        village_code=[VILLAGE_A, VILLAGE_A, VILLAGE_A, VILLAGE_B],
        declared_new_arable_m2=[400.0] * 4,
    )
    houses = layer_of([square(place * 100, 0, 30) for place in range(3)])
    return here.check(here.keep(new), here.keep(houses, LayerKind.STRUCTURES))


def kept(here: County, check_id: int) -> Comparison:
    compare_versions(here.store, here.bureau, check_id, now=NOW)
    row = register.find_comparison(here.store, here.bureau, here.project, check_id)
    assert row is not None
    return register.comparison_of(here.store, here.bureau, here.project, row)


def test_a_comparison_says_what_changes_and_which_work_moves(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    found = kept(here, proposed(here))
    assert {group.change for group in found.groups} >= {Change.SPLIT, Change.GONE, Change.ADDED}
    assert found.counts.at[Change.SPLIT, "new"] == 2
    ids = here.parcels()["ledger_id"]
    assert set(found.touched) == {ids["A1"], ids["B1"]}
    assert {(m.old, m.new, m.cents) for m in found.moves} == {("甲村 A1", "甲村 A1b", 60_000)}
    assert len(found.shapes) == 4
    assert found.shapes.total_bounds[0] > 100  # degrees, not metres


def test_a_comparison_read_again_is_the_one_that_was_kept(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    found = kept(here, proposed(here))
    again = from_bytes(as_bytes(found))
    assert again.groups == found.groups
    assert again.moves == found.moves
    assert again.moves_mark == found.moves_mark
    assert again.counts.equals(found.counts)
    assert again.townships.equals(found.townships)
    assert again.shapes.geom_equals_exact(found.shapes, tolerance=1e-9).all()


def test_a_parcel_without_an_outline_is_kept_without_one(here: County) -> None:
    found = kept(here, proposed(here))
    bare = found.shapes.copy()
    bare.loc[bare.index[0], "geometry"] = None
    again = from_bytes(as_bytes(replace(found, shapes=bare)))
    assert again.shapes.geometry.isna().tolist() == [True, False, False, False]


def test_the_worker_keeps_it_and_what_a_person_saw_is_what_is_adopted(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    check_id = proposed(here)
    submit_job(
        here.store, here.bureau, KIND, project_id=here.project_id, region=COUNTY,
        wanted={"check_id": check_id}, now=NOW,
    )  # fmt: skip
    worker = Worker(here.store, clock=lambda: NOW)
    assert worker.run_next()
    worker.close()
    assert find_jobs(here.store, here.bureau, kinds=[KIND])[0]["state"] == JobState.DONE
    row = register.find_comparison(here.store, here.bureau, here.project, check_id)
    assert row is not None
    mark = register.comparison_of(here.store, here.bureau, here.project, row).moves_mark
    assert adopt_check(here.store, here.bureau, check_id, reason="新图层", now=NOW, seen=mark) == (
        2,
        1,
    )


def test_a_comparison_holds_until_a_parcel_is_taken_out_or_another_check_is_adopted(
    here: County,
) -> None:
    check_id = proposed(here)
    kept(here, check_id)
    ledger_id = int(here.parcels()["ledger_id"]["A2"])
    withdraw_parcel(here.store, here.bureau, ledger_id, reason="核减", now=NOW)
    assert register.find_comparison(here.store, here.bureau, here.project, check_id) is None
    kept(here, check_id)
    here.adopt(proposed(here))
    assert register.find_comparison(here.store, here.bureau, here.project, check_id) is None


def test_a_comparison_tells_that_work_was_reported_since(here: County) -> None:
    check_id = proposed(here)
    kept(here, check_id)
    row = register.find_comparison(here.store, here.bureau, here.project, check_id)
    assert row is not None
    assert row["is_work_same"]
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    row = register.find_comparison(here.store, here.bureau, here.project, check_id)
    assert row is not None
    assert not row["is_work_same"]


def test_a_declined_proposal_keeps_its_reason_and_cannot_be_adopted(here: County) -> None:
    check_id = proposed(here)
    decline_check(here.store, here.bureau, check_id, reason=" 界线与现场不符 ", now=NOW)
    said = register.declined_checks(here.store, here.bureau, here.project)[check_id]
    assert (said["reason"], said["display_name"]) == ("界线与现场不符", "Bureau")
    with pytest.raises(Problem, match="界线与现场不符"):
        here.adopt(check_id)
    with pytest.raises(Problem, match="已被否决"):
        decline_check(here.store, here.bureau, check_id, reason="again", now=NOW)
    with here.store.reading() as connection:
        row = connection.execute(sa.select(AUDIT).where(AUDIT.c.action == "decline_check")).one()
    assert row.after == {"reason": "界线与现场不符"}
    assert row.person == "bureau"
    here.adopt(proposed(here))  # the same layers, checked again, are a new proposal


def test_nothing_is_declined_without_a_reason_or_while_it_is_in_force(here: County) -> None:
    check_id = proposed(here)
    with pytest.raises(Problem):
        decline_check(here.store, here.bureau, check_id, reason="  ", now=NOW)
    adopted = here.project.adopted_check_id
    assert adopted
    with pytest.raises(Problem, match="现行版本"):
        decline_check(here.store, here.bureau, adopted, reason="x", now=NOW)
    with here.store.reading() as connection:
        assert not connection.execute(sa.select(DECLINED)).all()


def test_only_who_adopts_may_decline_and_only_county_readers_compare(here: County) -> None:
    check_id = proposed(here)
    inspector = person(here.store, "inspector", Role.INSPECTOR)
    for actor in (inspector, here.reporter_a):
        with pytest.raises(Refused):
            decline_check(here.store, actor, check_id, reason="x", now=NOW)
    with pytest.raises(Refused):
        compare_versions(here.store, here.reporter_a, check_id, now=NOW)
    compare_versions(here.store, inspector, check_id, now=NOW + timedelta(minutes=1))
