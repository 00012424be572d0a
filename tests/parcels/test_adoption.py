"""Adopting another version: work follows the ground, a person confirms, the past stays readable."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from gis.formats import Layer
from gis.language import Problem
from parcels.services.adopt_check import WorkMoves, adopt_check, proposal, proposed_moves
from parcels.services.keep_layer import LayerKind
from parcels.store.engine import Store
from parcels.store.tables import (
    ADOPTION,
    LEDGER,
    LEDGER_VERSION,
    STAGE_EVENT,
    SUCCESSION,
    WORK_MOVE,
)
from parcels.workflow import Step
from reports.daily import ReportState
from tests.builders import NOW, VILLAGE_A, VILLAGE_B, County, layer_of, square, working_county


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def layer(**parcels: tuple[float, float]) -> Layer:
    """Parcels by number as (east, width) of strips 30 m high."""
    return layer_of(
        [square(east, 0, width, 30) for east, width in parcels.values()],
        parcel_no=list(parcels),
        village_code=[VILLAGE_B if number.startswith("B") else VILLAGE_A for number in parcels],
        declared_new_arable_m2=[400.0] * len(parcels),
    )


def checked(here: County, new: Layer) -> int:
    houses = layer_of([square(place * 100, 0, 30) for place in range(3)])
    return here.check(here.keep(new), here.keep(houses, LayerKind.STRUCTURES))


def confirmed(here: County, check_id: int, reason: str = "新图层") -> tuple[int, int]:
    """Adopt as a person does who looked at the moves."""
    plan = proposed_moves(here.store, proposal(here.store, here.bureau, check_id))
    return adopt_check(here.store, here.bureau, check_id, reason=reason, now=NOW, seen=plan.mark)


def work(store: Store) -> dict[tuple[str, bool], float]:
    """(parcel number, is withdrawn) → m² of standing events."""
    wanted = (
        sa.select(LEDGER.c.parcel_no, LEDGER.c.withdrawn_at, STAGE_EVENT.c.area_m2)
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
    )  # fmt: skip
    with store.reading() as connection:
        rows = pd.DataFrame(connection.execute(wanted).all(), columns=["no", "out", "m2"])
    return rows.groupby(["no", rows["out"].notna()])["m2"].sum().to_dict()


def test_work_on_a_split_parcel_goes_to_its_parts_once_a_person_has_seen_it(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), ("A2", Step.AGREEMENT_SIGNED, 100.0))
    check_id = checked(here, layer(A1=(0, 10), A1b=(10, 20), A2=(100, 30), B1=(200, 30)))
    with pytest.raises(WorkMoves) as refused:
        here.adopt(check_id)
    assert work(here.store) == {("A1", False): 900.0, ("A2", False): 100.0}
    assert confirmed(here, check_id) == (1, 0)
    assert refused.value.plan.moves
    assert work(here.store) == {("A1", False): 300.0, ("A1b", False): 600.0, ("A2", False): 100.0}


def test_a_mark_of_another_state_confirms_nothing(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 100.0))
    check_id = checked(here, layer(A1=(0, 10), A1b=(10, 20), A2=(100, 30), B1=(200, 30)))
    seen = proposed_moves(here.store, proposal(here.store, here.bureau, check_id)).mark
    here.send(("A1", Step.AGREEMENT_SIGNED, 50.0), key="key-2", day=NOW.date() - timedelta(days=1))
    with pytest.raises(WorkMoves):
        adopt_check(here.store, here.bureau, check_id, reason="x", now=NOW, seen=seen)
    assert work(here.store) == {("A1", False): 150.0}


def test_work_on_ground_in_no_parcel_stays_with_the_withdrawn_row(here: County) -> None:
    here.send(("A2", Step.AGREEMENT_SIGNED, 900.0))
    confirmed(here, checked(here, layer(A1=(0, 30), B1=(200, 30))))
    assert work(here.store) == {("A2", True): 900.0}


def test_a_number_used_elsewhere_is_not_credited_with_the_old_work(here: County) -> None:
    here.send(("A2", Step.AGREEMENT_SIGNED, 900.0))
    confirmed(here, checked(here, layer(A1=(0, 30), A2=(400, 30), B1=(200, 30))))
    assert work(here.store) == {("A2", True): 900.0}
    assert not here.parcels().loc["A2", "is_withdrawn"]


def test_a_claim_that_moved_can_still_be_confirmed(here: County) -> None:
    first = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), day=NOW.date() - timedelta(days=1))
    here.move(first, ReportState.CONFIRMED)
    later = here.send(("A1", Step.DEMOLISHED, 900.0), key="key-2")
    confirmed(here, checked(here, layer(A7=(0, 10), A8=(10, 20), A2=(100, 30), B1=(200, 30))))
    here.move(later, ReportState.CONFIRMED)
    assert work(here.store) == {("A7", False): 600.0, ("A8", False): 1200.0}


def test_every_move_is_written_down_and_adds_up(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 899.99))
    confirmed(here, checked(here, layer(A7=(0, 11), A8=(11, 19), A2=(100, 30), B1=(200, 30))))
    with here.store.reading() as connection:
        moved = connection.scalar(sa.select(sa.func.sum(WORK_MOVE.c.area_m2)))
        heirs = connection.execute(sa.select(SUCCESSION)).all()
    assert moved == pytest.approx(899.99)
    assert sorted(round(heir.common_m2) for heir in heirs) == [330, 570]


def test_what_was_in_force_before_stays_written(here: County) -> None:
    second = checked(here, layer(A1=(0, 30), A9=(100, 30), B1=(200, 30)))
    confirmed(here, second, "二版")
    with here.store.reading() as connection:
        adopted = connection.execute(sa.select(ADOPTION).order_by(ADOPTION.c.id)).all()
        rows = connection.execute(
            sa.select(LEDGER.c.parcel_no)
            .join(LEDGER_VERSION, LEDGER_VERSION.c.ledger_id == LEDGER.c.id)
            .where(LEDGER_VERSION.c.adoption_id == adopted[0].id)
        ).scalars()
        assert sorted(rows) == ["A1", "A2", "B1"]
    assert [(row.check_id, row.previous_check_id) for row in adopted] == [(1, None), (second, 1)]
    assert adopted[1].reason == "二版"


def test_an_older_check_can_be_adopted_again(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    confirmed(here, checked(here, layer(A1=(0, 10), A1b=(10, 20), A2=(100, 30), B1=(200, 30))))
    confirmed(here, 1, "退回一版")
    assert sorted(here.parcels().index) == ["A1", "A2", "B1"]
    assert work(here.store) == {("A1", False): 900.0}


def test_nobody_adopts_over_somebody_else(here: County, monkeypatch: pytest.MonkeyPatch) -> None:
    one = checked(here, layer(A1=(0, 30), A2=(100, 30)))
    other = checked(here, layer(A1=(0, 30), B1=(200, 30)))
    seen = proposal(here.store, here.bureau, one)
    here.adopt(other)
    monkeypatch.setattr("parcels.services.adopt_check.proposal", lambda *_wanted, **_told: seen)
    with pytest.raises(Problem):
        here.adopt(one)
    assert here.project.adopted_check_id == other
