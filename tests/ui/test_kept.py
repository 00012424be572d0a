"""What is kept in memory: made once, the oldest let go; an open map keeps the state it shows."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from ui.daymap import book
from ui.kept import Kept, Newest


def test_many_who_ask_at_once_have_it_made_once() -> None:
    made: list[int] = []
    kept: Kept[str, list[int]] = Kept(2)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(kept.get, "a", lambda: made.append(1) or [1]) for _one in range(40)]
    assert len(made) == 1
    assert all(one.result() is kept.find("a") for one in asked)


def test_the_one_least_lately_asked_for_is_let_go() -> None:
    kept: Kept[str, str] = Kept(2)
    for name in "abac":
        kept.get(name, lambda name=name: name)  # type: ignore[misc]
    assert [kept.find(name) for name in "abc"] == ["a", None, "c"]


def test_what_fails_to_be_made_is_asked_for_again() -> None:
    kept: Kept[str, str] = Kept(2)

    def fails() -> str:
        raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        kept.get("a", fails)
    assert kept.get("a", lambda: "made") == "made"


def test_the_newest_state_takes_the_place_of_the_one_before() -> None:
    newest: Newest[str] = Newest(2)
    made: list[str] = []

    def seen(key: str, at: str) -> str:
        return newest.get(key, at, lambda: made.append(at) or f"{key} as of {at}")

    assert [seen("a", "v1"), seen("a", "v1"), seen("a", "v2"), seen("a", "v2")] == [
        "a as of v1", "a as of v1", "a as of v2", "a as of v2",
    ]  # fmt: skip
    assert made == ["v1", "v2"]
    for key in ("b", "a", "c"):  # b was used least lately and goes
        seen(key, "v2")
    made.clear()
    for key in ("a", "c", "b"):
        seen(key, "v2")
    assert len(made) == 1


def test_nobody_edits_what_another_reads() -> None:
    newest: Newest[str] = Newest(4)
    frame = newest.get("frame", "v1", lambda: pd.DataFrame({"area_m2": [1.0, 2.0]}))
    frame.loc[0, "area_m2"] = 99.0
    frame["more"] = 1
    listed = newest.get("list", "v1", lambda: ["one"])
    listed.append("two")
    again = newest.get("frame", "v1", pd.DataFrame)
    assert again.equals(pd.DataFrame({"area_m2": [1.0, 2.0]}))
    assert newest.get("list", "v1", list) == ["one"]


def test_one_that_takes_long_holds_up_only_those_who_want_it_too() -> None:
    newest: Newest[str] = Newest(4)
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert may_end.wait(10)
        return "slow"

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(newest.get, "slow", "v1", slow)
        assert begun.wait(10)
        second = pool.submit(newest.get, "slow", "v1", lambda: "made twice")
        assert newest.get("quick", "v1", lambda: "quick") == "quick"
        may_end.set()
        assert [first.result(), second.result()] == ["slow", "slow"]


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
