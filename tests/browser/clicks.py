"""A person at a page: finds things by the words they read, clicks, types and waits."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import TimeoutError as TooLong

from gis.language import CHINESE, ENGLISH, catalogue, speaking

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
EXCEPTION = '[data-testid="stException"]'
NEW_PASSWORD = "Hexi-Tudi-2026"


def zh(msgid: str, /, **values: object) -> str:
    """Return what a Chinese reader sees; a message without its Chinese fails the test."""
    words = catalogue(CHINESE)[msgid]
    return words.format(**values) if values else words


def shown(title: object, language: str = CHINESE) -> str:
    """Return a title of a table in a language."""
    assert language in (CHINESE, ENGLISH)
    with speaking(language):
        return str(title)


class Person:
    """One person with one browser page at one address."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address

    # --- coming in

    def signs_in(self, name: str, password: str) -> None:
        """Fill the sign-in page and send it."""
        self.page.goto(f"{self.address}/account/sign-in")
        self.page.fill("input[name=name]", name)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")

    def is_made_to_change(self, old: str, new: str = NEW_PASSWORD) -> None:
        """Choose a password of one's own, which stands between sign-in and the first page."""
        self.page.wait_for_url("**/account/password")
        self.page.fill("input[name=old]", old)
        self.page.fill("input[name=new]", new)
        self.page.fill("input[name=again]", new)
        self.page.click("main form button")
        self.settles()

    def enters_demo(self, name: str) -> None:
        """Enter the demo county by one click."""
        self.page.goto(f"{self.address}/account/sign-in")
        self.page.click(f'button[name="name"][value="{name}"]')
        self.settles()

    def goes_to(self, slug: str) -> None:
        """Go to a page by its address."""
        self.page.goto(f"{self.address}/{slug}")
        self.settles()

    # --- looking

    def settles(self) -> None:
        """Wait until the page stands still and shows no exception."""
        self.page.wait_for_selector("h1", timeout=60_000)  # the first run loads the libraries
        for _twice in range(2):  # a run may end by asking for another
            self.page.wait_for_timeout(120)  # a click reaches the server before the state changes
            self.page.wait_for_selector(IDLE, state="attached", timeout=60_000)
        assert self.page.locator(EXCEPTION).count() == 0, self.page.inner_text("body")

    def opens(self, slug: str) -> None:
        """Go to a page of the navigation by clicking it, on a phone through the menu."""
        link = self.page.locator(f'[data-testid="stSidebarNavLink"][href$="/{slug}"]')
        box = link.bounding_box()
        if not box or box["x"] < 0:  # a phone's menu is folded away to the left
            self.page.click('[data-testid="stExpandSidebarButton"]')
        link.click()
        self.settles()

    def reads(self, words: str, *, seconds: float = 20) -> Any:
        """Wait until words can be read on the page; return where."""
        found = self.page.get_by_text(words).filter(visible=True).first
        found.wait_for(timeout=seconds * 1000)
        return found

    def main(self) -> str:
        """Return all that can be read on the page."""
        return str(self.page.inner_text('[data-testid="stMain"]'))

    # --- doing

    def presses(self, words: str, *, within: Any = None) -> None:
        """Press the button with these words."""
        place = within or self.page
        place.get_by_role("button", name=words, exact=True).filter(visible=True).first.click()
        self.settles()

    def opens_form(self, words: str, first_field: str, *, within: Any = None) -> None:
        """Press a button until the form under it is in sight: a page being redrawn folds it."""
        label = self.page.locator("label").filter(has_text=first_field).filter(visible=True).first
        for _attempt in range(5):
            self.presses(words, within=within)
            try:
                label.wait_for(timeout=3_000)
            except TooLong:
                continue
            return
        label.wait_for(timeout=1_000)

    def picks(self, words: str) -> None:
        """Take one of several: a step, a kind, a village."""
        choice = self.page.get_by_role("radio", name=words, exact=True).filter(visible=True)
        if choice.get_attribute("aria-checked") != "true":
            choice.click()
            self.settles()

    def ticks(self, words: str, *, is_on: bool = True) -> None:
        """Tick a box, or take the tick out."""
        box = self.page.get_by_test_id("stCheckbox").filter(has_text=words).filter(visible=True)
        if box.locator("input").is_checked() is not is_on:
            box.locator("label").click()
            self.settles()

    def types(self, label: str, text: str, *, within: Any = None) -> None:
        """Type into the field with this label and leave it."""
        place = within or self.page
        field = place.get_by_label(label, exact=True).filter(visible=True).first
        field.fill(text)
        field.press("Tab")
        self.settles()

    def dates(self, label: str, day: date) -> None:
        """Type a day into a date field, digit by digit as its segments want it."""
        place = self._field("stDateInput", label)
        place.locator('[data-type="year"]').click()
        self.page.keyboard.type(f"{day:%Y%m%d}")
        self.page.keyboard.press("Tab")
        self.settles()

    def chooses(self, label: str, option: str | re.Pattern[str]) -> None:
        """Open a selectbox and take the option with these words."""
        field = self._field("stSelectbox", label).locator("input").first
        if field.input_value() == option:
            return
        wanted = self.page.get_by_role("option", name=option, exact=isinstance(option, str)).first
        for _attempt in range(5):  # a list that opens while the page is redrawn shuts again
            field.click()
            try:
                wanted.wait_for(timeout=2_000)
                break
            except TooLong:
                self.page.keyboard.press("Escape")
                self.page.keyboard.press("Tab")
        wanted.click()
        self.settles()

    def adds(self, label: str, option: str) -> None:
        """Add an option to a field that takes several."""
        field = self.page.get_by_label(label, exact=True).first
        wanted = self.page.get_by_role("option", name=option, exact=True).first
        for _attempt in range(5):  # a list that opens while the page is redrawn shuts again
            field.click()
            try:
                wanted.click(timeout=3_000)
                break
            except TooLong:
                self.page.keyboard.press("Escape")
        else:
            wanted.click(timeout=1_000)
        self.page.keyboard.press("Escape")
        self.settles()

    def uploads(self, file: Path) -> None:
        """Put a file into the uploader that is in sight."""
        arrived = self.page.get_by_text(file.name).filter(visible=True).first
        for _attempt in range(3):  # on a busy machine the page may just be changing uploaders
            drop = self.page.locator('[data-testid="stFileUploader"]').filter(visible=True).last
            drop.locator("input[type=file]").set_input_files(file)
            try:
                arrived.wait_for(timeout=10_000)
                break
            except TooLong:
                continue
        arrived.wait_for(timeout=1_000)
        self.settles()

    def tab(self, words: str) -> None:
        """Open a tab."""
        self.page.get_by_role("tab", name=words).click()
        self.settles()

    def unfolds(self, words: str) -> None:
        """Open a folded part of the page, if it is not open already."""
        fold = self.page.locator("details").filter(has_text=words).filter(visible=True).first
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
            self.settles()

    def _field(self, kind: str, label: str) -> Any:
        fields = self.page.locator(f'[data-testid="{kind}"]').filter(visible=True)
        wanted = self.page.locator("label", has_text=re.compile(f"^{re.escape(label)}$"))
        return fields.filter(has=wanted).first
