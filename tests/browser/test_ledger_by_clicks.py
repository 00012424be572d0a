"""The ledger in a browser: two people type into the same cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from parcels.ledger.columns import columns
from parcels.store.engine import open_store
from parcels.store.tables import LEDGER_CARE
from reports import ledger_columns as _columns  # noqa: F401  hands in the columns between
from tests.browser.clicks import Person, zh
from tests.browser.running import Server

HEAD_PX, ROW_PX, NUMBER_PX = 36, 35, 110


def types_into(person: Person, column: str, words: str) -> None:
    """Type into the first row's cell as people do: click the row, walk to the column, write."""
    place = [one.name for one in columns()].index(column)
    grid = person.page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    person.page.mouse.click(box["x"] + NUMBER_PX, box["y"] + HEAD_PX + ROW_PX / 2)
    keys = person.page.keyboard
    for _step in range(place):  # the number, third of the columns, is pinned before the others
        keys.press("ArrowRight")
    keys.press("Enter")  # opens the cell
    person.page.wait_for_timeout(200)
    keys.type(words)
    keys.press("Enter")
    person.settles()


def test_the_second_to_write_sees_both_values_and_overwrites_nothing(
    demo: Server, open_page: Callable[..., Any], shot: Callable[[Any, str], None]
) -> None:
    first, second = (Person(open_page(), demo.address) for _one in range(2))
    for person in (first, second):
        person.enters_demo("bureau")
        person.opens("ledger")
    types_into(second, "problem", "乙：进场道路未通")  # both have the row before their eyes
    types_into(first, "problem", "甲：建筑垃圾未清运")
    first.presses(zh("Save changes"))
    second.presses(zh("Save changes"))
    told = zh(
        "{count} cells were changed by somebody else meanwhile and were not overwritten. "
        "Compare, and type yours again where it is right.",
        count=1,
    )
    second.reads(told)
    assert "甲：建筑垃圾未清运" in second.main()
    assert "乙：进场道路未通" in second.main()
    shot(second.page, "ledger-conflict")
    store = open_store(demo.folder)
    with store.reading() as connection:
        kept = set(connection.scalars(sa.select(LEDGER_CARE.c.problem)))
    store.engine.dispose()
    assert "甲：建筑垃圾未清运" in kept
    assert "乙：进场道路未通" not in kept
