"""The opening balance: the form to fill, the file to take in, and what was brought in before."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from html import escape
from pathlib import Path

import streamlit as st

from gis.language import say
from parcels.ledger.opening import SHEET
from parcels.ledger.workbook import WorkbookFaults
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.services.open_balance import open_balance, opening_balances, undo_opening
from parcels.workbook_cells import LONG, workbook_cells
from reports.daily import OFFICE_TIME
from reports.document import Column
from ui import office
from ui.below import SITE
from ui.components.literal import literally
from ui.components.tables import show_rows


def show_opening_balance(session: Session, project: Project) -> None:
    """Show the way in, and every balance that came in."""
    st.caption(
        say(
            "Work that stood before the system started. It counts in cumulative figures and is "
            "never counted as a day's report."
        )
    )
    st.html(
        f'<a class="download" href="{SITE}/files/opening/{project.id}.xlsx" target="_self" '
        f"download>{escape(say('Download the form (Excel)'))}</a>"
    )
    left, right = st.columns(2)
    day = left.date_input(
        say("State of the day"),
        project.starts_on - timedelta(days=1),
        max_value=office.today(),
        key="opening day",
    )
    document = right.text_input(
        say("Where the figures come from"), key="opening document", max_chars=500
    )
    upload = st.file_uploader(say("The filled form"), type=["xlsx"], key="opening upload")
    is_ready = upload is not None and document.strip() and isinstance(day, date)
    if st.button(say("Bring it in"), type="primary", disabled=not is_ready, key="open balance"):
        assert upload is not None  # noqa: S101  the button says so
        assert isinstance(day, date)  # noqa: S101
        _take(session, project, upload.getvalue(), upload.name, day, document)
    _before(session, project)


def _take(
    session: Session, project: Project, content: bytes, name: str, day: date, document: str
) -> None:
    rows = workbook_cells(content, (SHEET,), most_rows=LONG).get(SHEET, [])
    with tempfile.TemporaryDirectory(prefix="opening-") as folder:
        path = Path(folder) / "opening.xlsx"
        path.write_bytes(content)
        try:
            count = open_balance(
                office.store(), session.actor, project.id, rows, day=day, document=document,
                path=path, file_name=name, now=office.now(),
            )  # fmt: skip
        except WorkbookFaults as refused:
            st.error(literally(refused))
            show_rows(
                (Column(say("Cell")), Column(say("What is wrong"))),
                [(fault.cell, str(fault.words)) for fault in refused.faults],
            )
            return
    st.session_state["ledger said"] = say("Opening balance of {count} parcels kept.", count=count)
    st.rerun()


def _before(session: Session, project: Project) -> None:
    found = opening_balances(office.store(), session.actor, project)
    if not found:
        return
    heads = (say("Day"), say("Source"), say("File"), say("Brought in by"), say("At"), say("State"))
    show_rows(
        [Column(head) for head in heads],
        [
            (
                str(one["day"]),
                one["document"],
                one["file_name"],
                one["display_name"],
                f"{one['at'].astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}",
                say("taken back: {reason}", reason=one["undone_reason"])
                if one["undone_at"]
                else say("counts"),
            )
            for one in found
        ],
    )
    standing = {one["id"]: one for one in found if one["undone_at"] is None}
    if not standing:
        return
    with st.popover(say("Take one back")):
        chosen = st.selectbox(
            say("Opening balance"),
            list(standing),
            format_func=lambda key: f"{standing[key]['day']} {standing[key]['document']}",
            key="opening undone",
        )
        reason = st.text_input(say("Reason"), key="opening undone reason", max_chars=500)
        if st.button(say("Take it back"), disabled=not reason.strip(), key="undo opening"):
            undo_opening(office.store(), session.actor, chosen, reason=reason, now=office.now())
            st.rerun()
