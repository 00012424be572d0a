"""A document's table on screen: the very cells the file prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from gis.units import half_up
from reports.document import Column, Kind, Table
from reports.renderers.xlsx import figure


def show_table(table: Table) -> None:
    """Show a table with the rounded figures of its file, columns named with their group."""
    titles = [f"{c.group} · {c.title}" if c.group else c.title for c in table.columns]
    rows = [
        [_words(value, column) for column, value in zip(table.columns, cells, strict=True)]
        for cells in table.rows
    ]
    st.subheader(table.title)
    st.dataframe(pd.DataFrame(rows, columns=titles), hide_index=True, use_container_width=True)


def _words(value: Any, column: Column) -> str:
    shown = figure(value, column.kind)
    if shown is None:
        return "—"
    match column.kind:
        case Kind.SHARE:
            return f"{half_up(value * 100, 2)} %"
        case Kind.POINTS:
            return f"{Decimal(str(shown)):+.2f}"
        case Kind.MU:
            return f"{shown:,.2f}"
        case Kind.HA:
            return f"{shown:,.4f}"
    return str(shown)
