"""Words in the reader's language, from one gettext catalogue per package.

Message ids are English; ``<package>/locale/zh_CN.po`` holds the Chinese. ``_`` makes a text that is
translated when it is shown (tables, errors); ``say`` translates at once (pages, command line).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

CHINESE = "zh_CN"
ENGLISH = "en"
LANGUAGES = {CHINESE: "简体中文", ENGLISH: "English"}
ROOT = Path(__file__).resolve().parent.parent

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """Return the language of this thread: chosen, else ``TRACKER_LANGUAGE``, else Chinese."""
    wanted = _chosen.get() or office_language()
    return wanted if wanted in LANGUAGES else CHINESE


def office_language() -> str:
    """Return the language of what the office issues, whoever asks: ``TRACKER_LANGUAGE``."""
    wanted = os.environ.get("TRACKER_LANGUAGE", CHINESE)
    return wanted if wanted in LANGUAGES else CHINESE


def choose_language(code: str) -> None:
    """Set the language of this thread; an unknown code means Chinese."""
    _chosen.set(code if code in LANGUAGES else CHINESE)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use a language for the length of a ``with`` block."""
    token = _chosen.set(code)
    try:
        yield
    finally:
        _chosen.reset(token)


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Return message id → translation over all packages; empty for English."""
    words: dict[str, str] = {}
    for file in sorted(ROOT.glob(f"*/locale/{code}.po")):
        with file.open("rb") as stream:
            words |= {
                str(entry.id): str(entry.string)
                for entry in read_po(stream, locale=code)
                if entry.id and entry.string and not entry.fuzzy
            }
    return words


def say(msgid: str, /, **values: object) -> str:
    """Return the message in the reader's language with its ``{names}`` filled in."""
    template = catalogue(language()).get(msgid, msgid)
    return template.format(**values) if values else template


@dataclass(frozen=True)
class Text:
    """A message that is translated when it is shown: ``str(text)``."""

    msgid: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.msgid, **self.values)


def _(msgid: str, /, **values: object) -> Text:
    """Mark a message for translation at the moment it is shown."""
    return Text(msgid, values)


class Problem(Exception):
    """Something the person can mend: says what happened, to which thing, and what to do next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return str(self.text)


def run_on(*sentences: str) -> str:
    """Return sentences one after another, parted as the language does; empty ones fall out."""
    return ("" if language() == CHINESE else " ").join(filter(None, sentences))


def labelled(label: object, words: object) -> str:
    """Return a label with its words, parted as the language does."""
    return f"{label}{'：' if language() == CHINESE else ': '}{words}"


def listed(parts: Iterable[str]) -> str:
    """Return clauses one after another in a sentence, parted as the language does."""
    return ("；" if language() == CHINESE else "; ").join(parts)


def named(parts: Iterable[str]) -> str:
    """Return names one after another, parted as the language does."""
    return ("、" if language() == CHINESE else ", ").join(parts)
