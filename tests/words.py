"""The words of the code and their translations; ``python -m tests.words`` brings the catalogues up.

Found by an ``ast`` walk over calls of ``_("…")`` and ``say("…")``; literals may be concatenated.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("gis", "parcels", "reports", "ui")
MARKS = ("_", "say")
LOCALE = "zh_CN"
HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: zh_CN\\n"

"""


@dataclass(frozen=True)
class Word:
    """One marked call: its message, or None where the argument is not a literal."""

    msgid: str | None
    file: Path
    line: int
    names: frozenset[str] | None  # of the values handed in; None where ``**values`` hides them


def words_in(source: str, file: Path) -> Iterator[Word]:
    """Give every marked call of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            names = [keyword.arg for keyword in node.keywords]
            handed = None if None in names else frozenset(name for name in names if name)
            yield Word(_literal(node.args[0]) if node.args else None, file, node.lineno, handed)


def words_of(package: str) -> list[Word]:
    """Return every marked call of a package, in order of files and lines."""
    files = sorted((ROOT / package).rglob("*.py"))
    return [word for file in files for word in words_in(file.read_text("utf-8"), file)]


def translations(package: str) -> dict[str, str]:
    """Return msgid → msgstr of a package's catalogue, empty translations included."""
    file = catalogue_file(package)
    if not file.exists():
        return {}
    with file.open("rb") as stream:
        return {str(entry.id): str(entry.string) for entry in read_po(stream) if entry.id}


def catalogue_file(package: str) -> Path:
    """Return where a package's Chinese lies."""
    return ROOT / package / "locale" / f"{LOCALE}.po"


def placeholders(message: str) -> set[str]:
    """Return the ``{names}`` of a message."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(message) if name}


def renew(package: str) -> tuple[int, int]:
    """Rewrite a package's catalogue from its code; return how many messages, how many untranslated.

    Translations that exist are kept; messages that the code no longer says go.
    """
    kept = translations(package)
    catalogue = Catalog(locale=LOCALE)
    for msgid in sorted({word.msgid for word in words_of(package) if word.msgid}):
        catalogue.add(msgid, kept.get(msgid, ""))
    target = io.BytesIO()
    write_po(target, catalogue, width=100, no_location=True, omit_header=True, sort_output=True)
    body = re.sub(r"^#, python-.*\n", "", target.getvalue().decode(), flags=re.MULTILINE)
    file = catalogue_file(package)
    file.parent.mkdir(exist_ok=True)
    file.write_text(HEADER + body.strip() + "\n", encoding="utf-8")
    written = translations(package)
    return len(written), sum(not text for text in written.values())


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left), _literal(node.right)
        return None if left is None or right is None else left + right
    return None


if __name__ == "__main__":
    for package in sys.argv[1:] or PACKAGES:
        count, empty = renew(package)
        print(f"{package}: {count} messages, {empty} without a translation")
