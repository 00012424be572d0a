"""The working calendar: the days on which a report is expected."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from gis.language import _, say
from parcels.people.access import Action
from parcels.people.sessions import Session
from reports.calendar import Calendar, days_between
from reports.document import Column
from reports.holidays import read_holidays
from reports.reading import calendar_of
from reports.services.import_calendar import import_calendar
from reports.services.keep_calendar import drop_days, keep_days, keep_week
from ui import office
from ui.below import SITE
from ui.components.literal import literally, tell
from ui.components.sheet_errors import show_errors
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
    with st.expander(say("The year's list by Excel")):
        _by_excel(session, region)
    _single_days(session, region, calendar, names)
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


def _by_excel(session: Session, region: str) -> None:
    st.link_button(say("Empty sheet (Excel)"), f"{SITE}/files/sheet/calendar.xlsx")
    file = st.file_uploader(
        say("Holidays and working weekends (Excel)"), type=["xlsx"], key="calendar sheet"
    )
    if file is None or not st.button(say("Take the sheet over"), type="primary"):
        return
    content = file.getvalue()
    count, errors = import_calendar(
        office.store(), session.actor, region, content, now=office.now()
    )
    if errors:
        show_errors(errors)
        return
    st.session_state[TOLD] = say("{count} days kept.", count=count)
    st.rerun()


def _single_days(session: Session, region: str, calendar: Calendar, names: list[str]) -> None:
    """Show the days that differ from their week, and let single ones be taken out again."""
    kept = [day for day in sorted(calendar.days) if day >= office.today() - timedelta(days=AHEAD)]
    if not kept:
        return
    st.subheader(say("Days that differ from their week"))

    def words(day: date) -> str:
        kind = say("working day") if calendar.days[day] else say("holiday")
        return f"{day} {names[day.weekday()]} · {kind}"

    left, right = st.columns([4, 1], vertical_alignment="bottom")
    chosen = left.multiselect(
        say("Take days out of the list"), kept, format_func=words, key="days to drop"
    )
    if right.button(say("Take out"), disabled=not chosen, width="stretch"):
        count = drop_days(office.store(), session.actor, region, chosen, now=office.now())
        st.session_state[TOLD] = say("{count} days are as their week says again.", count=count)
        st.rerun()
    shown = [(str(day), names[day.weekday()],
              say("report expected") if calendar.days[day] else say("no report expected"))
             for day in kept]  # fmt: skip
    show_rows([Column(say("Day")), Column(say("Weekday")), Column(say("Reports"))], shown)


PAGE = Page(
    slug="calendar",
    title=_("Working calendar"),
    icon=":material/event_available:",
    action=Action.KEEP_CALENDAR,
    section=Section.OFFICE,
    show=show,
    figures=Figures.NONE,
)
