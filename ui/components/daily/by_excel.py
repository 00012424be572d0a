"""The Excel form on the page: take it home prefilled, hand it in filled."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from gis.language import Problem, say
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.services.file_workbook import MOST_BYTES, FormFaults, file_form
from ui import office
from ui.below import SITE
from ui.components.literal import literally

TURN = "form turn"


def by_excel(session: Session, project: Project, township: str, day: date) -> str | None:
    """Offer a township's form of a day and take one back; return the receipt if it was filed."""
    address = f"{SITE}/files/report-form/{project.id}/{day}.xlsx?township={township}"
    words = escape(say("Download the form of {day}", day=day))
    st.html(f'<a class="download" href="{escape(address)}">{words}</a>')
    turn = st.session_state.setdefault(TURN, 0)
    file = st.file_uploader(
        say("The filled form (.xlsx)"),
        type=["xlsx"],
        max_upload_size=MOST_BYTES // 1024**2,
        key=f"form {turn} · {project.id} {day}",
    )
    if file is None or not st.button(say("Send the form"), key="send form"):
        return None
    try:
        receipt = file_form(office.store(), session.actor, file.getvalue(), now=office.now())
    except FormFaults as refused:
        st.error(literally("\n".join([str(refused), *map(str, refused.faults)])))
        return None
    except Problem as problem:
        st.error(literally(problem))
        return None
    st.session_state[TURN] = turn + 1
    return receipt.receipt_no
