"""What a cell says, the same in every format: rounded once, half-up, text cleaned."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from gis.language import CHINESE, language
from gis.units import half_up, to_ha, to_mu
from reports.clean import clean
from reports.document import Column, Kind, Table

CHINESE_NUMERALS = "一二三四五六七八九十"
LEFT = frozenset({Kind.TEXT})


def figure(value: Any, kind: Kind) -> int | float | str | date | None:
    """Return a cell's figure rounded half-up as it is printed; areas come in as m².

    None and NaN, which is how frames say unknown, have no figure.
    """
    if value is None or value != value:
        return None
    rounded: Decimal
    match kind:
        case Kind.MU:
            rounded = half_up(to_mu(value), 2)
        case Kind.HA:
            rounded = half_up(to_ha(value), 4)
        case Kind.AREA_M2:
            rounded = half_up(value, 2)
        case Kind.SHARE:
            rounded = half_up(value, 4)
        case Kind.POINTS:
            rounded = half_up(value * 100, 2)
        case Kind.COUNT:
            return int(value)
        case Kind.DAY:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        case _:
            return clean(str(value))
    return float(rounded)


def printed(value: Any, kind: Kind) -> str:
    """Return a cell in words, as a printed page shows it; empty where there is no figure."""
    return figure_words(figure(value, kind), kind)


def figure_words(shown: int | float | str | date | None, kind: Kind) -> str:
    """Return a rounded figure in words."""
    if shown is None:
        return ""
    match kind:
        case Kind.HA:
            return f"{shown:,.4f}"
        case Kind.SHARE:
            return f"{Decimal(str(shown)) * 100:,.2f}%"
        case Kind.POINTS:
            return f"{shown:+,.2f}" if shown else "0.00"
        case Kind.MU | Kind.AREA_M2:
            return f"{shown:,.2f}"
        case Kind.COUNT:
            return f"{shown:,}"
    return str(shown)


@lru_cache(maxsize=65_536)
def width_of(text: str) -> int:
    """Return how many half-width columns a line of text takes."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def longest_line(column: Column, table: Table, position: int) -> int:
    """Return the width of a column's longest printed line, its head apart."""
    shown = (printed(cells[position], column.kind) for cells in table.rows)
    return max((width_of(line) for text in shown for line in text.split("\n")), default=0)


def heads(columns: tuple[Column, ...]) -> list[tuple[str, list[Column]]]:
    """Return the head's upper row: group (empty for a column that stands alone) and its columns."""
    grouped: list[tuple[str, list[Column]]] = []
    for column in columns:
        if column.group and grouped and grouped[-1][0] == column.group:
            grouped[-1][1].append(column)
        else:
            grouped.append((column.group, [column]))
    return grouped


def numbered(paragraphs: tuple[tuple[str, str], ...]) -> list[tuple[str, list[str]]]:
    """Return heads with their number (一、二、… or 1. 2. …) and the lines under them, cleaned.

    A single paragraph needs no number, and one without a head gets none.
    """
    with_head = [head for head, _words in paragraphs if head]
    made: list[tuple[str, list[str]]] = []
    for head, words in paragraphs:
        if head and len(with_head) > 1:
            place = sum(1 for shown, _lines in made if shown)
            head = f"{_ordinal(place)}{head}"
        made.append((clean(head), clean(words).split("\n")))
    return made


def _ordinal(place: int) -> str:
    if language() != CHINESE:
        return f"{place + 1}. "
    return f"{CHINESE_NUMERALS[place]}、" if place < len(CHINESE_NUMERALS) else f"{place + 1}、"
