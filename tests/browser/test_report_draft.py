"""A report being written in a browser: the tab closes, the line breaks, the server restarts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.browser.chromium import PHONE
from tests.browser.clicks import Person, zh
from tests.browser.conftest import Watch
from tests.browser.running import free_port, running

WAITING = "No connection: kept in this browser, sent as soon as it is back."
BEFORE, WHILE_DOWN, THEN = "断线前：便道泥泞。", "断线期间：挖机陷车。", "拖车明早到。"


class Line:
    """The application behind a line that can be cut: ending the server closes every socket."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.up = folder, free_port(), ExitStack()
        self.mend()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        """Start the server where it was; Streamlit remembers nothing of the page."""
        self.up.enter_context(running(self.folder, self.port))

    def cut(self) -> None:
        """End the server: nothing answers, nothing connects."""
        self.up.close()

    def draft(self) -> dict[str, Any]:
        """Return what the store holds of the one draft of the open township's today."""
        engine = sa.create_engine(f"sqlite:///{self.folder / 'tracker.db'}")
        with engine.connect() as connection:
            found = connection.scalar(
                sa.text(
                    "SELECT content FROM report_draft WHERE township_code = '999901103' "
                    "ORDER BY saved_at DESC"
                )
            )
        engine.dispose()
        return dict(json.loads(found)) if found else {}


@pytest.fixture
def line(demo_folder: Path, tmp_path: Path) -> Iterator[Line]:
    shutil.copytree(demo_folder, tmp_path / "var")
    opened = Line(tmp_path / "var")
    yield opened
    opened.cut()


def test_text_typed_while_the_line_is_down_is_sent_when_it_is_back_and_the_rest_is_there(
    line: Line, open_page: Callable[..., Any], watch: Watch, shot: Callable[[Any, str], None]
) -> None:
    """The cut is real: the server is ended and every socket with it.

    What five minutes would do beside keeping the line down is that Streamlit forgets the page
    (after two); a server started anew has forgotten it from the first second. The page tries again
    every five seconds however long it takes.
    """
    watch.expected = ("console:",)  # the browser says that nobody answers; scripts must not fail
    me = Person(open_page(**PHONE), line.address)
    me.enters_demo("town3")
    label = zh("Which parcels? Tap each; tap again to take it out.")
    group = me.page.get_by_test_id("stButtonGroup").filter(has_text=label)
    group.get_by_role("button").first.tap()
    me.settles()
    problems = me.page.get_by_label(zh("Problems"), exact=True)
    problems.fill(BEFORE)
    me.page.locator(".typed output").filter(has_text="已保存").wait_for()
    assert line.draft()["problem"] == BEFORE
    line.cut()
    problems.press_sequentially(WHILE_DOWN)
    me.reads(zh(WAITING))
    me.page.keyboard.type(THEN)  # no dialog of Streamlit's stands in the way
    assert problems.input_value() == BEFORE + WHILE_DOWN + THEN
    shot(me.page, "phone-line-down")
    assert line.draft()["problem"] == BEFORE
    line.mend()
    # the page is drawn anew, so no words of it say that the text has arrived: the store does
    for _second in range(30):
        if line.draft()["problem"] != BEFORE:
            break
        me.page.wait_for_timeout(1000)
    assert line.draft()["problem"] == BEFORE + WHILE_DOWN + THEN
    me.page.get_by_text(zh(WAITING)).wait_for(state="hidden", timeout=30_000)
    me.page.close()  # the tab is closed; another one has it all
    again = Person(open_page(**PHONE), line.address)
    again.enters_demo("town3")
    typed = again.page.get_by_label(zh("Problems"), exact=True).input_value()
    assert typed == BEFORE + WHILE_DOWN + THEN
    entries = [key for key in line.draft() if key.startswith("entry:")]
    assert len(entries) == 1
    again.reads("草稿已保存")
