"""What did we believe on that day: verdicts, totals, policy and withdrawals as they were then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parcels import register
from parcels.heavy import adopt_parcels
from parcels.jobs import JobState
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.references import references_to
from parcels.services.adopt_check import adopt_check, proposal
from parcels.services.jobs import one_job, submit_job
from parcels.services.keep_layer import LayerKind
from parcels.store.engine import Store
from parcels.worker import Worker
from parcels.workflow import Step
from reports import references as _references  # noqa: F401  hands in
from tests.builders import (
    NOW,
    VILLAGE_A,
    VILLAGE_B,
    County,
    layer_of,
    person,
    square,
    working_county,
)


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def second(here: County) -> int:
    """A layer without A2, checked and not adopted."""
    parcels = layer_of(
        [square(0, 0, 30), square(200, 0, 30)],
        parcel_no=["A1", "B1"],
        village_code=[VILLAGE_A, VILLAGE_B],
        declared_new_arable_m2=[100.0, 500.0],
    )
    houses = layer_of([square(0, 0, 20), square(200, 0, 20)])
    return here.check(here.keep(parcels), here.keep(houses, LayerKind.STRUCTURES))


def test_a_day_shows_the_version_that_was_in_force_then(here: County) -> None:
    check_id = second(here)
    later = NOW + timedelta(days=8)
    adopt_check(here.store, here.bureau, check_id, reason="二版", now=later)
    adopted = register.adoptions(here.store, here.bureau, here.project)
    assert [one["reason"] for one in adopted] == ["二版", "first layer"]
    for moment, verdicts in (
        (later - timedelta(seconds=1), {"A1": "pass", "A2": "pass", "B1": "pass"}),
        (later, {"A1": "fail", "B1": "pass"}),
    ):
        then = register.in_force_at(adopted, moment)
        assert then is not None
        found = register.believed_parcels(here.store, here.bureau, here.project, then["id"], moment)
        assert dict(zip(found["parcel_no"], found["verdict"], strict=True)) == verdicts
    assert register.in_force_at(adopted, NOW - timedelta(seconds=1)) is None


def test_a_township_reads_its_own_past_only(here: County) -> None:
    adopted = register.adoptions(here.store, here.reporter_b, here.project)
    found = register.believed_parcels(
        here.store, here.reporter_b, here.project, adopted[0]["id"], NOW
    )
    assert list(found["parcel_no"]) == ["B1"]
    with pytest.raises(Refused):
        register.measured_parcels(here.store, here.reporter_b, here.project)
    with pytest.raises(Refused):
        proposal(here.store, here.reporter_b, second(here))


def test_another_county_reads_no_past(here: County) -> None:
    stranger = person(here.store, "stranger", Role.BUREAU_CLERK, "419902")
    with pytest.raises(Refused):
        register.adoptions(here.store, stranger, here.project)
    with pytest.raises(Refused):
        register.believed_parcels(here.store, stranger, here.project, 1, NOW)


def test_a_newer_layer_is_offered_for_checking_until_it_was_checked(here: County) -> None:
    def newest() -> object:
        found = register.newest_versions(here.store, here.bureau, here.project)
        return found and (found["parcels"], found["structures"], found["is_checked"])

    assert newest() == (1, 1, True)
    houses = here.keep(layer_of([square(0, 0, 20)]), LayerKind.STRUCTURES)
    assert newest() == (1, 2, False)
    here.check(1, houses)
    assert newest() == (1, 2, True)


def test_reports_that_name_a_parcel_are_counted(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 10.0), ("A2", Step.AGREEMENT_SIGNED, 10.0))
    ids = here.parcels()["ledger_id"]
    with here.store.reading() as connection:
        for numbers, count in (("A1", 1), ("B1", 0)):
            found = {str(t.msgid): n for t, n in references_to(connection, [int(ids[numbers])])}
            assert found["Daily reports"] == count


def test_the_worker_adopts(here: County) -> None:
    check_id = second(here)
    job_id = submit_job(
        here.store, here.bureau, adopt_parcels.KIND, project_id=here.project_id,
        region=here.bureau.region, wanted={"check_id": check_id, "reason": "二版", "seen": ""},
        now=NOW,
    )  # fmt: skip
    assert Worker(here.store).run_next()
    job = one_job(here.store, here.bureau, job_id)
    assert (job["state"], job["result"]) == (JobState.DONE, {"added": 0, "withdrawn": 1})
    assert here.project.adopted_check_id == check_id
