"""Regions by Excel: codes and names."""

from __future__ import annotations

import streamlit as st

from gis.language import say
from parcels.people.sessions import Session
from parcels.services.import_regions import import_region_names
from ui import office
from ui.below import SITE
from ui.components.sheet_errors import show_errors


def regions_sheet(session: Session, said: str) -> None:
    """Take codes and names from a sheet; leave words under ``said`` when written."""
    st.link_button(say("Empty sheet (Excel)"), f"{SITE}/files/sheet/regions.xlsx")
    upload = st.file_uploader(
        say("Codes and names (Excel), without outlines"), type=["xlsx"], key="regions sheet"
    )
    if upload is None or not st.button(say("Import the names"), type="primary"):
        return
    count, errors = import_region_names(
        office.store(), session.actor, upload.getvalue(), now=office.now()
    )
    if errors:
        show_errors(errors)
        return
    st.session_state[said] = say("{count} regions are named.", count=count)
    st.rerun()
