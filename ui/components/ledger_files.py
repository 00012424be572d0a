"""The ledger out to Excel, at once or by the worker, and in again by who may write in it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from gis.language import say
from parcels import register
from parcels.jobs import OPEN
from parcels.ledger.columns import EDITABLE
from parcels.ledger.edits import Saved
from parcels.ledger.wanted import WantedRows
from parcels.ledger.workbook import SEEN, SHEET, WorkbookFaults, edits_of, titles_read
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.regions import narrower
from parcels.services.edit_ledger import edit_ledger
from parcels.services.jobs import find_jobs, submit_job
from parcels.workbook_cells import LONG, workbook_cells
from reports.document import Column
from reports.heavy import export_ledger
from ui import ledger_reading, office
from ui.below import SITE
from ui.components.job_progress import show_job
from ui.components.literal import literally
from ui.components.tables import show_rows

AT_ONCE = 5_000  # rows; a longer workbook is made by the worker


def writable(session: Session) -> set[str]:
    """Return the columns that this role may write."""
    return {
        name
        for name, column in EDITABLE.items()
        if column.action is not None and may(session.actor, column.action)
    }


def ledger_files(session: Session, project: Project, *, told: Callable[[Saved], None]) -> None:
    """Offer the workbook, and to take a filled one in; ``told`` hears what was saved."""
    if not may(session.actor, Action.EXPORT_SUMMARY):
        return
    if len(ledger_reading.ledger_ids(session, project, WantedRows())) <= AT_ONCE:
        _link(f"{SITE}/files/ledger/{project.id}.xlsx", say("Download the ledger (Excel)"))
        if may(session.actor, Action.EXPORT_MAP):
            words = say("Boundary coordinates (TXT)")
            _link(f"{SITE}/files/coordinates/{project.id}.txt", words)
    else:
        _by_the_worker(session, project)
    if writable(session):
        with st.expander(say("Take in a filled ledger (Excel)")):
            _take_in(session, project, told)


def _by_the_worker(session: Session, project: Project) -> None:
    jobs = find_jobs(
        office.store(), session.actor, project_id=project.id, kinds=[export_ledger.KIND],
        is_mine=True, most=1,
    )  # fmt: skip
    job = jobs[0] if jobs else None
    if job and show_job(session, job["id"]):
        _link(f"{SITE}/files/job/{job['id']}/0", say("Download the ledger (Excel)"))
    if (job is None or job["state"] not in OPEN) and st.button(
        say("Prepare the ledger (Excel) as it is now"), key="prepare ledger"
    ):
        submit_job(
            office.store(), session.actor, export_ledger.KIND, project_id=project.id,
            region=narrower(session.actor.region, project.region), wanted={}, now=office.now(),
        )  # fmt: skip
        st.rerun()


def _link(address: str, words: str) -> None:
    st.html(f'<a class="download" href="{address}" target="_self" download>{escape(words)}</a>')


def _take_in(session: Session, project: Project, told: Callable[[Saved], None]) -> None:
    st.caption(
        say("Only your own yellow cells are taken: those your role may write, in your region.")
    )
    upload = st.file_uploader(
        say("The ledger as downloaded, with its yellow cells filled"), type=["xlsx"],
        key="ledger upload",
    )  # fmt: skip
    if upload is None or not st.button(say("Take it in"), type="primary", key="take ledger"):
        return
    try:
        with st.spinner(say("Reading the workbook …")):
            cells = workbook_cells(
                upload.getvalue(), (SHEET, SEEN), most_rows=LONG, only={SHEET: titles_read()}
            )
        present = register.parcel_numbers(office.store(), session.actor, project)
        edits = edits_of(cells, present)
    except WorkbookFaults as refused:
        show_faults(refused)
        return
    told(edit_ledger(office.store(), session.actor, project.id, edits, now=office.now()))
    st.rerun()


def show_faults(refused: WorkbookFaults) -> None:
    """Show which cells cannot be taken, and why."""
    st.error(literally(refused))
    show_rows(
        (Column(say("Cell")), Column(say("What is wrong"))),
        [(fault.cell, str(fault.words)) for fault in refused.faults],
    )
