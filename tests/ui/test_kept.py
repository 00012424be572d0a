"""What is kept in memory: made once, the oldest let go; an open map keeps the state it shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from ui.daymap import book
from ui.kept import Kept


def test_many_who_ask_at_once_have_it_made_once() -> None:
    made: list[int] = []
    kept: Kept[str, list[int]] = Kept(2)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(kept.get, "a", lambda: made.append(1) or [1]) for _one in range(40)]
    assert len(made) == 1
    assert all(one.result() is kept.find("a") for one in asked)


def test_the_oldest_is_let_go() -> None:
    kept: Kept[str, str] = Kept(2)
    for name in "abc":
        kept.get(name, lambda name=name: name)  # type: ignore[misc]
    assert [kept.find(name) for name in "abc"] == [None, "b", "c"]


def test_what_fails_to_be_made_is_asked_for_again() -> None:
    kept: Kept[str, str] = Kept(2)

    def fails() -> str:
        raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        kept.get("a", fails)
    assert kept.get("a", lambda: "made") == "made"


def test_a_map_that_is_open_waits_for_no_report_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    now = ["v1"]
    actor: Any = SimpleNamespace(region="999901")
    project: Any = SimpleNamespace(id=1)
    monkeypatch.setattr(book, "version_now", lambda: now[0])
    monkeypatch.setattr(book.office, "today", lambda: date(2026, 3, 11))
    monkeypatch.setattr(book, "_books", Kept(book.KEPT))
    monkeypatch.setattr(book, "_made", lambda _actor, _project, version: f"book of {version}")
    assert book.book_of(actor, project) == "book of v1"
    now[0] = "v2"  # somebody reports
    assert book.book_of(actor, project, "v1") == "book of v1"
    assert book.book_of(actor, project) == "book of v2"
    assert book.book_of(actor, project, "v0") == "book of v2"  # forgotten, or invented
    other: Any = SimpleNamespace(region="999902")
    monkeypatch.setattr(book, "_made", lambda *_all: "another's")
    assert book.book_of(other, project, "v1") == "another's"
