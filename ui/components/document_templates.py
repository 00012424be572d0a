"""The editor of Word templates: which is in force, take another, go back to ours."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import say
from parcels.people.sessions import Session
from reports.catalog import CATALOG
from reports.daily import OFFICE_TIME
from reports.renderers.docx_template import FIELDS, REQUIRED, WHOLE
from reports.services.looks import (
    EVERY_DOCUMENT,
    keep_template,
    preview,
    restore_template,
    templates,
)
from ui import office
from ui.below import SITE
from ui.components.literal import literally, tell


def show_templates(session: Session) -> None:
    """Show the template of a chosen document and what can be done with it."""
    tell("templates said")
    own = {row["document"]: row for row in templates(office.store(), session.actor)}
    names = {EVERY_DOCUMENT: say("All documents without a template of their own")}
    names |= {name: str(kind.title) for name, kind in CATALOG.items()}
    document = st.selectbox(
        say("Template of"), list(names), format_func=names.__getitem__, key="template of"
    )
    row = own.get(document)
    if row is None:
        st.caption(say("In force: the template that came with the software."))
    else:
        at = f"{row['uploaded_at'].astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
        words = say(
            "In force: {file}, taken by {person} on {at}.",
            file=row["file_name"],
            person=row["uploaded_by"],
            at=at,
        )
        st.caption(literally(words))
    address = f"{SITE}/files/template/{document or 'all'}.docx"
    words = escape(say("Download the template in force"))
    st.html(f'<a class="download" href="{address}" target="_self" download>{words}</a>')
    upload = st.file_uploader(say("Another template (.docx)"), type=["docx"], key="template file")
    if upload is not None:
        content = bytes(upload.getbuffer())
        lines = preview(content, now=office.now())  # what cannot be used is told in words
        st.caption(say("A sample in this template, its words in order:"))
        with st.container(border=True, height=260):
            st.text("\n".join(lines))
        if st.button(say("Take it into force"), type="primary", key="keep template"):
            keep_template(
                office.store(), session.actor, document, upload.name, content, now=office.now()
            )
            st.session_state["templates said"] = say("The template is in force.")
            st.rerun()
    if row is not None and st.button(say("Go back to ours"), key="restore template"):
        restore_template(office.store(), session.actor, document, now=office.now())
        st.session_state["templates said"] = say("The template that came is in force again.")
        st.rerun()
    with st.expander(say("Fields a template may name")):
        for name, title in FIELDS.items():
            shown = f"{{{{p {name} }}}}" if name in WHOLE else f"{{{{ {name} }}}}"
            needed = f"（{say('required')}）" if name in REQUIRED else ""
            st.text(f"{shown}　{title}{needed}")
