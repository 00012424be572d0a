"""What changed last under a region: the key of everything the pages keep."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parcels.people.actor import system
from parcels.store import audit
from parcels.store.changes import Changes
from parcels.store.engine import Store, written_here
from tests.builders import COUNTY

TOWN, OTHER = f"{COUNTY}101", f"{COUNTY}102"
NOW = datetime(2026, 3, 12, tzinfo=UTC)


def changed(store: Store, region: str, action: str = "edit_ledger") -> None:
    """Write one audit row of a region."""
    with store.writing() as connection:
        audit.record(connection, system(region), action, "subject", now=NOW, region=region)


def test_a_change_moves_the_key_of_its_region_and_of_those_above_and_below(store: Store) -> None:
    changes = Changes()
    changed(store, COUNTY)
    for place, moves in (
        (TOWN, {TOWN, COUNTY, ""}),
        (f"{TOWN}201", {TOWN, COUNTY, ""}),
        (OTHER, {OTHER, COUNTY, ""}),
        (COUNTY, {TOWN, OTHER, COUNTY, ""}),
        ("", {TOWN, OTHER, COUNTY, ""}),
    ):
        before = {region: changes.newest(store, region) for region in (TOWN, OTHER, COUNTY, "")}
        changed(store, place)
        moved = {region for region in before if changes.newest(store, region) != before[region]}
        assert moved == moves, place


@pytest.mark.parametrize("action", ["sign_in", "export", "submit_job", "end_job", "run_check"])
def test_signing_in_and_work_in_the_background_change_nothing(store: Store, action: str) -> None:
    changes = Changes()
    changed(store, TOWN)
    before = changes.newest(store, TOWN)
    changed(store, COUNTY, action)
    assert changes.newest(store, TOWN) == before
    changed(store, TOWN)
    assert changes.newest(store, TOWN) != before


def test_a_days_report_changes_what_is_seen_but_no_layer(store: Store) -> None:
    changes = Changes(["file_report"])
    changed(store, TOWN)
    for action, moves in (("file_report", {"all"}), ("edit_ledger", {"all", "layers"})):
        before = changes.newest(store, TOWN), changes.newest(store, TOWN, of_layers=True)
        changed(store, TOWN, action)
        after = changes.newest(store, TOWN), changes.newest(store, TOWN, of_layers=True)
        kinds = zip(("all", "layers"), before, after, strict=True)
        assert {kind for kind, old, new in kinds if old != new} == moves, action
        later = Changes(["file_report"])
        assert after == (later.newest(store, TOWN), later.newest(store, TOWN, of_layers=True))


def test_one_that_began_later_gives_the_same_key(store: Store) -> None:
    early = Changes()
    assert early.newest(store, TOWN) == Changes().newest(store, TOWN)  # nothing yet
    for place in (TOWN, COUNTY, OTHER, f"{OTHER}203"):
        changed(store, place)
        changed(store, place, "sign_in")
        for region in (TOWN, OTHER, COUNTY, ""):
            assert early.newest(store, region) == Changes().newest(store, region)


def test_another_log_in_its_place_is_read_anew(store: Store) -> None:
    changes = Changes()
    changed(store, TOWN)
    changed(store, TOWN)
    changes.newest(store, TOWN)
    shorter = Changes()
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    assert changes.newest(store, TOWN) == shorter.newest(store, TOWN)


def test_a_thread_knows_that_it_wrote(store: Store) -> None:
    before = written_here()
    changed(store, TOWN)
    assert written_here() > before
