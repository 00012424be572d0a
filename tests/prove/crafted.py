"""Messages no page would send: nothing that is not the sender's changes by them."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from parcels.people import passwords
from parcels.people.access import MAY
from parcels.people.actor import Role
from parcels.store.engine import Store, open_store
from parcels.store.schema import METADATA
from tests.browser.running import Server
from tests.browser.wire import sign_out
from tests.builders import person
from tests.prove.client import Unanswered, Visitor, sign_in
from tests.prove.county import PASSWORD, found_county, township_code
from tests.prove.crafted_aimed import (
    buttons_and_values,
    foreign_choices,
    hidden_widgets,
    locked_cells,
)
from tests.prove.forked import nursery
from tests.prove.proof import Proof
from ui.pages import PAGES

SEED = 8
MINE = township_code(0)
PEOPLE = (
    ("bureau", Role.BUREAU_CLERK), ("admin", Role.ADMINISTRATOR),
    ("inspector1", Role.INSPECTOR), ("town1", Role.TOWNSHIP_REPORTER),
)  # fmt: skip
MANY, FEW, PATIENCE_S, SHORT_S, AT_ONCE = (
    500,
    8,
    3.0,
    0.3,
    4,
)  # an answer that does not come is no fault here
# who may write nothing here, and who may write the own township's day
ATTACKERS = {"reviewer": "nothing", "town0": MINE}
NOT_COMPARED = ("session", "sign_in_failure")
KINDS = ("trigger_value", "bool_value", "int_value", "double_value", "string_value",
         "string_array_value", "int_array_value", "json_value", "json_trigger_value",
         "string_trigger_value")  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What others' pages hold: ids of widgets, and the words that may be chosen in them."""

    ids: Sequence[str]
    options: Sequence[str]
    pages: Mapping[str, Mapping[str, WidgetState]]


def prove(messages: int, folder: Path) -> str:
    """Send that many crafted messages as two attackers; compare every row of the register."""
    store = open_store(folder / "var")
    found_county(store, townships=3, parcels=6)
    _reviewer(store)
    sent, hidden = 0, 0
    # without a worker, which would issue yesterday's documents meanwhile
    with nursery().running(folder / "var") as server:
        is_short = messages < MANY
        seen = _harvest(server, PEOPLE[:1] if is_short else PEOPLE, FEW if is_short else None)
        for name, mine in ATTACKERS.items():
            before = _rows(store)
            cookies = sign_in(server.address, name, PASSWORD)
            each = messages // len(ATTACKERS) // AT_ONCE
            with ThreadPoolExecutor(AT_ONCE) as pool:
                pages = [dict([page]) for page in seen.pages.items()]
                hidden += sum(pool.map(partial(hidden_widgets, server, cookies), pages))
                chances = [random.Random(f"{SEED} {name} {one}") for one in range(AT_ONCE)]
                sent += sum(pool.map(partial(_attack, server, name, seen, each), chances))
            time.sleep(1.0)
            changed = _foreign_changes(before, _rows(store), mine)
            assert not changed, changed[:3]
        before = _rows(store)
        aimed = locked_cells(server, store, "town2", "reviewer")
        aimed += foreign_choices(server, store, "town2", township_code(2), "town1")
        senders = (township_code(2), township_code(1))
        assert not (changed := _foreign_changes(before, _rows(store), senders)), changed[:3]
    store.engine.dispose()
    return (
        f"{sent} random messages with {len(seen.ids)} foreign widgets and {len(seen.options)} "
        f"foreign choices, replays after sign-out among them, {hidden} that set or press what "
        f"only others' pages show, and {aimed} at locked cells of the ledger, with another "
        "township's parcels or sent again: 0 rows changed that are not the sender's own"
    )


def _reviewer(store: Store) -> None:
    """Give the county somebody who may read everything and write nothing yet."""
    person(
        store, "reviewer", Role.FIGURE_REVIEWER,
        password_hash=passwords.hashed(PASSWORD), password_set_at=datetime.now(UTC),
    )  # fmt: skip


def _harvest(server: Server, people: Sequence[tuple[str, Role]], most: int | None) -> Seen:
    """Open the pages of others and note every widget."""
    ids, options = set(), set()
    pages: dict[str, dict[str, WidgetState]] = {}
    for name, role in people:
        cookies = sign_in(server.address, name, PASSWORD)
        for page in [page for page in PAGES if role in MAY[page.action]][:most]:
            visitor = Visitor(server.address, cookies, page.slug)
            pages.setdefault(page.slug, {}).update(buttons_and_values(visitor))
            for widget in visitor.widgets():
                ids.add(widget.id)
                chosen = getattr(widget, "options", [])
                options.update(getattr(one, "content", one) for one in chosen)
            visitor.close()
    assert len(ids) > 20, "there is little to attack with"
    return Seen(sorted(ids), sorted(options), pages)


def _attack(server: Server, name: str, seen: Seen, messages: int, chance: random.Random) -> int:
    cookies = sign_in(server.address, name, PASSWORD)
    slugs, sent, kept = [page.slug for page in PAGES], 0, []
    while sent < messages:
        try:
            visitor = Visitor(server.address, cookies, chance.choice(slugs))
            for _one in range(min(40, messages - sent)):
                said = _crafted(seen, slugs, chance)
                kept.append(said)
                sent += 1
                # an invented part of a page is never answered
                patience_s = SHORT_S if said.rerun_script.fragment_id else PATIENCE_S
                with suppress(Unanswered):
                    visitor.says(said, seconds=patience_s)
            visitor.close()
        except Unanswered:
            continue  # thrown out: come again
    visitor = Visitor(server.address, cookies, slugs[0])
    sign_out(server.address, cookies)
    for said in chance.sample(kept, min(10, len(kept))):  # the same again after sign-out
        with suppress(Unanswered):
            visitor.says(said, seconds=PATIENCE_S)
            sent += 1
    visitor.close()
    return sent


def _crafted(seen: Seen, slugs: Sequence[str], chance: random.Random) -> BackMsg:
    """Return a message: some page, some fragment, some widgets of others with some values."""
    said = BackMsg()
    said.rerun_script.page_name = chance.choice([*slugs, "nothing", "../people", ""])
    said.rerun_script.query_string = chance.choice(["", "parcel=1", "project=1&day=2026-01-01"])
    if chance.random() < 0.1:
        said.rerun_script.fragment_id = "".join(chance.choices("0123456789abcdef", k=32))
    for _one in range(chance.randint(1, 6)):
        state = said.rerun_script.widget_states.widgets.add()
        state.id = chance.choice(seen.ids)
        _fill(state, seen, chance)
    return said


def _fill(state: WidgetState, seen: Seen, chance: random.Random) -> None:
    kind = chance.choice(KINDS)
    words = chance.choice([*seen.options, MINE, "1", "' OR 1=1 --", "<script>", "\0", "9" * 400])
    if kind in ("trigger_value", "bool_value"):
        setattr(state, kind, True)
    elif kind == "int_value":
        state.int_value = chance.choice([-1, 0, 1, 2, 7, 2**31, -(2**62)])
    elif kind == "double_value":
        state.double_value = chance.choice([float("nan"), float("inf"), -1e308, 0.0])
    elif kind == "string_array_value":
        state.string_array_value.data.extend(chance.choices(seen.options, k=2))
    elif kind == "int_array_value":
        state.int_array_value.data.extend([0, 1, 99_999])
    elif kind in ("json_value", "json_trigger_value"):
        edits = '{"edited_rows": {"0": {"township": "x", "row_id": 1}}, "added_rows": [{}], '
        setattr(state, kind, edits + '"deleted_rows": [0, 1, 2], "text": "x"}')
    elif kind == "string_trigger_value":
        state.string_trigger_value.data = words
    else:
        state.string_value = words


def _rows(store: Store) -> Mapping[str, Mapping[Any, Mapping[str, Any]]]:
    with store.reading() as connection:
        return {
            table.name: {
                repr([row[column.name] for column in table.primary_key.columns]): dict(row)
                for row in connection.execute(sa.select(table)).mappings()
            }
            for table in METADATA.sorted_tables
            if table.name not in NOT_COMPARED
        }


def _foreign_changes(before: Any, after: Any, mine: str | tuple[str, ...]) -> list[str]:
    """Return every change that is not of the attacker's own township, nor a trace in the log."""
    wrong = []
    owners = {
        "ledger_id": {row["id"]: row["village_code"] for row in after["ledger"].values()},
        "report_id": {row["id"]: row["township_code"] for row in after["daily_report"].values()},
    }
    for table, rows in after.items():
        if gone := before[table].keys() - rows.keys():
            wrong.append(f"{table}: {len(gone)} rows are gone")
        for key, row in rows.items():
            if before[table].get(key) == row or _is_mine(table, row, mine, owners):
                continue
            wrong.append(f"{table} {key}: {before[table].get(key)} → {row}")
    return wrong


def _is_mine(
    table: str,
    row: Mapping[str, Any],
    mine: str | tuple[str, ...],
    owners: Mapping[str, Mapping[int, str]],
) -> bool:
    if table == "audit" and row["action"] in ("refused", "sign_in", "sign_out"):
        return True
    places = [row.get(name) for name in ("township_code", "region", "village_code")]
    places += [whose.get(row[name]) for name, whose in owners.items() if name in row]
    return any(str(place).startswith(mine) for place in places)


PROOF = Proof("crafted", "Messages no page would send", prove, quick=0, long=2000, on_postgres=100)
