"""A report being written in a browser: the tab closes, the line breaks, the server restarts."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from parcels.people.actor import Actor, Role
from parcels.store.engine import open_store
from parcels.store.tables import PERSON
from reports.services.file_report import file_report
from reports.services.keep_draft import find_draft
from reports.tables import REPORT_DRAFT
from tests.browser.chromium import PHONE
from tests.browser.clicks import Person, zh
from tests.browser.conftest import Watch
from tests.browser.line_cut import WAITING, Line, Writer, drafted
from tests.browser.running import free_port, running

TOWNSHIP = "999901103"
CUT_S = float(os.environ.get("TRACKER_CUT_S", "3"))


def test_text_typed_while_the_line_is_down_is_sent_when_it_is_back_and_the_rest_is_there(
    demo_folder: Path, tmp_path: Path, open_page: Callable[..., Any], watch: Watch,
    shot: Callable[[Any, str], None],
) -> None:  # fmt: skip
    """``TRACKER_CUT_S`` is how long the line is down; ``python -m tests.prove cut`` takes 300 s.

    Here the server is started anew behind the cut line besides: what five minutes do is that
    Streamlit forgets the page (after two), and a new server has forgotten it at once.
    """
    # the browser says that nobody answers, or that the day was sent; scripts must not fail
    watch.expected = ("console:", "409 ")
    folder, port = tmp_path / "var", free_port()
    shutil.copytree(demo_folder, folder)
    with ExitStack() as first:
        first.enter_context(running(folder, port))
        line = Line(port)
        me = Person(open_page(**PHONE), line.address)
        me.enters_demo("town3")
        writer = Writer(me, partial(drafted, folder, TOWNSHIP))
        line.cut(silently=False)
    writer.types_on("断线期间：挖机陷车。")
    me.reads(zh(WAITING))
    me.page.wait_for_timeout(CUT_S * 1000)
    writer.types_on("拖车明早到。")  # no dialog of Streamlit's stands in the way
    shot(me.page, "phone-line-down")
    with running(folder, port):
        line.mend()
        writer.arrives(time.monotonic())
        me.page.close()  # the tab is closed; another one has it all
        again = Person(open_page(**PHONE), line.address)
        again.enters_demo("town3")
        typed = again.page.get_by_label(zh("Problems"), exact=True).input_value()
        assert typed == writer.text
        assert len([key for key in writer.draft() if key.startswith("entry:")]) == 1
        again.reads("草稿已保存")
        a_colleague_was_quicker(again, folder)
    line.end()


def a_colleague_was_quicker(me: Person, folder: Path) -> None:
    """The day is sent from elsewhere while I type: my words come back when it is withdrawn."""
    store = open_store(folder)
    with store.reading() as connection:
        who = connection.execute(sa.select(PERSON).where(PERSON.c.name == "town3")).one()
        newest = REPORT_DRAFT.c.saved_at.desc()
        own = sa.select(REPORT_DRAFT).where(REPORT_DRAFT.c.township_code == TOWNSHIP)
        place = connection.execute(own.order_by(newest)).first()
    assert place
    colleague = Actor(who.id, who.name, who.display_name, Role(who.role), who.region, "test")
    wanted = find_draft(store, colleague, place.project_id, TOWNSHIP, place.day)
    file_report(store, colleague, wanted.report(workers=3), idempotency_key=wanted.key,
                now=datetime.now(UTC))  # fmt: skip
    store.engine.dispose()
    field = me.page.get_by_label(zh("Problems"), exact=True)
    field.focus()
    me.page.keyboard.press("Control+End")
    me.page.keyboard.type("同事已报。")
    me.reads(zh("The text is kept in this browser and comes back into the form."))
    me.page.reload()
    me.settles()
    me.presses(zh("Withdraw and report again"))
    field.wait_for()
    assert field.input_value() == f"{wanted.text('problem')}同事已报。"
