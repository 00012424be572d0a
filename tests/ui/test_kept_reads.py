"""What pages keep is never older than its name: others change the register while it is read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from parcels.services.keep_layer import LayerKind
from parcels.services.withdraw_parcel import withdraw_parcel
from parcels.store.engine import Store
from reports.supervision import reading as supervision
from tests.builders import NOW, VILLAGE_A, VILLAGE_B, County, layer_of, square, working_county
from tests.reports.pages import session_of
from ui import following, office, reading
from ui.daymap import book, parcel_shapes


@dataclass
class Clock:
    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(office, "monotonic", clock)
    return clock


@pytest.fixture
def here(store: Store, monkeypatch: pytest.MonkeyPatch) -> County:
    monkeypatch.setattr(office, "store", lambda: store)
    monkeypatch.setattr(office, "now", lambda: NOW + timedelta(days=3))
    return working_county(store)


def by_somebody_else(act: Callable[[], Any]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def withdraws(here: County, parcel_no: str) -> Callable[[], Any]:
    ledger_id = int(here.parcels()["ledger_id"][parcel_no])
    return lambda: withdraw_parcel(here.store, here.bureau, ledger_id, reason="并入他项", now=NOW)


def test_a_parcel_withdrawn_while_the_form_is_made_ready_counts_no_longer(
    here: County, clock: Clock
) -> None:
    session, project = session_of(here.reporter_a, "en"), here.project
    ledger_id = int(here.parcels()["ledger_id"]["A1"])
    reading.newest_change(session)
    clock.now_s += 0.20
    reading.judged_parcels(session, project)  # asked a little later than the newest change was
    clock.now_s += 0.04
    by_somebody_else(withdraws(here, "A1"))
    clock.now_s += 0.02  # the one is asked again now, the other is still in its breath
    reading.reportable(session, project)
    clock.now_s += 3600
    assert not reading.reportable(session, project).parcels.at[ledger_id, "is_counted"]


def test_proposals_rest_on_the_facts_of_now_even_if_a_parcel_goes_while_they_are_read(
    here: County, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, project = session_of(here.bureau, "en"), here.project
    read, changes = supervision.facts, [withdraws(here, "B1")]

    def slowly(*wanted: Any, **how: Any) -> Any:
        found = read(*wanted, **how)
        if changes:
            by_somebody_else(changes.pop())
            clock.now_s += 0.5
        return found

    monkeypatch.setattr(supervision, "facts", slowly)
    following.proposals(session, project)
    clock.now_s += 3600
    now = {one.code: one.completion.eligible_m2 for one in following.facts(session, project)}
    kept = following.proposals(session, project)
    assert kept
    assert {one.facts.code: one.facts.completion.eligible_m2 for one in kept}.items() <= now.items()


def test_a_map_that_was_open_at_an_adoption_shows_the_new_check_and_spoils_nothing(
    here: County, clock: Clock
) -> None:
    before = here.project
    parcels = layer_of(
        [square(place * 100, 0, 30) for place in range(3)], parcel_no=["A1", "A2", "B1"],
        village_code=[VILLAGE_A, VILLAGE_A, VILLAGE_B],
        declared_new_arable_m2=[800.0, 100.0, 500.0],
    )  # fmt: skip
    structures = layer_of([square(place * 100, 0, 20) for place in range(3)])
    here.adopt(here.check(here.keep(parcels), here.keep(structures, LayerKind.STRUCTURES)))
    clock.now_s += 1
    shown = book.book_of(here.bureau, before)  # the click of a page from before
    wanted = dict(here.parcels()["verdict"])
    assert wanted["A2"] == "fail"
    for rows in (shown.parcels, parcel_shapes.adopted_shapes(here.bureau, here.project).parcels):
        assert dict(zip(rows["parcel_no"], rows["verdict"], strict=True)) == wanted
    assert reading.as_it_is_now(before).adopted_check_id == here.project.adopted_check_id
