"""The map of days by clicks: a day back, another colouring, a township from the county's map."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gis.language import ENGLISH
from tests.browser.clicks import Person
from tests.browser.running import Server

CHINESE_LETTER = re.compile(r"[\u4e00-\u9fff]")
VIEW = "[map.getZoom(), map.getCenter().lat, map.getCenter().lng]"


def test_the_days_change_the_figures_and_never_the_place(
    demo: Server, open_page: Callable[..., Any]
) -> None:
    person = Person(open_page(), demo.address)
    person.enters_demo("inspector")
    person.goes_to("map?township=999901103")
    frame = person.page.wait_for_selector("iframe[title*=folium]").content_frame()
    frame.wait_for_function("window.map && map.trackerDays && map.trackerDays.drawn")
    today = frame.locator(".days-legend summary").inner_text()
    before, figure = frame.evaluate(VIEW), frame.locator(".days-card b").first.inner_text()
    for _day in range(3):
        frame.locator(".days-step").first.click()
    frame.wait_for_function("words => !document.querySelector('.days-legend summary')"
                            ".textContent.includes(words.slice(-10))", arg=today)  # fmt: skip
    frame.evaluate("map.trackerDays.go(0)")
    frame.wait_for_function(
        "was => document.querySelector('.days-card b').textContent !== was", arg=figure
    )
    assert frame.evaluate(VIEW) == before
    assert CHINESE_LETTER.search(frame.locator(".days-kinds").inner_text())
    frame.locator('.days-kind[data-kind="person"]').click()
    assert "#009E73" in frame.evaluate(
        "map.trackerDays.kind('person').classes.map(one => one.style.fillColor).join()"
    )
    # the browser has kept the answers; in another language it asks anew
    person.page.goto(f"{demo.address}/account/me")
    person.page.click(f'button[name="language"][value="{ENGLISH}"]')
    person.settles()
    person.goes_to("map?township=999901103")
    shown = person.page.frame_locator("iframe[title*=folium]")
    shown.locator(".days-card b").first.wait_for()
    said = shown.locator(".days-kinds, .days-card span, .days-moved").all_inner_texts()
    assert not CHINESE_LETTER.search(" ".join(said)), said
