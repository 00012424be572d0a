"""Settings: what the office decides for itself, each with its default beside it."""

from __future__ import annotations

from datetime import time
from itertools import groupby
from typing import Any

import streamlit as st

from gis.language import _, say
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.services.keep_settings import change_settings
from parcels.settings import SETTINGS, Kind, Setting, settings
from ui import office
from ui.components.literal import literally, tell
from ui.pages.page import Figures, Page, Section


def show(session: Session) -> None:
    """Show every setting under its heading; write those that were changed."""
    with office.store().reading() as connection:
        present = settings(connection)
    tell("settings said")
    wanted: dict[str, Any] = {}
    with st.form("settings"):
        in_groups = sorted(SETTINGS.values(), key=lambda one: one.group.msgid)
        for group, members in groupby(in_groups, key=lambda one: str(one.group)):
            st.subheader(literally(group))
            left, right = st.columns(2)
            for place, one in enumerate(members):
                with (left, right)[place % 2]:
                    wanted[one.name] = _asked(one, present[one.name])
        is_sent = st.form_submit_button(say("Save the settings"), type="primary")
    if not is_sent:
        return
    changed = change_settings(office.store(), session.actor, wanted, now=office.now())
    if changed:
        titles = "、".join(str(SETTINGS[name].title) for name in changed)
        st.session_state["settings said"] = say("Saved: {titles}.", titles=titles)
    else:
        st.session_state["settings said"] = say("Nothing was different.")
    st.rerun()


def _asked(one: Setting, present: Any) -> Any:
    """Show a setting's field and return what stands in it."""
    title, note = literally(one.title), literally(one.note) if one.note else None
    match one.kind:
        case Kind.YES_NO:
            return st.checkbox(title, value=present, help=note)
        case Kind.CHOICE:
            names = list(one.choices)
            return st.selectbox(
                title,
                names,
                index=names.index(present) if present in names else 0,
                format_func=lambda name: str(one.choices[name]),
                help=note,
            )
        case Kind.TIME:
            chosen = st.time_input(title, value=time.fromisoformat(present), help=note)
            return f"{chosen:%H:%M}"
        case Kind.WHOLE | Kind.NUMBER:
            kind = int if one.kind is Kind.WHOLE else float
            return st.number_input(
                title,
                min_value=None if one.least is None else kind(one.least),
                max_value=None if one.most is None else kind(one.most),
                value=kind(present),
                help=note,
            )
    most = None if one.most is None else int(one.most)
    return st.text_input(title, value=present, max_chars=most or 200, help=note)


PAGE = Page(
    slug="settings",
    title=_("Settings"),
    icon=":material/settings:",
    action=Action.KEEP_SETTINGS,
    section=Section.OFFICE,
    show=show,
    figures=Figures.NONE,
)
