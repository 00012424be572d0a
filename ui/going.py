"""Going to another page of the application from a click."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import streamlit as st

KNOWN = "pages of this session"


def know(entries: Mapping[str, Any]) -> None:
    """Keep the pages of this person by slug: Streamlit goes only to page objects."""
    st.session_state[KNOWN] = entries


def to(slug: str, **query: str) -> NoReturn:
    """Open a page with the words of its address."""
    st.switch_page(st.session_state[KNOWN][slug], query_params=query)
