"""The database's own sums of confirmed work are the sums over its events, whatever happens."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.engine import Store
from parcels.store.tables import STAGE_EVENT, WORK_TOTAL
from parcels.workflow import EventState, Step
from reports.daily import ReportState, ReturnReason
from tests.builders import County, working_county


def totals(store: Store) -> dict[tuple[int, str], float]:
    with store.reading() as connection:
        rows = connection.execute(sa.select(WORK_TOTAL)).all()
    return {(row.ledger_id, row.step): row.area_m2 for row in rows}


def sums(store: Store) -> dict[tuple[int, str], float]:
    area_m2 = sa.func.sum(STAGE_EVENT.c.area_m2)
    wanted = (
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, area_m2)
        .where(STAGE_EVENT.c.state == EventState.CONFIRMED.value)
        .group_by(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    return {(ledger_id, step): area_m2 for ledger_id, step, area_m2 in rows}


def of_agreements(county: County) -> dict[str, float]:
    found = totals(county.store)
    parcels = county.parcels().set_index("parcel_no")["ledger_id"]
    signed = Step.AGREEMENT_SIGNED.value
    return {no: found.get((int(one), signed), 0.0) for no, one in parcels.items()}


def test_only_confirmed_work_is_in_the_sums(store: Store) -> None:
    county = working_county(store)
    confirmed = county.send(("A1", Step.AGREEMENT_SIGNED, 300.0), key="one")
    assert of_agreements(county) == {"A1": 0.0, "A2": 0.0, "B1": 0.0}
    county.move(confirmed, ReportState.CONFIRMED)
    returned = county.send(("B1", Step.AGREEMENT_SIGNED, 90.0), key="two", actor=county.reporter_b)
    county.move(returned, ReportState.RETURNED, reason=ReturnReason.NOT_SEEN, text="未见签约")
    assert of_agreements(county) == {"A1": 300.0, "A2": 0.0, "B1": 0.0}
    assert totals(store) == sums(store)


def test_the_sums_follow_an_event_to_another_parcel_and_into_nothing(store: Store) -> None:
    county = working_county(store)
    receipt = county.send(("A1", Step.AGREEMENT_SIGNED, 300.0), key="one")
    county.move(receipt, ReportState.CONFIRMED)
    with store.writing() as connection:
        to = int(county.parcels().set_index("parcel_no").at["A2", "ledger_id"])
        moved = sa.update(STAGE_EVENT).values(ledger_id=to, area_m2=250.0)
        connection.execute(moved)
    assert of_agreements(county) == {"A1": 0.0, "A2": 250.0, "B1": 0.0}
    assert totals(store) == sums(store)
    with store.writing() as connection:
        connection.execute(sa.delete(STAGE_EVENT))
    assert totals(store) == {}
