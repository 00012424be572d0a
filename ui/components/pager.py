"""Pages of a long table: the browser is handed one page, never everything."""

from __future__ import annotations

import streamlit as st

from gis.language import say
from ui.components.literal import literally

PAGE_ROWS = 50


def shown_rows(count: int, key: str, *, at_once: int = PAGE_ROWS) -> tuple[int, int]:
    """Ask which page of ``count`` rows; return its first row and the one after its last."""
    pages = max(1, -(-count // at_once))
    page = 1
    if pages > 1:
        choice, words = st.columns([1, 5], vertical_alignment="bottom")
        chosen = choice.number_input(
            say("Page"), min_value=1, max_value=pages, value=1, step=1, key=f"page of {key}"
        )
        page = min(int(chosen), pages)
        first, last = (page - 1) * at_once + 1, min(page * at_once, count)
        told = say("Rows {first}–{last} of {count}", first=first, last=last, count=count)
        words.caption(literally(told))
    return (page - 1) * at_once, min(page * at_once, count)
