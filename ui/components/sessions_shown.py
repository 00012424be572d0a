"""Who is signed in now; an administrator ends any session."""

from __future__ import annotations

import streamlit as st

from gis.language import say
from parcels.people.actor import ROLE_TITLES, Role
from parcels.people.sessions import Session
from parcels.services.keep_sessions import end_session, open_sessions
from reports.daily import OFFICE_TIME
from reports.document import Column
from ui import office
from ui.components.literal import literally
from ui.components.tables import show_rows


def sessions_shown(session: Session, said: str) -> None:
    """Show the open sessions, last used first, and end the one chosen."""
    rows = open_sessions(office.store(), session.actor, now=office.now())
    show_rows(
        tuple(
            Column(title)
            for title in (
                say("Account"),
                say("Full name"),
                say("Role"),
                say("Address"),
                say("Signed in at"),
                say("Last used at"),
            )
        ),
        [
            (
                row["name"],
                row["display_name"],
                str(ROLE_TITLES[Role(row["role"])]),
                row["address"],
                f"{row['started_at'].astimezone(OFFICE_TIME):%m-%d %H:%M}",
                f"{row['seen_at'].astimezone(OFFICE_TIME):%m-%d %H:%M}",
            )
            for row in rows
        ],
    )
    others = {
        row["id"]: literally(f"{row['display_name']}（{row['name']}） {row['address']}")
        for row in rows
        if row["id"] != session.id
    }
    if not others:
        st.caption(say("Nobody else is signed in."))
        return
    chosen = st.selectbox(say("Session"), list(others), format_func=others.__getitem__)
    if st.button(say("End this session")) and chosen is not None:
        end_session(office.store(), session.actor, chosen, now=office.now())
        st.session_state[said] = say("The session is ended.")
        st.rerun()
