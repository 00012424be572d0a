"""Confirming, returning, withdrawing: who may move what where, and what it is worth then."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.register import stage_events
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, STAGE_EVENT
from parcels.workflow import EventState, Step
from reports.completion import completion
from reports.daily import NEXT_STATES, ReportState, ReturnReason, require_next
from reports.reading import reports_between
from reports.services.ceilings import TooMuchClaimed
from reports.services.file_report import Receipt
from reports.services.review_report import EVENTS_BECOME, move_report
from tests.builders import COUNTY, DAY, NOW, TOWNSHIP_A, County, person, working_county

FILED, CONFIRMED, RETURNED, WITHDRAWN = ReportState
MOVES = {(FILED, CONFIRMED), (FILED, RETURNED), (FILED, WITHDRAWN)}
SIGNED = ("A1", Step.AGREEMENT_SIGNED, 900.0)
WORDS = {"reason": ReturnReason.NOT_SEEN, "text": "地块尚未拆除"}


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


@pytest.fixture
def receipt(here: County) -> Receipt:
    return here.send(SIGNED)


def state(here: County) -> ReportState:
    return reports_between(here.store, here.bureau, here.project, DAY, DAY).iloc[0]["state"]


def worth(here: County) -> EventState:
    with here.store.reading() as connection:
        return EventState(connection.execute(sa.select(STAGE_EVENT.c.state)).scalar_one())


def mover(here: County, to: ReportState) -> Actor:
    return here.reporter_a if to is WITHDRAWN else here.bureau


def test_the_table_says_every_move_and_nothing_else() -> None:
    for one, other in product(ReportState, repeat=2):
        if (one, other) in MOVES:
            require_next(one, other)
            continue
        with pytest.raises(Problem):
            require_next(one, other)
    assert set(EVENTS_BECOME) == {to for moves in NEXT_STATES.values() for to in moves}


@pytest.mark.parametrize(
    ("first", "second"), list(product((CONFIRMED, RETURNED, WITHDRAWN), ReportState))
)
def test_a_report_moves_once(
    here: County, receipt: Receipt, first: ReportState, second: ReportState
) -> None:
    here.move(receipt, first, mover(here, first), **WORDS)
    with pytest.raises(Problem):
        here.move(receipt, second, mover(here, second), **WORDS)
    assert state(here) is first


@pytest.mark.parametrize(
    ("to", "becomes"),
    [(CONFIRMED, EventState.CONFIRMED), (RETURNED, EventState.VOID), (WITHDRAWN, EventState.VOID)],
)
def test_the_work_follows_its_report(
    here: County, receipt: Receipt, to: ReportState, becomes: EventState
) -> None:
    assert worth(here) is EventState.CLAIMED
    here.move(receipt, to, mover(here, to), **WORDS)
    assert state(here) is to
    assert worth(here) is becomes


# who may move a report of township A: the clerk confirms and returns, the township withdraws
PEOPLE = {
    "clerk": (Role.BUREAU_CLERK, COUNTY, {CONFIRMED, RETURNED}),
    "clerk of another county": (Role.BUREAU_CLERK, "419902", set()),
    "reporter": (Role.TOWNSHIP_REPORTER, TOWNSHIP_A, {WITHDRAWN}),
    "township leader": (Role.TOWNSHIP_LEADER, TOWNSHIP_A, {WITHDRAWN}),
    "reporter of township B": (Role.TOWNSHIP_REPORTER, "419901102", set()),
    "figure reviewer": (Role.FIGURE_REVIEWER, COUNTY, set()),
    "county leader": (Role.APPROVER, COUNTY, set()),
    "inspector": (Role.INSPECTOR, COUNTY, set()),
    "administrator": (Role.ADMINISTRATOR, COUNTY, set()),
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("to", [CONFIRMED, RETURNED, WITHDRAWN])
def test_who_may_move_a_report(here: County, receipt: Receipt, who: str, to: ReportState) -> None:
    role, region, allowed = PEOPLE[who]
    actor = person(here.store, who, role, region)
    if to in allowed:
        here.move(receipt, to, actor, **WORDS)
        assert state(here) is to
        return
    with pytest.raises(Refused):
        here.move(receipt, to, actor, **WORDS)
    assert state(here) is FILED
    assert worth(here) is EventState.CLAIMED


@pytest.mark.parametrize(
    "words", [{}, {"reason": ReturnReason.FIGURES}, {"text": "wrong"},
              {"reason": ReturnReason.FIGURES, "text": "  "}],
)  # fmt: skip
def test_a_return_needs_a_reason_and_words(here: County, receipt: Receipt, words: dict) -> None:
    with pytest.raises(Problem):
        here.move(receipt, RETURNED, **words)
    assert state(here) is FILED


def test_the_township_finds_the_words_of_the_return(here: County, receipt: Receipt) -> None:
    here.move(receipt, RETURNED, **WORDS)
    found = reports_between(here.store, here.reporter_a, here.project, DAY, DAY).iloc[0]
    assert (found["return_reason"], found["return_text"]) == ("not_seen", "地块尚未拆除")
    assert found["reviewer"] == "Bureau"


def test_returned_work_frees_its_ceiling_and_counts_nowhere(here: County, receipt: Receipt) -> None:
    here.move(receipt, RETURNED, **WORDS)
    assert stage_events(here.store, here.bureau, here.project).empty
    here.send(SIGNED, key="key-2")  # the whole parcel may be claimed again


def test_only_confirmed_work_moves_completion(here: County) -> None:
    whole_way = [("A1", step, 900.0) for step in Step if step in list(Step)[:6]]
    receipt = here.send(*whole_way)

    def share() -> float | None:
        work = stage_events(here.store, here.bureau, here.project)
        return completion(here.project, here.parcels(), work, day=DAY).share

    assert share() == 0
    here.move(receipt, CONFIRMED)
    assert share() == pytest.approx(800 / 1900)  # A1's new arable of A1, A2 and B1's


def test_every_move_stands_in_the_audit_log(here: County, receipt: Receipt) -> None:
    here.move(receipt, RETURNED, **WORDS)
    with here.store.reading() as connection:
        row = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id.desc()).limit(1)).one()
    assert (row.action, row.subject, row.person) == (
        "report_returned",
        receipt.receipt_no,
        "bureau",
    )
    assert row.before == {"state": "filed"}
    assert row.after == {"state": "returned", "reason": "not_seen", "text": "地块尚未拆除"}


def test_a_report_that_is_not_there_is_told(here: County) -> None:
    with pytest.raises(Problem):
        move_report(here.store, here.bureau, 999, CONFIRMED, now=NOW)


def test_a_report_built_on_returned_work_cannot_be_confirmed(here: County) -> None:
    first = here.send(SIGNED, key="first")
    second = here.send(
        ("A1", Step.DEMOLISHED, 900.0),
        key="second",
        day=DAY + timedelta(days=1),
        now=NOW + timedelta(days=1),
    )
    here.move(first, RETURNED, **WORDS)
    with pytest.raises(TooMuchClaimed) as refused:
        here.move(second, CONFIRMED)
    assert [breach.parcel_no for breach in refused.value.breaches] == ["甲村 A1"]
    again = here.send(SIGNED, key="again")
    here.move(again, CONFIRMED)
    here.move(second, CONFIRMED)
    done = stage_events(here.store, here.bureau, here.project)
    assert sorted(done["step"]) == sorted([Step.AGREEMENT_SIGNED, Step.DEMOLISHED])
    assert set(done["state"]) == {EventState.CONFIRMED}
