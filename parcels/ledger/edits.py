"""Cells that people write: read by kind, and never over what another has written meanwhile."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gis.language import Problem, Text, _
from parcels.ledger.columns import EDITABLE, CellKind

LONGEST = 1000
FIRST_YEAR, LAST_YEAR = 1990, 2100
Cell = str | date | None


@dataclass(frozen=True)
class Edit:
    """One cell as its editor saw it and as they want it; ``version`` is the row's, as seen."""

    ledger_id: int
    version: int
    column: str
    seen: Cell
    wanted: Cell


@dataclass(frozen=True)
class Conflict:
    """A cell that another has changed meanwhile: both values, nothing overwritten."""

    parcel_no: str
    column: str
    theirs: Cell
    yours: Cell
    by: str


@dataclass(frozen=True)
class Saved:
    """How many cells were written, and the conflicts that were not."""

    cells: int
    conflicts: tuple[Conflict, ...]


def cell_of(column: str, value: Any) -> Cell:
    """Return what a person wrote as the ledger keeps it; raises Problem for a day that is none."""
    kind = EDITABLE[column].kind
    if value is None or value != value or str(value).strip() == "":
        return None if kind is CellKind.DAY else ""
    if kind is CellKind.DAY:
        return _day(value, EDITABLE[column].title)
    words = "".join(c for c in str(value) if c == "\n" or unicodedata.category(c)[0] != "C")
    if len(words) > LONGEST:
        raise Problem(
            _("{column} holds {count} characters; {most} is the most.",
              column=EDITABLE[column].title, count=len(words), most=LONGEST)
        )  # fmt: skip
    return words.strip()


def decided(
    edits: list[Edit], present: Mapping[int, Mapping[str, Any]]
) -> tuple[dict[int, dict[str, Cell]], list[Edit]]:
    """Return what is written (ledger id → column → value) and the edits that conflict.

    A cell conflicts when its row has a newer version than the editor saw and the cell itself is
    not what they saw. Asking for what stands already is no change.
    """
    written: dict[int, dict[str, Cell]] = {}
    conflicts: list[Edit] = []
    for edit in edits:
        row = present[edit.ledger_id]
        stands = row[edit.column]
        if edit.wanted == stands:
            continue
        if row["version"] != edit.version and stands != edit.seen:
            conflicts.append(edit)
            continue
        written.setdefault(edit.ledger_id, {})[edit.column] = edit.wanted
    return written, conflicts


def _day(value: Any, title: Text) -> date:
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        try:
            value = date.fromisoformat(str(value).strip()[:10].replace("/", "-"))
        except ValueError:
            raise Problem(
                _("{column}: {text} is no day; write it as 2026-03-12.",
                  column=title, text=repr(str(value)[:40]))
            ) from None  # fmt: skip
    if not FIRST_YEAR <= value.year < LAST_YEAR:
        raise Problem(_("{column}: {day} cannot be.", column=title, day=value))
    return value
