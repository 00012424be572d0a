"""The judge's queue without a mouse, and a look at other limits that stores nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from tests.browser.clicks import Person, zh
from tests.browser.running import Server

# the worker beside makes the day's documents by itself meanwhile: they are left out
OF_THE_RULES = ("policy", "project", "check_run", "verdict", "finding", "ledger", "adoption",
                "comparison", "declined", "setting")  # fmt: skip


def rows(server: Server) -> dict[str, list[Any]]:
    """Return every row of what the limits decide."""
    with closing(sqlite3.connect(server.folder / "tracker.db")) as store:
        return {name: store.execute(f'SELECT * FROM "{name}"').fetchall() for name in OF_THE_RULES}


def newest_judgement(server: Server) -> tuple[int, str, str]:
    with closing(sqlite3.connect(server.folder / "tracker.db")) as store:
        wanted = "SELECT id, before_shows, explanation FROM judgement ORDER BY id DESC LIMIT 1"
        found = store.execute(wanted).fetchone()
    return int(found[0]), str(found[1]), str(found[2])


def place(number: int) -> str:
    """Return how the page says where in the queue one stands, whatever its length."""
    return zh("{place} of {count} in the queue", place=number, count="#").split("#")[0]


def test_a_judge_steps_records_and_goes_on_by_keyboard(
    demo: Server, page: Any, shot: Callable[[Any, str], None]
) -> None:
    judge = Person(page, demo.address)
    judge.enters_demo("bureau")
    judge.opens("judge")
    before = newest_judgement(demo)
    judge.reads(place(1))
    page.keyboard.press("ArrowRight")
    judge.reads(place(2))
    judge.settles()
    page.keyboard.press("ArrowLeft")
    judge.reads(place(1))
    judge.settles()
    page.keyboard.press("q")  # the first word for the image before the works
    judge.settles()
    field = page.get_by_label(zh("Explanation; it holds until the outline or a figure changes"))
    field.fill("影像可见房屋")
    page.keyboard.press("Control+Enter")
    judge.reads(zh("Recorded."))
    judge.settles()
    after = newest_judgement(demo)
    assert after[0] == before[0] + 1
    assert after[1:] == ('["built"]', "影像可见房屋")
    shot(page, "judged-by-keyboard")


def test_other_limits_are_only_tried(
    demo: Server, page: Any, shot: Callable[[Any, str], None]
) -> None:
    clerk = Person(page, demo.address)
    clerk.enters_demo("bureau")
    clerk.opens("versions")
    clerk.picks(zh("What if X or Y were different?"))
    slider = page.get_by_role("slider").first
    slider.wait_for()
    before, cards = rows(demo), page.locator(".card").first.inner_text()
    slider.focus()
    for _step in range(20):
        page.keyboard.press("ArrowRight")
    clerk.settles()
    page.wait_for_function(
        "said => document.querySelector('.card').innerText !== said", arg=cards, timeout=20_000
    )
    clerk.settles()
    shot(page, "what-if")
    after = rows(demo)
    assert after == before
    assert all(after[name] for name in ("policy", "verdict", "ledger"))
