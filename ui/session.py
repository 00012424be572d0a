"""Who is looking at this page: asked of the store on every run, never remembered."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import choose_language, say
from parcels.people.sessions import Session, find_session
from ui import office
from ui.below import SITE
from ui.gate import SESSION_COOKIE, SIGN_IN

_OWNER = "owner of this state"


def require_session(*, is_used: bool = True) -> Session:
    """Return the session of this run; without one, show the way to sign in and stop.

    ``is_used`` is false where the page asks by itself: that is no sign of life of the person.

    State left by another session in the same browser tab is dropped, not shown.
    """
    token = st.context.cookies.get(SESSION_COOKIE)
    session = find_session(office.store(), token, office.now(), is_used=is_used)
    if session is None or session.must_change_password:
        st.session_state.clear()
        st.title(say("Your session has ended"))
        st.info(say("What you had sent is kept; what was not sent yet has to be entered again."))
        words = escape(say("Sign in again"))
        st.html(f'<a style="color:#1f5a8c" href="{SITE}{SIGN_IN}" target="_self">{words}</a>')
        st.stop()
    if st.session_state.get(_OWNER) != session.id:
        st.session_state.clear()
        st.session_state[_OWNER] = session.id
    choose_language(session.language)
    return session
