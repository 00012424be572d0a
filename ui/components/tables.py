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
from reports.renderers.xlsx import figure
from ui.components.literal import literally, unbroken

NUMBERS = frozenset({Kind.COUNT, Kind.MU, Kind.HA, Kind.SHARE, Kind.POINTS})


@dataclass(frozen=True)
class Marked:
    """A cell with how it is to be felt; its words are shown like any other's."""

    words: str
    mood: Literal["", "good", "bad", "open"] = ""

    def __str__(self) -> str:
        return self.words


def show_rows(columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, totals: int = 0) -> None:
    """Show rows of ready words or figures; the last ``totals`` rows are set off."""
    heads = "".join(_head(column) for column in columns)
    body = "".join(
        _row(columns, cells, is_total=place >= len(rows) - totals)
        for place, cells in enumerate(rows)
    )
    st.html(
        f'<div class="rows"><table><thead><tr>{heads}</tr></thead>'
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


def _head(column: Column) -> str:
    group = f"<small>{escape(column.group)}</small>" if column.group else ""
    return f'<th class="{_side(column)}">{group}{escape(column.title)}</th>'


def _row(columns: Sequence[Column], cells: Sequence[Any], *, is_total: bool) -> str:
    inner = "".join(
        f'<td class="{_side(column)}{_mood(cell)}">{unbroken(escape(str(cell)))}</td>'
        for column, cell in zip(columns, cells, strict=True)
    )
    return f'<tr class="total">{inner}</tr>' if is_total else f"<tr>{inner}</tr>"


def _mood(cell: Any) -> str:
    return f" {cell.mood}" if isinstance(cell, Marked) and cell.mood else ""


def _side(column: Column) -> str:
    return "number" if column.kind in NUMBERS else "text"
