"""Documents that belong to a plan or a notice: attached, listed, fetched."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from gis.language import say
from parcels.people.sessions import Session
from reports.attached_kinds import SUFFIXES
from reports.daily import OFFICE_TIME
from reports.services.keep_attachment import MOST_BYTES, Attachment, keep_attachment
from ui import office
from ui.below import SITE


def attach_document(session: Session, about: str, said: str) -> None:
    """Take a document in; leave words under ``said`` when it is kept."""
    turn = st.session_state.setdefault(f"attached {about}", 0)
    file = st.file_uploader(
        say("Attach a document (PDF, Word, Excel, OFD, picture)"),
        type=list(SUFFIXES),
        max_upload_size=MOST_BYTES // 1024**2,
        key=f"document {about} {turn}",
    )
    if file is None:
        return
    keep_attachment(
        office.store(), session.actor, about, file.getvalue(), file.name, now=office.now()
    )
    st.session_state[f"attached {about}"] = turn + 1
    st.session_state[said] = say("{file} is attached.", file=file.name)
    st.rerun()


def show_attached(found: Sequence[Attachment]) -> None:
    """Show documents as links; nothing where there are none."""
    if not found:
        return
    links = "".join(
        f'<a class="download" href="{SITE}/files/attached/{one.id}" target="_self" download>'
        f"{escape(one.file_name)}</a><small>{escape(one.person)} · "
        f"{one.kept_at.astimezone(OFFICE_TIME):%Y-%m-%d}</small><br>"
        for one in found
    )
    st.html(links)
