"""What a reading or a check noticed: one row each, never an exception, never silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from string import Formatter
from typing import Any, Literal

from gis.language import Text, say

Severity = Literal["rejected", "repaired", "doubt", "fails", "undetermined", "note"]


@dataclass(frozen=True)
class FindingKind:
    """A row of a findings table: what it means and what to do, with ``{names}`` for the values.

    ``rejected``: the row is out; ``repaired``: kept, changed; ``doubt``: kept, unchanged;
    ``fails``, ``undetermined`` and ``note`` are the grounds of a verdict.
    """

    code: str
    severity: Severity
    title: Text
    message: Text
    remedy: Text


@dataclass(frozen=True)
class Finding:
    """One finding: ``row`` is the 1-based row of the file, x and y are in the layer's own CRS."""

    code: str
    row: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    x: float | None = None
    y: float | None = None


KINDS: dict[str, FindingKind] = {}
LARGEST_DEGREES = 360.0


def register(kinds: Iterable[FindingKind]) -> None:
    """Add a package's kinds to the one table that every screen and file reads."""
    for kind in kinds:
        if KINDS.setdefault(kind.code, kind) is not kind:
            raise ValueError(f"finding code {kind.code} is defined twice")


def advice(finding: Finding) -> str:
    """Return the finding's sentence and what to do about it, in the reader's language."""
    return f"{message(finding)} {KINDS[finding.code].remedy}"


def message(finding: Finding) -> str:
    """Return the finding's sentence in the reader's language.

    A value that an older finding of the register does not have shows as —; ``alike`` is a code,
    which shows as its kind's title.
    """
    msgid = KINDS[finding.code].message.msgid
    values = dict.fromkeys(_named_in(msgid), "—") | dict(finding.values)
    if "alike" in finding.values:
        values["alike"] = KINDS[finding.values["alike"]].title
    return str(Text(msgid, values))


def place_words(row: Any, x: float | None, y: float | None) -> tuple[str, str]:
    """Return a finding's east and north as a person reads them, or words and nothing.

    Metres are told at 0.01, degrees at 0.1 m.
    """
    if x is None or y is None or x != x or y != y:
        is_of_layer = row is None or row != row
        return (say("the whole layer") if is_of_layer else say("no corner can be read")), ""
    return _told(x), _told(y)


def _told(coordinate: float) -> str:
    return f"{coordinate:.{6 if abs(coordinate) <= LARGEST_DEGREES else 2}f}"


@cache
def _named_in(msgid: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(msgid) if name)
