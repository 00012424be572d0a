"""The guides name buttons and pages as the screen does, and show what the browser tests saw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gis.language import CHINESE, catalogue
from parcels.people.access import may
from parcels.people.actor import Actor, Role
from tests.builders import COUNTY, TOWNSHIP_A
from ui.pages import PAGES

PROJECT = Path(__file__).resolve().parents[1]
GUIDES = sorted((PROJECT / "docs" / "guides").glob("*.md"))
SHOT = re.compile(r'shot\([^,]+, f?"([^"{]+)"\)')
FOR = {
    "township": Actor(1, "t", "t", Role.TOWNSHIP_REPORTER, TOWNSHIP_A, ""),
    "bureau": Actor(1, "b", "b", Role.BUREAU_CLERK, COUNTY, ""),
    "inspector": Actor(1, "i", "i", Role.INSPECTOR, COUNTY, ""),
}
OF_ADMINISTRATORS = {"bureau": {"people", "audit"}}


def on_screen() -> set[str]:
    """Return every message of the interface in Chinese; what it fills in is an ellipsis."""
    return {re.sub(r"\{\w+\}", "…", words) for words in catalogue(CHINESE).values() if words}


def shown_by_tests() -> set[str]:
    """Return the names of the pictures that browser tests take."""
    files = (PROJECT / "tests" / "browser").glob("*.py")
    return {name for file in files for name in SHOT.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_what_a_guide_puts_in_brackets_stands_on_the_screen(guide: Path) -> None:
    named = re.findall(r"「([^」]+)」", guide.read_text(encoding="utf-8"))
    assert len(named) > 5
    assert [words for words in named if words not in on_screen()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guides_pictures_are_those_that_browser_tests_take(guide: Path) -> None:
    shown = re.findall(r"\]\(\.\./pictures/([\w-]+)\.png\)", guide.read_text(encoding="utf-8"))
    assert shown
    assert [name for name in shown if name not in shown_by_tests()] == []
    assert [n for n in shown if not (PROJECT / "docs" / "pictures" / f"{n}.png").is_file()] == []


def test_each_role_of_the_loop_has_its_guide() -> None:
    assert {guide.stem for guide in GUIDES} == set(FOR)


@pytest.mark.parametrize("name", FOR)
def test_a_guide_sends_nobody_to_a_page_that_is_not_theirs(name: str) -> None:
    titles = {catalogue(CHINESE)[page.title.msgid]: page for page in PAGES}
    text = (PROJECT / "docs" / "guides" / f"{name}.md").read_text(encoding="utf-8")
    named = [titles[one] for one in re.findall(r"「([^」]+)」", text) if one in titles]
    assert named
    closed = [page.slug for page in named if not may(FOR[name], page.action)]
    assert set(closed) == OF_ADMINISTRATORS.get(name, set())
