"""Text shown as it is: Streamlit reads labels, messages and captions as Markdown, we do not."""

from __future__ import annotations

import re

import streamlit as st

# Signs that Markdown, LaTeX, HTML and Streamlit's directives begin with; all may be escaped.
_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
# These are still read after escaping (emoji and icon names, addresses, arrows), because the page
# looks for them in finished text; an invisible word joiner keeps them apart.
_READ_LATER = re.compile(r"(?<!\d):(?=\S)|:(?=[^\s\d])|@|(?i:www)(?=\.)|[<>~-](?=[-=>])")
JOINER = "\u2060"
_DAY_OR_CODE = re.compile(r"\d{4}-\d\d-\d\d|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def unbroken(html: str) -> str:
    """Return escaped words whose days and check codes do not break at their hyphens."""
    return _DAY_OR_CODE.sub(r'<span class="day">\g<0></span>', html)


def literally(words: object) -> str:
    """Return Markdown that shows exactly these words; a line break stays one."""
    lines = (line.strip() for line in str(words).split("\n"))
    return "  \n".join(
        _SIGNS.sub(r"\\\1", _READ_LATER.sub(lambda found: found.group() + JOINER, line))
        for line in lines
    )


def tell(key: str) -> None:
    """Show once what the run before left under ``key`` in the session's state.

    The place is there even without words, so that nothing below moves: Streamlit folds an
    expander again when it changes its place.
    """
    with st.container():
        if words := st.session_state.pop(key, None):
            st.success(literally(words))
