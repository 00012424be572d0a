"""What the colours of a map mean, as plain HTML beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from gis.palette import Paint, paint_of

_SWATCH = (
    "display:inline-block;width:1.5em;height:1em;margin-right:.45em;vertical-align:-.1em;"
    "box-sizing:border-box;print-color-adjust:exact;-webkit-print-color-adjust:exact;"
)


def swatch(paint: Paint) -> str:
    """Return a small box drawn like the shapes on the map: fill, outline weight, dash."""
    line = "solid"
    if paint.dash is not None:
        line = "dotted" if paint.dash.startswith("1 ") else "dashed"
    width = max(1, round(paint.weight_px))
    style = f"{_SWATCH}background:{paint.fill};border:{width}px {line} {paint.outline};"
    return f'<span aria-hidden="true" style="{style}"></span>'


def legend_html(rows: Sequence[tuple[Paint | str, str]], title: str) -> str:
    """Return the legend as HTML with every word escaped; an empty title gives no heading."""
    items = "".join(
        '<span style="display:inline-block;margin:0 1.1em .25em 0;white-space:nowrap">'
        f"{swatch(paint_of(colour))}{escape(str(label))}</span>"
        for colour, label in rows
    )
    heading = f'<b style="margin-right:1em">{escape(str(title))}</b>' if title else ""
    return f'<div class="map-legend" style="font-size:.9em;line-height:1.7">{heading}{items}</div>'


def legend(rows: Sequence[tuple[Paint | str, str]], title: str) -> None:
    """Show the legend: a swatch and a label per row, wrapping on narrow screens."""
    st.html(legend_html(rows, title))
