"""The script Streamlit runs: who is there, which pages they have, which one they look at."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any

import streamlit as st

from gis.language import Problem, say
from parcels.people.access import Action, Refused, may
from parcels.people.actor import ROLE_TITLES
from parcels.people.sessions import Session
from parcels.services.note_refusal import note_refusal
from reports.services.ceilings import TooMuchClaimed
from ui import following, going, office, reading
from ui.below import SITE
from ui.components.calibre import show_working_mark
from ui.components.duties import show_duties
from ui.components.literal import literally
from ui.pages import PAGES
from ui.pages.page import SECTION_TITLES, Figures, Page
from ui.routes.assets import FOLDER
from ui.session import require_session
from ui.shell.seats import IN_LINE, SEATS

BEGUN, WAITING = "has begun", ":material/hourglass_top:"


def _shown(page: Page, session: Session) -> None:
    st.title(str(page.title))
    try:
        if page.figures is Figures.WORKING:
            _mark(session)
        if session.actor.role in page.first_for:
            show_duties(session, page.slug)
        page.show(session)
    except TooMuchClaimed as refused:
        st.error(literally(refused))
        for breach in refused.breaches:
            st.text(str(breach))
    except Refused as refused:
        note_refusal(office.store(), session.actor, refused, now=office.now())
        st.error(literally(refused))
    except Problem as problem:
        st.error(literally(problem))


def _mark(session: Session) -> None:
    """Mark a page's figures as working ones, beside the last that were published."""
    project = reading.project_in_mind(session) if may(session.actor, Action.SEE_PROGRESS) else None
    show_working_mark(following.published(session, project) if project else None)


def _sidebar(session: Session) -> None:
    role = ROLE_TITLES[session.actor.role] if session.actor.role else ""
    with st.sidebar:
        st.html(
            f"<b>{escape(session.actor.display_name)}</b><br>{escape(str(role))}"
            f' · <a href="{SITE}/account/me" target="_self">{escape(say("My account"))}</a>'
        )
        if session.is_demo:
            st.caption(say("Demo county: all names and figures are invented."))


def main() -> None:
    """Show one run of the application, in its turn."""
    session = require_session()
    newcomer = BEGUN not in st.session_state
    with SEATS.taken(
        newcomer=newcomer,
        in_line=lambda: st.toast(literally(IN_LINE), icon=WAITING, duration="long"),
    ):
        st.session_state[BEGUN] = True
        _show(session)


def _show(session: Session) -> None:
    st.set_page_config(
        page_title=say("Land Reclamation Tracker"),
        page_icon=str(FOLDER / "icon.svg"),
        layout="wide",
    )
    st.html(f"<style>{(FOLDER / 'app.css').read_text(encoding='utf-8')}</style>")
    mine = [page for page in PAGES if page.is_for(session)]
    first = next((page for page in mine if session.actor.role in page.first_for), mine[0])
    entries = {
        page.slug: st.Page(
            partial(_shown, page, session),
            title=str(page.title),
            icon=page.icon,
            url_path=page.slug,
        )
        for page in mine
    }
    going.know(entries)
    # the root is nobody's page but the way to one's first: each page has one address for everyone
    root = st.Page(
        partial(st.switch_page, entries[first.slug]),
        title=str(first.title),
        default=True,
        visibility="hidden",
    )
    sections: dict[str, list[Any]] = {"": [root]}
    for page in mine:
        sections.setdefault(str(SECTION_TITLES[page.section]), []).append(entries[page.slug])
    chosen = st.navigation(sections, position="sidebar", expanded=True)
    _sidebar(session)
    chosen.run()


main()
