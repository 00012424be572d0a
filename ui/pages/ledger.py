"""The ledger: one row per parcel, to filter, to write in place, out to Excel and in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from gis.language import _, say
from parcels.ledger.columns import EDITABLE, CellKind, LedgerColumn, columns
from parcels.ledger.edits import Conflict, Edit, Saved
from parcels.ledger.wanted import (
    ORDER_TITLES,
    STANDING_TITLES,
    Order,
    Standing,
    WantedRows,
)
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.services.edit_ledger import edit_ledger
from parcels.workflow import STEP_TITLES
from reports.document import Column
from ui import ledger_reading, office, reading
from ui.below import SITE
from ui.components.card_files import card_files
from ui.components.ledger_files import ledger_files, writable
from ui.components.literal import literally, tell
from ui.components.opening_balance import show_opening_balance
from ui.components.pager import shown_rows
from ui.components.tables import show_rows
from ui.pages.page import Page, Section

AT_ONCE = 200  # rows of the grid; every other row is a page further
GRID, SHOWN, CONFLICTS = "ledger grid", "ledger shown", "ledger conflicts"


def show(session: Session) -> None:
    """Show the ledger of the person's region."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; the ledger is empty."))
        return
    tell("ledger said")
    _conflicts()
    ids = ledger_reading.ledger_ids(session, project, _wanted(session, project))
    if len(ids) <= AT_ONCE:
        st.caption(literally(say("{count} parcels", count=len(ids))))
    first, last = shown_rows(len(ids), "ledger", at_once=AT_ONCE)
    _grid(session, project, ledger_reading.ledger_rows(session, project, ids[first:last]))
    ledger_files(session, project, told=_told)
    if may(session.actor, Action.EXPORT_CARDS):
        with st.expander(say("Evidence cards as PDF, for the field")):
            card_files(session, project)
    if may(session.actor, Action.OPEN_BALANCE, project.region):
        with st.expander(say("Opening balance: work from before the system")):
            show_opening_balance(session, project)


def _wanted(session: Session, project: Project) -> WantedRows:
    names = townships(office.store(), project, session.actor)
    left, middle, right = st.columns(3)
    words = left.text_input(
        say("Number, village, name or problem"), key="ledger words", max_chars=40
    ).strip()
    area = ""
    if len(names) > 1:
        area = middle.selectbox(
            say("Township"),
            ["", *names],
            format_func=lambda code: names.get(code) or say("Whole county"),
            key="ledger area",
        )
    verdicts = right.multiselect(
        say("Verdict"),
        [Verdict.PASS, Verdict.FAIL, Verdict.UNDETERMINED],
        format_func=lambda v: str(VERDICT_TITLES[v]),
        key="ledger verdicts",
    )
    standing = left.selectbox(
        say("Standing"),
        list(Standing),
        index=0,
        format_func=lambda key: str(STANDING_TITLES[key]),
        key="ledger standing",
    )
    stage = middle.selectbox(
        say("Current stage"),
        ["", *(str(title) for title in STEP_TITLES.values())],
        format_func=lambda title: title or say("Any stage"),
        key="ledger stage",
    )
    order = right.selectbox(
        say("Sorted by"),
        list(Order),
        index=0,
        format_func=lambda key: str(ORDER_TITLES[key]),
        key="ledger order",
    )
    return WantedRows(
        township_code=area,
        verdicts=tuple(str(verdict) for verdict in verdicts),
        standing=standing or Standing.ALL,
        words=words,
        holding=("stage", stage) if stage else None,
        order=order or Order.LAYER,
        today=office.today(),
    )


def _grid(session: Session, project: Project, rows: pd.DataFrame) -> None:
    """Show the rows as they were when this person began to write: that is what they saw."""
    chosen = (project.id, tuple(rows["ledger_id"]))
    kept: tuple[Any, pd.DataFrame, int] | None = st.session_state.get(SHOWN)
    if kept and kept[0] not in (None, chosen) and (lost := _typed(kept[2])):
        words = say(
            "Other rows are shown now; what was typed in {count} rows was not saved.",
            count=len(lost),
        )
        st.warning(literally(words))
    if kept is None or kept[0] != chosen or not _typed(kept[2]):
        number = (kept[2] + 1) if kept and kept[0] != chosen else (kept[2] if kept else 1)
        kept = (chosen, rows, number)
        st.session_state[SHOWN] = kept
    _key, seen, number = kept
    mine = writable(session)
    every = columns()
    table = seen[[column.name for column in every]].copy()
    table.insert(0, "page", [f"{SITE}/parcel?id={ledger_id}" for ledger_id in seen["ledger_id"]])
    for column in every:
        if column.kind is CellKind.DAY:
            table[column.name] = pd.to_datetime(table[column.name]).dt.date
    st.data_editor(
        table.reset_index(drop=True),
        key=f"{GRID} {number}",
        hide_index=True,
        width="stretch",
        height=min(46 + 35 * max(len(seen), 1), 560),
        num_rows="fixed",
        placeholder="",  # an empty cell is empty, not “None”
        disabled=["page", *(column.name for column in every if column.name not in mine)],
        column_order=["page", *(column.name for column in every)],
        column_config={
            "page": st.column_config.LinkColumn(
                say("File of the parcel"), display_text=say("show it"), width="small", pinned=True
            ),
            **{column.name: _config(column) for column in every},
        },
    )
    if not mine:
        return
    typed = _typed(number)
    save, drop = st.columns([1, 5])
    if save.button(say("Save changes"), type="primary", disabled=not typed, key="save ledger"):
        edits = _edits(seen, typed, mine)
        _told(edit_ledger(office.store(), session.actor, project.id, edits, now=office.now()))
        st.session_state[SHOWN] = (None, seen, number)
        st.rerun()
    if typed and drop.button(say("Drop changes"), key="drop ledger"):
        st.session_state[SHOWN] = (None, seen, number)
        st.rerun()


def _config(column: LedgerColumn) -> Any:
    title = str(column.title)
    pinned = column.name == "parcel_no" or None
    if column.kind is CellKind.DAY:
        return st.column_config.DateColumn(title, format="YYYY-MM-DD")
    if column.kind in (CellKind.M2, CellKind.MU):
        return st.column_config.NumberColumn(title, format="%.2f")
    if column.kind is CellKind.COUNT:
        return st.column_config.NumberColumn(title, format="%d")
    return st.column_config.TextColumn(title, pinned=pinned)


def _typed(number: int) -> dict[int, Mapping[str, Any]]:
    """Return what was typed in the grid: row → column → value."""
    state = st.session_state.get(f"{GRID} {number}") or {}
    return {int(row): cells for row, cells in (state.get("edited_rows") or {}).items() if cells}


def _edits(seen: pd.DataFrame, typed: dict[int, Mapping[str, Any]], mine: set[str]) -> list[Edit]:
    """Return the edits of the cells this role may write; whatever else came back is not taken."""
    edits = []
    for place, cells in typed.items():
        if not 0 <= place < len(seen):
            continue
        row = seen.iloc[place]
        for name, wanted in cells.items():
            if name in mine:
                was = row["own_leader"] if name == "leader" else row[name]
                was = None if was is not None and was != was else was
                edits.append(Edit(int(row["ledger_id"]), int(row["version"]), name, was, wanted))
    return edits


def _told(saved: Saved) -> None:
    st.session_state["ledger said"] = say("{count} cells saved.", count=saved.cells)
    st.session_state[CONFLICTS] = saved.conflicts


def _conflicts() -> None:
    """Show once which cells another had changed meanwhile: both values, nothing overwritten."""
    conflicts: tuple[Conflict, ...] = st.session_state.pop(CONFLICTS, ())
    if not conflicts:
        return
    st.error(
        literally(
            say(
                "{count} cells were changed by somebody else meanwhile and were not overwritten. "
                "Compare, and type yours again where it is right.",
                count=len(conflicts),
            )
        )
    )
    heads = (
        say("Parcel"),
        say("Column"),
        say("In the ledger now"),
        say("Written by"),
        say("Yours"),
    )
    show_rows(
        [Column(head) for head in heads],
        [
            (c.parcel_no, str(EDITABLE[c.column].title), c.theirs or "—", c.by, c.yours or "—")
            for c in conflicts
        ],
    )


PAGE = Page(
    slug="ledger",
    title=_("Ledger"),
    icon=":material/table_rows:",
    action=Action.SEE_PROGRESS,
    section=Section.PARCELS,
    show=show,
)
