"""Working figures and published figures are never taken for one another: a mark on both."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import say
from reports.periods.period import PERIOD_TITLES
from reports.publication.check_code import shown
from reports.publication.reading import Snapshot
from reports.services.published import state_words


def show_working_mark(published: Snapshot | None = None) -> None:
    """Mark the figures below as working figures; ``published`` are the last that went out."""
    last = ""
    if published is not None:
        last = say(
            "Last published: {product} {days}, {code}",
            product=PERIOD_TITLES[published.period.kind],
            days=published.period.words,
            code=shown(published.code),
        )
    internal = say("Internal material, not approved for publication")
    _band("working", say("Working figures"), internal, last)


def show_snapshot_mark(snapshot: Snapshot) -> None:
    """Mark the figures below as frozen, with their state and code."""
    mood = "published" if snapshot.standing.is_published else "frozen"
    title = say("Check code {code}", code=shown(snapshot.code))
    _band(mood, title, state_words(snapshot))


def _band(mood: str, title: str, *words: str) -> None:
    said = "".join(f"<span>{escape(one)}</span>" for one in words if one)
    st.html(f'<div class="calibre {mood}"><b>{escape(title)}</b>{said}</div>')
