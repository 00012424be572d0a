"""Crafted messages that aim: locked cells, hidden widgets, foreign choices, replays.

Each aims at one thing with what is right about it (the page, the widget, the choice of somebody
else); beside it stands the same message as an honest page sends it, which does work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from parcels.ledger.columns import EDITABLE, CellKind, LedgerColumn, columns
from parcels.people import access
from parcels.people.actor import Role
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, LEDGER_CARE
from reports.tables import DAILY_ENTRY, DAILY_REPORT
from tests.browser.running import Server
from tests.prove.client import Unanswered, Visitor, sign_in
from tests.prove.county import PASSWORD

GRID, SAVE = "ledger grid", "save ledger"
CHOSEN, REPEATED, PATIENCE_S = 2, 5, 3.0
WORDS = {CellKind.TEXT: "KANARI", CellKind.DAY: "2026-01-01"}
Cookies = Mapping[str, str]


def locked_cells(server: Server, store: Store, mine: str, writes_nothing: str) -> int:
    """Type into cells that the role may not write, then into one that it may; return how many."""
    cells = {column.name: WORDS.get(column.kind, 1.0) for column in _locked()}
    unknown = {"ledger_id": 1, "version": 9, "township_code": "1", "page": "/x"}
    before = _care(store)
    for rows, more in (
        ({"0": cells, "1": cells}, {}),
        ({"0": unknown | {"problem": "KANARI"}}, {}),
        ({"-1": {"problem": "KANARI"}, "99999": {"problem": "KANARI"}}, {}),
        ({}, {"added_rows": [{"parcel_no": "KANARI"}], "deleted_rows": [0, 1]}),
    ):
        visitor = _at_the_ledger(server, mine)
        save = visitor.widget(SAVE)
        with suppress(Unanswered, LookupError):
            _types(visitor, rows, **more)
            visitor.presses(save)
        assert _care(store) == before, f"written, and nobody may: {rows} {more}"
        visitor.close()
    visitor = _at_the_ledger(server, mine)
    grid = visitor.widget(GRID).id
    _types(visitor, {"0": {"problem": "KANARI", **cells}})
    visitor.presses(visitor.widget(SAVE))
    [written] = [row for row in _care(store) if row not in before]
    assert written["problem"] == "KANARI", "the grid was not the grid: the attack proved nothing"
    assert not any(written[column.name] for column in _locked() if column.name in EDITABLE)
    stranger = Visitor(server.address, sign_in(server.address, writes_nothing, PASSWORD), "ledger")
    known = _care(store)
    with suppress(Unanswered):
        _types(stranger, {"0": {"problem": "THEIRS"}}, at=grid)
        stranger.presses(save)  # a button that this role's page does not show
    assert _care(store) == known, "a hidden button was pressed"
    for one in (visitor, stranger):
        one.close()
    return 10


def hidden_widgets(
    server: Server, cookies: Cookies, theirs: Mapping[str, Mapping[str, WidgetState]]
) -> int:
    """On each page set and press, one by one, what others see there and this person does not."""
    sent = 0
    for page, widgets in theirs.items():
        with suppress(Unanswered):
            visitor = Visitor(server.address, cookies, page)
            own = {one.id for one in visitor.widgets()}
            for key, state in widgets.items():
                if key in own:
                    continue
                said = BackMsg()
                said.rerun_script.page_name = page
                said.rerun_script.widget_states.widgets.append(state)
                sent += 1
                with suppress(Unanswered):
                    visitor.says(said, seconds=PATIENCE_S)
            visitor.close()
    return sent


def foreign_choices(server: Server, store: Store, mine: str, place: str, other: str) -> int:
    """Choose another township's parcels in one's own form and send it; then replay one's own."""
    cookies, known = sign_in(server.address, mine, PASSWORD), _reports(store)
    theirs = Visitor(server.address, sign_in(server.address, other, PASSWORD), "today")
    foreign = [one.content for one in theirs.widget("parcels").options[:CHOSEN]]
    visitor = Visitor(server.address, cookies, "today")
    own = [one.content for one in visitor.widget("parcels").options]
    assert not set(foreign) & set(own)
    with suppress(Unanswered):
        visitor.chooses(visitor.widget("parcels"), *foreign)
    with suppress(Unanswered, LookupError):
        visitor.presses(visitor.widget("send report"))
    assert _reports(store) == known, "a report of another township's parcels"
    visitor = Visitor(server.address, cookies, "today")
    visitor.chooses(visitor.widget("parcels"), *own[:CHOSEN])
    send = visitor.widget("send report")
    said = BackMsg()
    said.rerun_script.page_name = "today"
    said.rerun_script.fragment_id = visitor.fragment_of(send.id)
    press = WidgetState(id=send.id, trigger_value=True)
    said.rerun_script.widget_states.widgets.extend([*visitor.values.values(), press])
    for _time in range(REPEATED):  # the very message again and again, and from another's page
        with suppress(Unanswered):
            visitor.says(said, seconds=PATIENCE_S)
        with suppress(Unanswered):
            theirs.says(said, seconds=PATIENCE_S)
    again = Visitor(server.address, cookies, "today")
    with suppress(Unanswered):
        again.says(said, seconds=PATIENCE_S)
    assert again.receipt(), "the honest message did not arrive: the replays proved nothing"
    reports = [one for one in _reports(store) if one not in known]
    assert len(reports) == 1, f"a replay made another report: {reports}"
    assert (reports[0]["township_code"], reports[0]["entries"]) == (place, CHOSEN)
    for one in (visitor, theirs, again):
        one.close()
    return 2 + 2 * REPEATED + 1


def buttons_and_values(visitor: Visitor) -> Iterator[tuple[str, WidgetState]]:
    """Give what could be set or pressed on a page: id and a message's state of it."""
    for widget in visitor.widgets():
        kind = type(widget).__name__
        make: Callable[[str], WidgetState] = _STATES.get(kind, _pressed)
        yield widget.id, make(widget.id)


def _pressed(key: str) -> WidgetState:
    return WidgetState(id=key, trigger_value=True)


_STATES: dict[str, Callable[[str], WidgetState]] = {
    "Checkbox": lambda key: WidgetState(id=key, bool_value=True),
    "TextInput": lambda key: WidgetState(id=key, string_value="theirs"),
    "TextArea": lambda key: WidgetState(id=key, string_value="theirs"),
    "NumberInput": lambda key: WidgetState(id=key, double_value=7.0),
    "Selectbox": lambda key: WidgetState(id=key, string_value="theirs"),
}


def _at_the_ledger(server: Server, name: str) -> Visitor:
    return Visitor(server.address, sign_in(server.address, name, PASSWORD), "ledger")


def _types(visitor: Visitor, rows: Mapping[str, Any], *, at: str = "", **more: Any) -> None:
    edits = {"edited_rows": rows, "added_rows": [], "deleted_rows": []} | more
    key = at or visitor.widget(GRID).id
    visitor.sends(WidgetState(id=key, string_value=json.dumps(edits)))


def _locked() -> list[LedgerColumn]:
    """Return the columns that a township's reporter may not write."""
    may = access.MAY
    return [
        column
        for column in columns()
        if column.action is None or Role.TOWNSHIP_REPORTER not in may[column.action]
    ]


def _care(store: Store) -> list[dict[str, Any]]:
    with store.reading() as connection:
        ledger = [dict(row) for row in connection.execute(sa.select(LEDGER)).mappings()]
        care = [dict(row) for row in connection.execute(sa.select(LEDGER_CARE)).mappings()]
    return ledger + care


def _reports(store: Store) -> list[dict[str, Any]]:
    count = sa.func.count(DAILY_ENTRY.c.ledger_id).label("entries")
    wanted = (
        sa.select(DAILY_REPORT.c.township_code, DAILY_REPORT.c.receipt_no, count)
        .outerjoin(DAILY_ENTRY, DAILY_ENTRY.c.report_id == DAILY_REPORT.c.id)
        .group_by(DAILY_REPORT.c.township_code, DAILY_REPORT.c.receipt_no)
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]
