"""What did we believe on that day: the work that counted then, where it lay then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from parcels import register
from parcels.ledger.opening import HEADS
from parcels.services.adopt_check import adopt_check, proposal, proposed_moves
from parcels.services.keep_layer import LayerKind
from parcels.services.open_balance import open_balance, undo_opening
from parcels.store.engine import Store
from parcels.workflow import STEP_TITLES, Step
from reports.believed_work import believed_work
from reports.completion import completion
from reports.daily import ReportState
from reports.services.adjust_work import adjust_work
from tests.builders import (
    DAY,
    NOW,
    TOWNSHIP_A,
    VILLAGE_A,
    VILLAGE_B,
    County,
    layer_of,
    square,
    working_county,
)

CONFIRMED = NOW + timedelta(hours=1)  # as County.move confirms
LATER = NOW + timedelta(days=8)


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def worked(here: County, moment: datetime, actor: object = None) -> dict[tuple[str, Step], float]:
    """(parcel number, step) → m² as believed at a moment, on the parcels of that moment."""
    by = actor or here.bureau
    events = believed_work(here.store, by, here.project, moment)  # type: ignore[arg-type]
    adopted = register.adoptions(here.store, here.bureau, here.project)
    then = register.in_force_at(adopted, moment)
    assert then is not None
    parcels = register.believed_parcels(here.store, here.bureau, here.project, then["id"], moment)
    number = dict(zip(parcels["ledger_id"], parcels["parcel_no"], strict=True))
    sums = events.groupby(["ledger_id", "step"])["area_m2"].sum() if len(events) else {}
    return {(number[key[0]], key[1]): area_m2 for key, area_m2 in dict(sums).items()}


def split(here: County) -> None:
    """Part A1 into two strips, a week later."""
    parcels = layer_of(
        [square(0, 0, 10, 30), square(10, 0, 20, 30), square(100, 0, 30), square(200, 0, 30)],
        parcel_no=["A7", "A8", "A2", "B1"],
        village_code=[VILLAGE_A, VILLAGE_A, VILLAGE_A, VILLAGE_B],
        declared_new_arable_m2=[400.0] * 4,
    )
    houses = layer_of([square(place * 100, 0, 30) for place in range(3)])
    check_id = here.check(here.keep(parcels), here.keep(houses, LayerKind.STRUCTURES))
    plan = proposed_moves(here.store, proposal(here.store, here.bureau, check_id))
    adopt_check(here.store, here.bureau, check_id, reason="二版", now=LATER, seen=plan.mark)


def test_a_report_counts_from_its_confirmation_on(here: County) -> None:
    sent = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    assert worked(here, CONFIRMED) == {}
    here.move(sent, ReportState.CONFIRMED)
    assert worked(here, CONFIRMED - timedelta(seconds=1)) == {}
    assert worked(here, CONFIRMED) == {("A1", Step.AGREEMENT_SIGNED): 900.0}


def test_a_returned_report_never_counted(here: County) -> None:
    sent = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    here.move(sent, ReportState.WITHDRAWN, here.reporter_a)
    assert worked(here, LATER) == {}


def test_work_that_a_later_version_moved_lies_where_it_lay(here: County) -> None:
    here.move(here.send(("A1", Step.AGREEMENT_SIGNED, 899.99)), ReportState.CONFIRMED)
    split(here)
    assert worked(here, LATER - timedelta(seconds=1)) == {("A1", Step.AGREEMENT_SIGNED): 899.99}
    assert worked(here, LATER) == {
        ("A7", Step.AGREEMENT_SIGNED): 300.0,
        ("A8", Step.AGREEMENT_SIGNED): 599.99,
    }


def test_a_correction_counts_from_the_day_it_was_made(here: County) -> None:
    here.move(here.send(("A1", Step.AGREEMENT_SIGNED, 900.0)), ReportState.CONFIRMED)
    ledger_id = int(here.parcels()["ledger_id"]["A1"])
    adjust_work(
        here.store, here.bureau, here.project, TOWNSHIP_A, DAY,
        {(ledger_id, Step.AGREEMENT_SIGNED): 400.0}, reason="复核", now=LATER,
    )  # fmt: skip
    assert worked(here, LATER - timedelta(days=1)) == {("A1", Step.AGREEMENT_SIGNED): 900.0}
    assert worked(here, LATER) == {("A1", Step.AGREEMENT_SIGNED): 400.0}


def test_an_opening_balance_counts_until_it_was_taken_back(here: County) -> None:
    path = here.store.folder / "opening.xlsx"
    path.write_bytes(b"as it came")
    head: list[object] = [str(title) for title in HEADS]
    row: list[object] = [VILLAGE_A, "A1", str(STEP_TITLES[Step.AGREEMENT_SIGNED]), 500]
    opening_id = open_balance(
        here.store, here.bureau, here.project_id, [head, row], day=DAY - timedelta(days=30),
        document="县台账", path=path, file_name="期初.xlsx", now=CONFIRMED,
    )  # fmt: skip
    undo_opening(here.store, here.bureau, opening_id, reason="重报", now=LATER)
    assert worked(here, NOW) == {}
    assert worked(here, CONFIRMED) == {("A1", Step.AGREEMENT_SIGNED): 500.0}
    assert worked(here, LATER) == {}


def test_today_believes_what_every_other_page_says(here: County) -> None:
    here.move(
        here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), ("A2", Step.AGREEMENT_SIGNED, 100.0)),
        ReportState.CONFIRMED,
    )
    parcels = register.judged_figures(here.store, here.bureau, here.project)
    events = register.stage_events(here.store, here.bureau, here.project)
    believed = believed_work(here.store, here.bureau, here.project, CONFIRMED)
    assert completion(here.project, parcels, believed, day=DAY) == completion(
        here.project, parcels, events, day=DAY
    )


def test_a_township_reads_its_own_past_work_only(here: County) -> None:
    here.move(here.send(("A1", Step.AGREEMENT_SIGNED, 900.0)), ReportState.CONFIRMED)
    assert worked(here, LATER, here.reporter_b) == {}
    assert worked(here, LATER, here.reporter_a) == {("A1", Step.AGREEMENT_SIGNED): 900.0}
