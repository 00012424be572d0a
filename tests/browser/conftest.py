"""A browser that tells on the pages: requests outside, answers of 400 and more, console errors."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.chromium import CHROMIUM, QUIET
from tests.browser.running import PROJECT, Server, fill_with_the_demo_county, running
from tests.made_once import made_once

LONGEST = (
    "test_the_loop_by_clicks",
    "test_maps_by_clicks",
    "test_the_whole_line",
    "test_grounds_by_clicks",
    "test_nobody_gets_in",
    "test_every_page",
    "test_phone",
)

LOCAL = ("127.0.0.1", "localhost", "")  # "" is data: and blob:
OpenPage = Callable[..., Any]
HAS_FAILED = pytest.StashKey[bool]()


def pictures() -> Path:
    """Return the folder for pictures."""
    folder = Path(os.environ.get("TRACKER_SCREENSHOTS", PROJECT / "build" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Watch:
    """Everything that went wrong in the browser pages of one test."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.expected: tuple[str, ...] = ()

    def over(self, page: Any) -> None:
        """Listen to a page from its first request on."""
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("response", self._answered)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"script error {error}"))

    def _asked(self, url: str) -> None:
        if (urlsplit(url).hostname or "") not in LOCAL:
            self.wrong.append(f"request to {url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status} {response.url}")

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.wrong.append(f"console: {message.text}")

    def verdict(self) -> list[str]:
        """Return what went wrong and was not expected by the test."""
        return [words for words in self.wrong if not any(e in words for e in self.expected)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests."""
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("needs Chromium")
    with sync_api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def watch() -> Watch:
    """What the browser complained about in this test."""
    return Watch()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let the fixtures know that a test failed: what the person saw then is worth a picture."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[HAS_FAILED] = True
    return report


@pytest.fixture
def open_page(browser: Any, watch: Watch, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open pages, each with cookies of its own; the test fails if any of them misbehaved."""
    contexts = []

    def opened(**options: Any) -> Any:
        wanted = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"} | options
        context = browser.new_context(**wanted)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        return page

    yield opened
    has_failed = request.node.stash.get(HAS_FAILED, False)
    for number, context in enumerate(contexts, start=1):
        if has_failed and context.pages:
            context.pages[0].screenshot(path=pictures() / f"failed-{number}.png", full_page=True)
        context.close()
    assert has_failed or watch.verdict() == []


@pytest.fixture
def page(open_page: OpenPage) -> Any:
    """One page, 1280 wide."""
    return open_page()


@pytest.fixture
def shot() -> Callable[[Any, str], None]:
    """Keep a picture of a whole page in ``TRACKER_SCREENSHOTS`` (default: build/screenshots)."""
    folder = pictures()

    def keep(page: Any, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return keep


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo database, made once; copy it, never write to it."""

    def filled(room: Path) -> Path:
        fill_with_the_demo_county(room / "var")
        return room / "var"

    return made_once(tmp_path_factory, "demo-database", filled)


@pytest.fixture(scope="session")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application on a copy of the demo database."""
    folder = tmp_path_factory.mktemp("shown") / "var"
    shutil.copytree(demo_folder, folder)
    with running(folder) as server:
        yield server


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Server]:
    """The application on its first day: an empty folder."""
    with running(tmp_path / "var") as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: they start the application. The longest files come first, so
    that two workers end together."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else 99)
