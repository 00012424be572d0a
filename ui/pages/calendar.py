"""The working calendar: the days on which a report is expected."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from gis.language import _, say
from parcels.people.access import Action
from parcels.people.sessions import Session
from reports.calendar import days_between
from reports.document import Column
from reports.holidays import read_holidays
from reports.reading import calendar_of
from reports.services.keep_calendar import keep_days, keep_week
from ui import office
from ui.components.literal import literally, tell
from ui.components.tables import show_rows
from ui.pages.page import Figures, Page, Section

TOLD, AHEAD = "calendar said", 60


def show(session: Session) -> None:
    """Show the week, the days ahead that differ, and take a pasted list."""
    region = session.actor.region
    with office.store().reading() as connection:
        calendar = calendar_of(connection, region)
    tell(TOLD)
    st.caption(say("Every calendar day is expected until the office says else."))
    names = [say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun")]
    today = office.today()
    present = calendar.weeks[-1][1] if calendar.weeks else frozenset(range(7))
    with st.form("week"):
        chosen = st.pills(
            say("Reports are expected on"), list(range(7)), selection_mode="multi",
            default=sorted(present), format_func=names.__getitem__,
        )  # fmt: skip
        since = st.date_input(say("From this day on"), value=today)
        if st.form_submit_button(say("Keep the week"), type="primary"):
            keep_week(
                office.store(), session.actor, region, chosen or (), since=since, now=office.now()
            )
            st.session_state[TOLD] = say("Kept; days before it stay as they were.")
            st.rerun()
    with st.form("days"):
        pasted = st.text_area(
            say("Holidays and working weekends, pasted from the notice or from Excel"),
            height=160,
            placeholder="2026-10-01 至 2026-10-07 国庆节 休\n2026-10-10 班",
        )
        if st.form_submit_button(say("Take the list over")):
            days, rejected = read_holidays(pasted)
            for one in rejected:
                st.warning(literally(f"{one.line}. {one.words}：{one.ground}"))
            count = keep_days(office.store(), session.actor, region, days, now=office.now())
            words = say("{count} days kept, {rejected} lines not understood.", count=count,
                        rejected=len(rejected))  # fmt: skip
            if rejected:
                st.success(literally(words))
            else:
                st.session_state[TOLD] = words
                st.rerun()
    st.subheader(say("The next 60 days"))
    rest = [
        (str(day), names[day.weekday()], say("no report expected"))
        for day in days_between(today, today + timedelta(days=AHEAD))
        if not calendar.is_working(day)
    ]
    if rest:
        show_rows([Column(say("Day")), Column(say("Weekday")), Column(say("Reports"))], rest)
    else:
        st.caption(say("A report is expected on every one of them."))


PAGE = Page(
    slug="calendar",
    title=_("Working calendar"),
    icon=":material/event_available:",
    action=Action.KEEP_CALENDAR,
    section=Section.OFFICE,
    show=show,
    figures=Figures.NONE,
)
