"""One cleaning before every writer: no control characters, nothing unseen, no endless text."""

from __future__ import annotations

import unicodedata

LONGEST = 10_000
_KEPT = {"\n", "\t"}
# signs without a shape: they turn the order of what is read, or let an empty text look filled
_UNSEEN = frozenset(
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\ufeff"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufff9\ufffa\ufffb"
)


def clean(text: str) -> str:
    """Return the text without what XML and Excel refuse or nobody sees, at most 10 000 signs."""
    if text.isprintable():  # nothing to take out, and told twenty times faster
        return text[:LONGEST]
    return "".join(letter for letter in text[:LONGEST] if _is_safe(letter))


def _is_safe(letter: str) -> bool:
    if letter in _KEPT:
        return True
    if letter in _UNSEEN:
        return False
    is_noncharacter = ord(letter) & 0xFFFE == 0xFFFE
    return not is_noncharacter and unicodedata.category(letter) not in ("Cc", "Cs")
