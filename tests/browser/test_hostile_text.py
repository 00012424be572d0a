"""Names, numbers and reports that try to be markup, script or formula: shown as they are."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.browser.clicks import Person, zh
from tests.browser.running import PROJECT, Server, running
from ui.components.literal import JOINER, literally

IMAGE = "<img src=x onerror=top.HARMED=1>"
TEMPLATE = "{{7*7}}${top.HARMED=1}`${top.HARMED=1}`</script><script>top.HARMED=1</script>"
MARKDOWN = "**b** [x](javascript:top.HARMED=1) `k` $y^2$ :red[z] :smile: <b>q</b> -> www.a.cn"
TOWNSHIP = "999901103"
SIGNS = (
    'document.querySelectorAll(\'.katex, strong em, [data-testid="stMain"] img[src="x"], '
    'a[href^="javascript"], a[href*="www.a.cn"], [data-testid="stMain"] p > code, '
    '[data-testid="stMain"] b > q, .stMarkdownColoredText\').length'
)


@pytest.fixture(scope="module")
def hostile(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo county with hostile words wherever a person or a file may put words."""
    folder = tmp_path_factory.mktemp("hostile") / "var"
    shutil.copytree(demo_folder, folder)
    engine = sa.create_engine(f"sqlite:///{folder / 'tracker.db'}")
    rows = (
        ("parcel", "parcel_no", ":w || id", "township_code", MARKDOWN),
        ("ledger", "parcel_no", ":w || id", "village_code", MARKDOWN),
        ("parcel", "village", ":w", "township_code", IMAGE),
        ("parcel", "township", ":w", "township_code", TEMPLATE),
        ("region", "name", ":w", "code", IMAGE),
        ("daily_report", "help_wanted", ":w", "township_code", IMAGE),
        ("person", "display_name", ":w", "region", TEMPLATE),
    )
    with engine.begin() as connection:
        for table, column, value, key, words in rows:
            changed = connection.execute(
                sa.text(f'UPDATE "{table}" SET "{column}" = {value} WHERE {key} LIKE :place'),
                {"w": words, "place": f"{TOWNSHIP}%"},
            )
            assert changed.rowcount, (table, column)
        for table, column, words in (
            ("daily_report", "problem", TEMPLATE + MARKDOWN),
            ("project", "name", MARKDOWN),
            ("layer", "file_name", MARKDOWN),
            ("check_run", "reason", IMAGE),
        ):
            connection.execute(sa.text(f'UPDATE "{table}" SET "{column}" = :w'), {"w": words})
        connection.execute(
            sa.text(
                "UPDATE daily_report SET state = 'returned', return_reason = 'figures', "
                "return_text = :w WHERE id = (SELECT max(id) FROM daily_report "
                "WHERE township_code = :place)"
            ),
            {"w": MARKDOWN + IMAGE, "place": TOWNSHIP},
        )
    engine.dispose()
    with running(folder) as server:
        yield server


def stays_harmless(person: Person, page: str) -> str:
    """Return the words of a page, after making sure that nothing in them ran or was drawn."""
    tab = person.page
    for frame in tab.frames:
        assert frame.evaluate("window.top.HARMED") is None, page
    assert tab.evaluate(SIGNS) == 0, page
    return str(tab.inner_text("body")).replace(JOINER, "")


def test_the_township_and_the_bureau_read_every_word_as_it_was_written(
    hostile: Server, open_page: Callable[..., Any]
) -> None:
    township = Person(open_page(), hostile.address)
    township.enters_demo("town3")
    seen = stays_harmless(township, "today")
    assert MARKDOWN + IMAGE in seen, "the reason of the return"
    assert IMAGE in seen, "the village's button"
    assert MARKDOWN in seen.replace(MARKDOWN + IMAGE, ""), "the parcel's button"
    assert TEMPLATE in seen, "the name in the sidebar"
    township.page.get_by_role("button", name="b [x]", exact=False).or_(
        township.page.get_by_test_id("stButtonGroup").last.get_by_role("button")
    ).first.click()
    township.settles()
    stays_harmless(township, "today with an entry")
    for slug in ("overview", "map", "weekly"):
        township.opens(slug)
        stays_harmless(township, slug)
    bureau = Person(open_page(), hostile.address)
    bureau.enters_demo("bureau")
    words = stays_harmless(bureau, "confirm")
    assert TEMPLATE + MARKDOWN in words, "a report's problems"
    for slug in ("overview", "map", "weekly", "layers", "projects"):
        bureau.opens(slug)
        words = stays_harmless(bureau, slug)
        if slug == "projects":
            assert MARKDOWN in words
    bureau.opens("layers")
    bureau.tab(zh("2 · Check and adopt"))
    bureau.tab(zh("Map"))
    stays_harmless(bureau, "the check's map")
    admin = Person(open_page(), hostile.address)
    admin.enters_demo("admin")
    stays_harmless(admin, "people")


def test_the_sign_in_page_shows_a_hostile_name_as_text(hostile: Server, page: Any) -> None:
    page.goto(f"{hostile.address}/account/sign-in?back=/%22%3E%3Cimg src=x onerror=top.HARMED=1>")
    assert TEMPLATE in page.inner_text("body")
    assert page.evaluate("window.top.HARMED") is None
    assert page.locator("img").count() == 0


@given(st.text(alphabet="ab1 :.@-<>~=*_`$[](){}#|!&\\/\n+", max_size=40))
def test_taking_the_escapes_away_gives_back_every_word(words: str) -> None:
    escaped = literally(words)
    back = escaped.replace(JOINER, "").replace("  \n", "\n")
    plain = "".join(back[i] for i in range(len(back)) if not _escapes(back, i))
    assert plain == "\n".join(line.strip() for line in words.split("\n"))


def _escapes(text: str, place: int) -> bool:
    """Tell whether the sign at a place is a backslash that escapes the next one."""
    before = 0
    while place - before > 0 and text[place - before - 1] == "\\":
        before += 1
    return text[place] == "\\" and before % 2 == 0


@given(st.text(alphabet="ab:*_`$[]<>#|!&\\", min_size=1, max_size=30))
def test_no_sign_is_left_that_markdown_could_read(words: str) -> None:
    escaped = literally(words)
    for place, sign in enumerate(escaped):
        if sign in ":*_`$[]<>#|!&":
            assert place, escaped
            assert _escapes(escaped, place - 1), escaped


# --- the rule that keeps it so

READS_MARKDOWN = {
    "title", "header", "subheader", "markdown", "write", "caption", "success", "info", "warning",
    "error", "button", "form_submit_button", "popover", "expander", "pills", "radio", "toggle",
    "segmented_control", "selectbox", "multiselect", "text_input", "number_input", "text_area",
    "date_input", "time_input", "slider", "checkbox", "file_uploader", "spinner", "metric",
    "toast", "dialog", "download_button", "link_button", "page_link", "status",
}  # fmt: skip
DRAWS_OPTIONS_AS_MARKDOWN = {"pills", "radio", "segmented_control"}


def is_ours(node: ast.expr) -> bool:
    """Tell whether words are surely ours: said without values, of a table, or escaped."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.IfExp):
        return is_ours(node.body) and is_ours(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return all(is_ours(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_ours(node.value)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    if node.func.id == "say":
        return not node.keywords
    return node.func.id in ("literally", "str")


def sinks(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Give every call that reads Markdown, with the words handed to it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in READS_MARKDOWN or not node.args:
            continue
        yield node, node.args[0]
        if node.func.attr in DRAWS_OPTIONS_AS_MARKDOWN:
            for keyword in node.keywords:
                if keyword.arg == "format_func" and isinstance(keyword.value, ast.Lambda):
                    yield node, keyword.value.body


def names_given_by(tree: ast.AST) -> dict[str, list[ast.expr]]:
    """Return name → what is assigned to it anywhere in a module."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        given.setdefault(name.id, []).append(value)
    return given


def test_whatever_reads_markdown_is_handed_our_words_or_escaped_ones() -> None:
    wrong = []
    for file in sorted((PROJECT / "ui").rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        given = names_given_by(tree)
        for call, words in sinks(tree):
            is_name = isinstance(words, ast.Name) and words.id in given
            values = given[words.id] if is_name else [words]  # type: ignore[union-attr]
            if not all(is_ours(value) for value in values):
                wrong.append(f"{file.relative_to(PROJECT)}:{call.lineno} {ast.unparse(words)}")
    assert wrong == []
