"""A county in which every text of one township is a canary, and cookies that must open nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from parcels.people.actor import Role
from parcels.services.accounts import insert_demo_account
from parcels.store.engine import open_store
from parcels.store.schema import METADATA
from tests.browser.doors import TOWN_A, TOWN_B
from tests.browser.running import Server
from tests.browser.wire import SESSION, enter_demo, sign_out

CANARY = "KANARI7391"
# Texts that the machine reads too: a canary there would be a fault of the test.
READ_BY_MACHINE = {("issued_document", "state"), ("project", "code"), ("notice", "office")}
_OF_A_TOWNSHIP = (Role.TOWNSHIP_REPORTER, Role.TOWNSHIP_LEADER)
# account → role and region of whoever township B is nobody's business of
STRANGERS: Mapping[str, tuple[Role, str]] = {
    "neighbour": (Role.TOWNSHIP_REPORTER, TOWN_A),
    "neighbours_head": (Role.TOWNSHIP_LEADER, TOWN_A),
    "neighbours_village": (Role.TOWNSHIP_REPORTER, f"{TOWN_A}201"),
    **{f"far_{role}": (role, "999902") for role in Role if role not in _OF_A_TOWNSHIP},
}
# the others are tried by ``make prove``, with every tab and choice of every page
QUICKLY_TRIED = ("neighbour", "neighbours_head", "far_bureau_clerk", "far_inspector")
OURS_ASKED_FOR = f"township={TOWN_B}&parcel=200&id=200&notice=1&project=1&day=2026-01-05"
PLACES = ("township_code", "village_code", "region", "code")


def plant(folder: Path) -> None:
    """Make every text of township B in a demo county a canary, and let the strangers in."""
    engine = sa.create_engine(f"sqlite:///{folder / 'tracker.db'}")
    changed = 0
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            place = next((name for name in PLACES if name in table.c), None)
            if place is None:
                continue
            for column in table.c:
                if type(column.type) is not sa.Text and column.name != "display_name":
                    continue
                if (table.name, column.name) in READ_BY_MACHINE:
                    continue
                # a ledger's and a parcel's number stay unique in their village
                suffix = "id" if "id" in table.c else "''"
                changed += connection.execute(
                    sa.text(
                        f'UPDATE "{table.name}" SET "{column.name}" = '
                        f"substr(:word || {suffix}, 1, 16) WHERE {place} LIKE :place"
                    ),
                    {"word": CANARY, "place": f"{TOWN_B}%"},
                ).rowcount
    assert changed > 1_000
    engine.dispose()
    store = open_store(folder, f"sqlite:///{folder / 'tracker.db'}")
    with store.writing() as connection:
        for name, (role, region) in STRANGERS.items():
            insert_demo_account(connection, name, name, role, region, now=datetime.now(UTC))
    store.engine.dispose()


def dead_sessions(server: Server) -> dict[str, Mapping[str, str]]:
    """Return cookies that must open nothing."""
    left = enter_demo(server.address, "bureau")
    sign_out(server.address, left)
    old = enter_demo(server.address, "bureau")
    engine = sa.create_engine(f"sqlite:///{server.folder / 'tracker.db'}")
    with engine.begin() as connection:
        long_ago = datetime.now(UTC) - timedelta(hours=3)
        newest = connection.execute(sa.text("SELECT max(id) FROM session")).scalar()
        stamp = connection.execute(sa.text("SELECT seen_at FROM session LIMIT 1")).scalar()
        written = long_ago.strftime("%Y-%m-%d %H:%M:%S.%f") + str(stamp)[26:]
        connection.execute(
            sa.text("UPDATE session SET seen_at = :at WHERE id = :id"),
            {"at": written, "id": newest},
        )
    engine.dispose()
    return {"none": {}, "signed out": left, "expired": old, "invented": {SESSION: "x" * 43}}
