"""Settings: what the office decides for itself, each with its default beside it."""

from __future__ import annotations

from datetime import time
from itertools import groupby
from typing import Any

import streamlit as st

from gis.language import Problem, _, listed, say
from parcels.imagery.basemap import GROUP as BASEMAP
from parcels.imagery.basemap import NONE, SOURCE
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.services.keep_settings import change_settings
from parcels.services.try_basemap import try_basemap
from parcels.settings import SETTINGS, Kind, Setting, settings
from ui import office
from ui.components.literal import literally, tell
from ui.pages.page import Figures, Page, Section

SAID, TO_TRY = "settings said", "basemap to be tried"


def show(session: Session) -> None:
    """Show every setting under its heading; write those that were changed."""
    with office.store().reading() as connection:
        present = settings(connection)
    wanted: dict[str, Any] = {}
    with st.form("settings"):
        in_groups = sorted(SETTINGS.values(), key=lambda one: one.group.msgid)
        for group, members in groupby(in_groups, key=lambda one: str(one.group)):
            st.subheader(literally(group))
            left, right = st.columns(2)
            for place, one in enumerate(members):
                with (left, right)[place % 2]:
                    wanted[one.name] = _asked(one, present[one.name])
        tell(SAID)  # beside the button that was pressed, where the person looks
        if st.session_state.pop(TO_TRY, False):
            _basemap_tried(session)
        is_sent = st.form_submit_button(say("Save the settings"), type="primary")
    if present[SOURCE.name] != NONE and st.button(say("Try the basemap"), key="try basemap"):
        _basemap_tried(session)
    if not is_sent:
        return
    changed = change_settings(office.store(), session.actor, wanted, now=office.now())
    if changed:
        titles = listed(str(SETTINGS[name].title) for name in changed)
        st.session_state[SAID] = say("Saved: {titles}.", titles=titles)
        st.session_state[TO_TRY] = any(SETTINGS[name].group == BASEMAP for name in changed)
    else:
        st.session_state[SAID] = say("Nothing was different.")
    st.rerun()


def _basemap_tried(session: Session) -> None:
    """Try the basemap and say what came of it."""
    try:
        if (words := try_basemap(office.store(), session.actor)) is not None:
            st.success(literally(words))
    except Problem as problem:
        st.warning(literally(problem))


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
