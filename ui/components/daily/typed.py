"""A text field whose every change reaches the draft, or waits in the browser for a connection."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from gis.language import say
from reports.drafts import LONGEST_TEXT
from ui.below import SITE
from ui.components.daily.desk import Desk
from ui.routes.assets import FOLDER

ADDRESS = f"{SITE}/report/draft"
HTML = '<div class="typed"><label></label><textarea rows="2"></textarea><output></output></div>'


@cache
def _component() -> Any:
    return st.components.v2.component(
        "tracker_typed",
        html=HTML,
        js=(FOLDER / "typed.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )


def typed_text(desk: Desk, name: str, label: str, *, hint: str = "") -> None:
    """Show a text of the draft; it can be typed in while there is no connection."""
    key = desk.key(f"typed {name}")

    def keep() -> None:
        text = st.session_state[key].get("text")
        if isinstance(text, str):
            desk.save({name: text})

    _component()(
        key=key,
        data={
            "label": label,
            "hint": hint,
            "value": desk.draft.text(name),
            "field": name,
            "most": LONGEST_TEXT,
            "person": desk.session.actor.person_id,
            "project": desk.project.id,
            "township": desk.township,
            "day": str(desk.day),
            "csrf": desk.session.csrf,
            "address": ADDRESS,
            "words": {
                "saved": say("saved {time}", time="{time}"),
                "waiting": say("No connection: kept in this browser, sent as soon as it is back."),
                "aside": say("The text is kept in this browser and comes back into the form."),
                "signIn": say("Your session has ended; sign in again. The text is kept here."),
            },
        },
        on_text_change=keep,
    )
