"""The summary of a week, a month or a quarter: townships against schedule, on screen and file."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import _, say
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.periods.period import PERIOD_TITLES, Period, PeriodKind, periods_between
from reports.services.week import period_document
from ui import office, reading
from ui.components.literal import literally
from ui.components.tables import show_table
from ui.pages.page import Page


def show(session: Session) -> None:
    """Show the summary of a chosen period and offer it as a file."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    period = chosen_period(project)
    document = period_document(office.store(), session.actor, project, period, now=office.now())
    address = f"/files/period/{project.id}/{period.kind}/{period.first}"
    st.html(
        "".join(
            f'<a class="download" href="{address}.{suffix}" target="_self" download>'
            f"{escape(words)}</a>"
            for suffix, words in (
                ("xlsx", say("Download as Excel")),
                ("docx", say("as Word")),
                ("pdf", say("as PDF")),
            )
        )
    )
    st.caption(literally("　".join(f"{label}：{words}" for label, words in document.facts)))
    for head, words in document.paragraphs:
        st.subheader(literally(head))
        st.text(words)
    for table in document.tables:
        show_table(table)


def chosen_period(project: Project) -> Period:
    """Ask for week, month or quarter and for which one; the newest that is over comes first."""
    left, right = st.columns([1, 3])
    with left:
        kind = st.segmented_control(
            say("Period"),
            list(PeriodKind),
            default=PeriodKind.WEEK,
            required=True,
            format_func=lambda one: str(PERIOD_TITLES[one]),
            key="period kind",
        )
    today = office.today()
    newest = max(min(today, project.deadline), project.starts_on)
    found = periods_between(kind, project.starts_on, newest)
    # on the first day of a period people want the one that is over
    is_first_day = len(found) > 1 and found[0].first == today
    with right:
        return st.selectbox(
            str(PERIOD_TITLES[kind]),
            found,
            index=1 if is_first_day else 0,
            format_func=lambda period: f"{period.first} — {period.last}",
            key=f"period {kind}",
        )


PAGE = Page(
    slug="weekly",
    title=_("Summaries"),
    icon=":material/calendar_view_week:",
    action=Action.EXPORT_SUMMARY,
    show=show,
)
