"""The line to a phone is really down for five minutes while its township writes the report."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

from parcels.store.engine import Store, open_store
from reports.daily import OFFICE_TIME
from reports.tables import DAILY_ENTRY, DAILY_REPORT
from tests.browser.chromium import CHROMIUM, PHONE, QUIET
from tests.browser.clicks import Person, zh
from tests.browser.line_cut import WAITING, Line, Writer, drafted
from tests.browser.running import free_port, running
from tests.prove.county import PASSWORD, found_county, township_code
from tests.prove.proof import Proof, Unprovable

TYPES_EVERY_S = 20.0
TOLD_WITHIN_S = 30  # a silent line is noticed by the first change that nobody answers
WAYS = ("refuses", "is silent")


def prove(seconds: int, folder: Path) -> str:
    """Cut two lines for so long, type on, mend them, and send both reports from the same pages."""
    if CHROMIUM is None:
        raise Unprovable("needs Chromium")
    store, port = open_store(folder / "var"), free_port()
    found_county(store, townships=len(WAYS), parcels=4)
    with running(folder / "var", port), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        lines = [Line(port) for _way in WAYS]
        wrong: list[str] = []
        writers = [
            _writer(browser, line, folder / "var", place, wrong) for place, line in enumerate(lines)
        ]
        began = time.monotonic()
        for line, way in zip(lines, WAYS, strict=True):
            line.cut(silently=way == "is silent")
        typed = 0
        while (down_s := time.monotonic() - began) < seconds:
            for writer in writers:
                writer.types_on(f"断线{down_s:.0f}秒。")
            if not typed:
                for writer in writers:
                    writer.me.reads(zh(WAITING), seconds=TOLD_WITHIN_S)
            typed += 1
            left_s = seconds - (time.monotonic() - began)
            writers[0].me.page.wait_for_timeout(max(0.0, min(TYPES_EVERY_S, left_s)) * 1000)
        down_s = time.monotonic() - began
        for line in lines:
            line.mend()
        mended_at = time.monotonic()
        arrived_s = [writer.arrives(mended_at) for writer in writers]
        for place, writer in enumerate(writers):
            _sends(store, writer, township_code(place))
        browser.close()
        for line in lines:
            line.end()
    store.engine.dispose()
    assert not wrong, wrong
    ways = "; ".join(
        f"a line that {way}: "
        f"every word in the store at the latest {arrived:.1f} s after the line was back"
        for way, arrived in zip(WAYS, arrived_s, strict=True)
    )
    return (
        f"the line down for {down_s:.0f} s, text typed {typed} times meanwhile and kept in the "
        f"browser; {ways}; then each report sent from the very page, once, with its parcel"
    )


def _writer(browser: Browser, line: Line, folder: Path, place: int, wrong: list[str]) -> Writer:
    context = browser.new_context(**PHONE, locale="zh-CN")
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(f"script error {error}"))
    me = Person(page, line.address)
    me.signs_in(f"town{place}", PASSWORD)
    me.settles()
    return Writer(me, partial(drafted, folder, township_code(place)))


def _sends(store: Store, writer: Writer, township: str) -> None:
    """Send from the page that was cut off; the store has one report with all of it."""
    page: Any = writer.me.page
    writer.me.settles()
    today = datetime.now(OFFICE_TIME).date()
    page.get_by_role("button", name=zh("Send the report of {day}", day=today)).tap()
    receipt = page.get_by_role("dialog").locator(".receipt b")
    receipt.wait_for()
    number = receipt.inner_text()
    wanted = sa.select(DAILY_REPORT).where(DAILY_REPORT.c.township_code == township)
    with store.reading() as connection:
        kept = connection.execute(wanted).all()
        assert [(one.receipt_no, one.problem) for one in kept] == [(number, writer.text)]
        assert kept[0].day == kept[0].filed_at.astimezone(OFFICE_TIME).date()
        entries = connection.scalars(
            sa.select(DAILY_ENTRY.c.ledger_id).where(DAILY_ENTRY.c.report_id == kept[0].id)
        ).all()
    assert len(entries) == 1


PROOF = Proof("cut", "The line is down for five minutes", prove, quick=0, long=300)
