"""The audit log: who did what, when, from where; filtered, exported, its chain proved."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import streamlit as st

from gis.language import _, say
from parcels.audit_words import action_words
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.services.read_audit import Wanted, is_whole, known_actions, read_audit
from reports.daily import OFFICE_TIME
from reports.document import Column
from ui import office
from ui.below import SITE
from ui.components.literal import literally
from ui.components.tables import show_rows
from ui.pages.page import Figures, Page, Section

ROWS_A_PAGE = 100
DAYS_SHOWN = 7


def show(session: Session) -> None:
    """Show a period's rows, newest first."""
    first, last, wanted = _asked(session)
    entries, count = read_audit(
        office.store(), session.actor, wanted, most=ROWS_A_PAGE, skip=_skip(wanted)
    )
    st.text(say("{count} rows from {first} to {last}.", count=count, first=first, last=last))
    show_rows(
        tuple(
            Column(title)
            for title in (say("When"), say("Who"), say("Address"), say("What happened"))
        ),
        [
            (
                f"{one.at.astimezone(OFFICE_TIME):%m-%d %H:%M:%S}",
                f"{one.display_name}（{one.person}）" if one.display_name else one.person,
                one.address,
                one.happened,
            )
            for one in entries
        ],
    )
    _turn_over(count, wanted)
    _exports(wanted, first, last)
    _prove(session)


def _asked(session: Session) -> tuple[date, date, Wanted]:
    today = office.today()
    left, middle, right = st.columns(3)
    days = left.date_input(
        say("Days"), value=(today - timedelta(days=DAYS_SHOWN - 1), today), key="audit days"
    )
    first, last = (days[0], days[-1]) if isinstance(days, tuple) and days else (today, today)
    person = middle.text_input(say("Account or name"), key="audit person", max_chars=64)
    actions = ["", *known_actions(office.store(), session.actor)]
    action = right.selectbox(
        say("Action"),
        actions,
        format_func=lambda one: literally(action_words(one)) if one else say("all"),
        key="audit action",
    )
    return first, last, Wanted(*office.moments(first, last), person.strip(), action or "")


def _skip(wanted: Wanted) -> int:
    """Return how many rows are turned over; another question begins at the newest."""
    if st.session_state.get("audit asked") != wanted:
        st.session_state["audit asked"] = wanted
        st.session_state["audit skip"] = 0
    return int(st.session_state["audit skip"])


def _turn_over(count: int, wanted: Wanted) -> None:
    if count <= ROWS_A_PAGE:
        return
    skip = _skip(wanted)
    newer, words, older = st.columns([1, 2, 1])
    words.text(say("Rows {first} to {last}", first=skip + 1, last=min(count, skip + ROWS_A_PAGE)))
    if newer.button(say("Newer"), disabled=skip == 0, width="stretch"):
        st.session_state["audit skip"] = skip - ROWS_A_PAGE
        st.rerun()
    if older.button(say("Older"), disabled=skip + ROWS_A_PAGE >= count, width="stretch"):
        st.session_state["audit skip"] = skip + ROWS_A_PAGE
        st.rerun()


def _exports(wanted: Wanted, first: date, last: date) -> None:
    asked = urlencode({"person": wanted.person, "action": wanted.action})
    excel, text, _rest = st.columns([1, 1, 3])
    address = f"{SITE}/files/audit/{first}/{last}"
    excel.link_button(say("Excel"), f"{address}.xlsx?{asked}", width="stretch")
    text.link_button(say("CSV"), f"{address}.csv?{asked}", width="stretch")


def _prove(session: Session) -> None:
    if not st.button(say("Prove that the log is whole")):
        st.caption(
            say(
                "Every row carries the hash of the one before; a row that was changed or taken "
                "out shows. Nothing is ever deleted from this log."
            )
        )
        return
    broken, head = is_whole(office.store(), session.actor)
    if broken is None:
        st.success(literally(say("The audit log is whole. Head: {head}", head=head)))
    else:
        st.error(literally(say("The audit log is broken at row {row}.", row=broken)))


PAGE = Page(
    slug="audit",
    title=_("Audit log"),
    icon=":material/history:",
    action=Action.SEE_AUDIT,
    section=Section.OFFICE,
    show=show,
    figures=Figures.NONE,
)
