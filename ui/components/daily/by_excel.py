"""The Excel form on the page: take it home prefilled, hand it in filled."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import Problem, say
from reports.services.file_workbook import MOST_BYTES, FormFaults, file_form
from ui import office
from ui.below import SITE
from ui.components.daily.desk import Desk
from ui.components.literal import literally

TURN = "form turn"


def by_excel(desk: Desk) -> str | None:
    """Offer the form of the day and take it back; return the receipt of one that was filed."""
    with st.expander(say("By Excel")):
        address = f"{SITE}/files/report-form/{desk.project.id}/{desk.day}.xlsx"
        words = escape(say("Download the form of {day}", day=desk.day))
        st.html(f'<a class="download" href="{address}">{words}</a>')
        turn = st.session_state.setdefault(TURN, 0)
        file = st.file_uploader(
            say("The filled form (.xlsx)"),
            type=["xlsx"],
            max_upload_size=MOST_BYTES // 1024**2,
            key=desk.key(f"form {turn}"),
        )
        if file is None or not st.button(say("Send the form"), key="send form"):
            return None
        try:
            content = file.getvalue()
            receipt = file_form(office.store(), desk.session.actor, content, now=office.now())
        except FormFaults as refused:
            st.error(literally("\n".join([str(refused), *map(str, refused.faults)])))
            return None
        except Problem as problem:
            st.error(literally(problem))
            return None
        st.session_state[TURN] = turn + 1
        return receipt.receipt_no
