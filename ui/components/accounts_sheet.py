"""Accounts by Excel: an empty sheet out, the filled one in, passwords out once."""

from __future__ import annotations

import streamlit as st

from gis.language import say
from parcels.people.sessions import Session
from parcels.services.import_accounts import import_accounts
from reports.renderers import MEDIA_TYPES
from reports.sheets import text_sheet
from ui import office
from ui.below import SITE
from ui.components.once import hand_over
from ui.components.sheet_errors import show_errors

HANDED = "accounts handed over"


def accounts_sheet(session: Session) -> None:
    """Show the way of a sheet; after an import, the one download of its passwords."""
    if address := st.session_state.get(HANDED):
        st.success(say("The accounts are created. Their one-time passwords can be fetched once."))
        st.link_button(say("Fetch the passwords (Excel)"), address, type="primary")
    st.text(
        say("One row a person: account, full name, role, region code, phone. Codes stay as typed.")
    )
    st.link_button(say("Empty sheet (Excel)"), f"{SITE}/files/sheet/accounts.xlsx")
    upload = st.file_uploader(say("Filled sheet"), type=["xlsx"], key="accounts sheet")
    if upload is None or not st.button(say("Create these accounts"), type="primary"):
        return
    made, errors = import_accounts(
        office.store(), session.actor, upload.getvalue(), now=office.now()
    )
    if errors:
        show_errors(errors)
        return
    titles = [say("Account"), say("Full name"), say("One-time password")]
    content = text_sheet(titles, made)
    name = f"{say('One-time passwords')}.xlsx"
    st.session_state[HANDED] = hand_over(session, name, MEDIA_TYPES["xlsx"], content)
    st.rerun()
