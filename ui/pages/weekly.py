"""The weekly summary: townships against schedule, on screen and as Excel."""

from __future__ import annotations

from datetime import timedelta
from html import escape

import streamlit as st

from gis.language import _, say
from parcels.people.access import Action
from parcels.people.sessions import Session
from reports.services.week import week_document
from reports.weekly import monday_of
from ui import office, reading
from ui.components.literal import literally
from ui.components.tables import show_table
from ui.pages.page import Page


def show(session: Session) -> None:
    """Show the summary of a chosen week and offer it as a file."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    newest = monday_of(min(office.today(), project.deadline))
    count = max((newest - monday_of(project.starts_on)).days // 7 + 1, 1)
    weeks = [newest - timedelta(days=7 * back) for back in range(count)]
    first = st.selectbox(
        say("Week"),
        weeks,
        # on a Monday people want the week that is over
        index=1 if office.today().weekday() == 0 and len(weeks) > 1 else 0,
        format_func=lambda monday: f"{monday} — {monday + timedelta(days=6)}",
        key="week",
    )
    document = week_document(office.store(), session.actor, project, first, now=office.now())
    address = f"/files/weekly/{project.id}/{first}.xlsx"
    st.html(
        f'<a class="download" href="{address}" target="_self" download>'
        f"{escape(say('Download as Excel'))}</a>",
    )
    st.caption(literally("　".join(f"{label}：{words}" for label, words in document.facts)))
    for head, words in document.paragraphs:
        st.subheader(literally(head))
        st.text(words)
    for table in document.tables:
        show_table(table)


PAGE = Page(
    slug="weekly",
    title=_("Weekly summary"),
    icon=":material/calendar_view_week:",
    action=Action.EXPORT_SUMMARY,
    show=show,
)
