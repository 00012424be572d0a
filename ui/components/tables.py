"""Tables on screen: plain HTML that any browser reads and prints; a document's very cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any, Literal

import streamlit as st

from gis.units import half_up
from reports.document import Column, Kind, Table
from reports.renderers.cells import figure, heads
from ui.components.literal import literally, unbroken

NUMBERS = frozenset({Kind.COUNT, Kind.MU, Kind.HA, Kind.SHARE, Kind.POINTS})


@dataclass(frozen=True)
class Marked:
    """A cell with how it is to be felt; its words are shown like any other's."""

    words: str
    mood: Literal["", "good", "bad", "open"] = ""

    def __str__(self) -> str:
        return self.words


def show_rows(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    *,
    totals: int = 0,
    is_listed: bool = False,
) -> None:
    """Show rows of ready words or figures; the last ``totals`` rows are set off."""
    st.html(rows_html(columns, rows, totals=totals, is_listed=is_listed))


def rows_html(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    *,
    totals: int = 0,
    is_listed: bool = False,
) -> str:
    """Return a table; one row alone, or ``is_listed``, reads as head and figure on a phone."""
    body = "".join(
        _row(columns, cells, is_total=place >= len(rows) - totals)
        for place, cells in enumerate(rows)
    )
    looks = ["rows"]
    looks += ["listed"] if is_listed or len(rows) == 1 else []
    looks += ["grouped"] if any(column.group for column in columns) else []
    return (
        f'<div class="{" ".join(looks)}"><table><thead>{_heads(columns)}</thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def show_table(table: Table) -> None:
    """Show a document's table with the rounded figures of its file."""
    st.subheader(literally(table.title))
    rows = [
        [words(value, column.kind) for column, value in zip(table.columns, cells, strict=True)]
        for cells in table.rows
    ]
    show_rows(table.columns, rows, totals=table.totals)
    if table.note:
        st.caption(literally(table.note))


def words(value: Any, kind: Kind) -> str:
    """Return a cell as people read it; a dash where there is no figure."""
    shown = figure(value, kind)
    if shown is None:
        return "—"
    match kind:
        case Kind.SHARE:
            return f"{half_up(value * 100, 2)}%"
        case Kind.POINTS:
            return f"{Decimal(str(shown)):+.2f}"
        case Kind.MU:
            return f"{shown:,.2f}"
        case Kind.HA:
            return f"{shown:,.4f}"
    return str(shown)


def _heads(columns: Sequence[Column]) -> str:
    """Return the head: one row, or groups above the titles that they share."""
    groups = heads(tuple(columns))
    if not any(group for group, _own in groups):
        return f"<tr>{''.join(map(_head, columns))}</tr>"
    upper = "".join(
        f'<th class="group" colspan="{len(own)}">{escape(group)}</th>' if group
        else _head(own[0], rows=2)
        for group, own in groups
    )  # fmt: skip
    lower = "".join(_head(column) for group, own in groups if group for column in own)
    return f"<tr>{upper}</tr><tr>{lower}</tr>"


def _head(column: Column, *, rows: int = 1) -> str:
    span = f' rowspan="{rows}"' if rows > 1 else ""
    return f'<th class="{_side(column)}"{span}>{escape(column.title)}</th>'


def _row(columns: Sequence[Column], cells: Sequence[Any], *, is_total: bool) -> str:
    inner = "".join(
        f'<td class="{_side(column)}{_mood(cell)}" data-head="{escape(_whole_title(column))}">'
        f"{unbroken(escape(str(cell)))}</td>"
        for column, cell in zip(columns, cells, strict=True)
    )
    return f'<tr class="total">{inner}</tr>' if is_total else f"<tr>{inner}</tr>"


def _whole_title(column: Column) -> str:
    return f"{column.group} {column.title}" if column.group else column.title


def _mood(cell: Any) -> str:
    return f" {cell.mood}" if isinstance(cell, Marked) and cell.mood else ""


def _side(column: Column) -> str:
    return "number" if column.kind in NUMBERS else "text"
