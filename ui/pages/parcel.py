"""One parcel with its whole life: layers, verdicts, work, photos, notices, and where it lies."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from gis.language import _, say
from parcels import register
from parcels.ledger.columns import CellKind, columns
from parcels.ledger.wanted import WantedRows
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from ui import ledger_reading, office, reading
from ui.below import SITE
from ui.components.literal import literally, tell
from ui.components.parcel_life import show_life, show_withdrawal
from ui.components.parcel_map import parcel_map
from ui.pages.page import Page, Section

MOST_FOUND = 30
LONGEST_ID = 12


def show(session: Session) -> None:
    """Show the parcel of the address, or a way to find one."""
    wanted = str(st.query_params.get("id", ""))
    project = _project_of(session, wanted) or reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; the ledger is empty."))
        return
    tell("parcel said")
    _search(session, project)
    ids = [int(wanted)] if wanted.isdigit() and len(wanted) <= LONGEST_ID else []
    chosen = ledger_reading.ledger_rows(session, project, ids) if ids else None
    if chosen is None or chosen.empty:
        if wanted:
            st.warning(say("There is no such parcel in your region."))
        return
    _parcel(session, project, chosen.iloc[0])


def _project_of(session: Session, wanted: str) -> Project | None:
    """Return the project whose ledger has the parcel: an address names no project."""
    if not wanted.isdigit() or len(wanted) > LONGEST_ID:
        return None
    for project in projects(office.store(), session.actor):
        if register.parcel_life(office.store(), session.actor, project, int(wanted)):
            return project
    return None


def _search(session: Session, project: Project) -> None:
    words = st.text_input(
        say("Find a parcel: number, village or person"), key="parcel words", max_chars=40
    ).strip()
    if not words:
        return
    ids = ledger_reading.ledger_ids(session, project, WantedRows(words=words))
    found = ledger_reading.ledger_rows(session, project, ids[:MOST_FOUND])
    links = "　".join(
        f'<a href="{SITE}/parcel?id={int(row.ledger_id)}" target="_self">'
        f"{escape(row.township)} {escape(row.village)} {escape(row.parcel_no)}</a>"
        for row in found.itertuples()
    )
    st.html(links or escape(say("Nothing found.")))
    if len(ids) > MOST_FOUND:
        st.caption(literally(say("{count} found; write more of it.", count=len(ids))))


def _parcel(session: Session, project: Project, row: pd.Series) -> None:
    st.subheader(literally(f"{row['township']} {row['village']} {row['parcel_no'] or '—'}"))
    if row["is_withdrawn"]:
        st.warning(literally(say("Withdrawn: {reason}", reason=row["withdrawn_reason"])))
    left, right = st.columns([5, 4])
    with right:
        _facts(row)
    with left:
        parcel_map(session, project, int(row["ledger_id"]))
    life = register.parcel_life(office.store(), session.actor, project, int(row["ledger_id"]))
    if life is None:
        return
    show_life(session, project, row, life)
    show_withdrawal(session, row)


def _facts(row: pd.Series) -> None:
    lines = []
    for column in columns():
        value = row[column.name]
        if value is None or value != value or value == "":
            continue
        words = f"{value:,.2f}" if column.kind in (CellKind.M2, CellKind.MU) else str(value)
        if column.kind is CellKind.COUNT:
            words = str(int(value))
        lines.append(f"<tr><th>{escape(str(column.title))}</th><td>{escape(words)}</td></tr>")
    st.html(f'<div class="rows facts"><table><tbody>{"".join(lines)}</tbody></table></div>')


PAGE = Page(
    slug="parcel",
    title=_("Parcel"),
    icon=":material/crop_square:",
    action=Action.SEE_PROGRESS,
    section=Section.PARCELS,
    show=show,
)
