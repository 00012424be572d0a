"""Every page of the application as one person sees it, run by Streamlit's own test runner."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from gis.language import say
from parcels.people.actor import Actor
from parcels.people.sessions import Session
from tests.builders import County
from ui import office
from ui.pages.page import Page

NOW_SHOWN: list[tuple[Any, Session]] = []


def _script() -> None:
    """What the shell does with a page, the navigation apart; Streamlit runs this as a file."""
    import streamlit as st

    from gis.language import Problem, choose_language
    from tests.reports.pages import NOW_SHOWN

    page, session = NOW_SHOWN[-1]
    choose_language(session.language)
    try:
        page.show(session)
    except Problem as problem:
        st.error(str(problem))


def pages_of(
    here: County, actor: Actor, language: str, now: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    """Give slug and everything said of every page that this person has."""
    from ui.pages import PAGES

    session = session_of(actor, language)
    for page in PAGES:
        if page.is_for(session):
            with shown_page(here, page, session, now, monkeypatch) as shown:
                yield page.slug, "\n".join(words_in(shown))


def session_of(actor: Actor, language: str) -> Session:
    """Return a session as the gate has let it in."""
    return Session(1, actor, "token", language, must_change_password=False, is_demo=False)


@contextmanager
def shown_page(
    here: County, page: Page, session: Session, now: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppTest]:
    """Give a page that was shown once; whoever clicks in it runs it again."""
    monkeypatch.setattr(office, "store", lambda: here.store)
    monkeypatch.setattr(office, "now", lambda: now)
    for module in [one for name, one in sys.modules.items() if name.startswith("ui.")]:
        if hasattr(module, "require_session"):  # of a fragment, which asks again who is there
            monkeypatch.setattr(module, "require_session", lambda **_how: session)
    NOW_SHOWN.append((page, session))
    shown = AppTest.from_function(_script, default_timeout=60).run()
    assert not shown.exception, (page.slug, shown.exception)
    yield shown
    NOW_SHOWN.pop()


def words_in(shown: AppTest) -> Iterator[str]:
    """Give every text that a page sends to the browser."""

    def strings(said: Any) -> Iterator[str]:
        if isinstance(said, str):
            yield said
        elif isinstance(said, dict):
            for one in said.values():
                yield from strings(one)
        elif isinstance(said, list):
            for one in said:
                yield from strings(one)

    for block in (shown.main, shown.sidebar):
        for element in block:
            proto = getattr(element, "proto", None)
            if proto is not None and hasattr(proto, "DESCRIPTOR"):
                yield from strings(MessageToDict(proto))


class Tables(HTMLParser):
    """The tables of a page's HTML: head and rows, as the cells say them."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("".join(self._cell).strip())
            self._cell = None


def township_figures(said: str, name: str) -> Iterator[tuple[str, str]]:
    """Give head and words of every cell that stands in a township's row of any table."""
    reader = Tables()
    reader.feed(said)
    for head, *rows in reader.tables:
        if say("Township") in head:
            at = head.index(say("Township"))
            for cells in rows:
                if len(cells) == len(head) and cells[at] == name:
                    yield from zip(head, cells, strict=True)
