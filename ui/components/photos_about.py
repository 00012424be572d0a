"""Photos of a notice or an inspection: attached one by one, shown small, opened by a tap."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import Problem, say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.daily import OFFICE_TIME
from reports.photos import photos_of
from reports.services.keep_photo import MOST_BYTES, keep_photo
from ui import office
from ui.below import SITE
from ui.components.literal import literally

SUFFIXES = ["jpg", "jpeg", "png", "webp"]


def attach_photos(
    session: Session, project: Project, region: str, about: str, *, ledger_id: int | None = None
) -> None:
    """Take photos in at once; one that fails costs nothing else and says why."""
    if not access.may(session.actor, Action.KEEP_PHOTO, region):
        return
    rounds = f"photo round {about} {ledger_id}"
    turn = st.session_state.setdefault(rounds, 0)
    files = st.file_uploader(
        say("Take or choose photos"),
        type=SUFFIXES,
        accept_multiple_files=True,
        max_upload_size=MOST_BYTES // 1024**2,
        key=f"photos {about} {ledger_id} {turn}",
    )
    failed = f"photos failed {about}"
    for words in st.session_state.pop(failed, []):
        st.error(literally(words))
    if not files:
        return
    for file in files:
        try:
            keep_photo(
                office.store(), session.actor, file.getvalue(), file.name, project_id=project.id,
                region=region, about=about, ledger_id=ledger_id, now=office.now(),
            )  # fmt: skip
        except Problem as problem:
            st.session_state.setdefault(failed, []).append(str(problem))
    st.session_state[rounds] = turn + 1
    st.rerun()


def show_photos_about(session: Session, project: Project, about: str) -> None:
    """Show the photos of one thing in a row; nothing where there are none."""
    found = photos_of(office.store(), session.actor, project, about)
    if not found:
        return
    figures = "".join(
        f'<figure><a href="{SITE}/files/photo/{photo.id}" target="_blank" rel="noopener">'
        f'<img src="{SITE}/files/photo/{photo.id}/small" alt="{escape(photo.file_name)}" '
        f'loading="lazy"></a><figcaption>{escape(photo.file_name)} · '
        f"{photo.kept_at.astimezone(OFFICE_TIME):%m-%d %H:%M}</figcaption></figure>"
        for photo in found
    )
    st.html(f'<div class="photos">{figures}</div>')
