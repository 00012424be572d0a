"""Figures in cards that never cut a figure short, wrapping on narrow screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

from ui.components.literal import unbroken


@dataclass(frozen=True)
class Bar:
    """How far a share (0–1) has come, and the tick where it should be."""

    share: float
    wanted: float

    def __str__(self) -> str:
        share, wanted = (min(max(part, 0.0), 1.0) * 100 for part in (self.share, self.wanted))
        return (
            f'<i class="bar"><i style="width:{share:.2f}%"></i>'
            f'<i class="tick" style="left:{wanted:.2f}%"></i></i>'
        )


@dataclass(frozen=True)
class Card:
    """One figure: what it is, the figure with its unit, a second line, how it is to be felt."""

    title: str
    figure: str
    note: str = ""
    mood: Literal["", "good", "bad", "open"] = ""
    bar: Bar | None = None


def show_cards(cards: Sequence[Card]) -> None:
    """Show cards in a row."""
    inner = "".join(
        f'<div class="card {card.mood}"><span>{escape(card.title)}</span>'
        f"<b>{escape(card.figure)}</b>{card.bar or ''}"
        f"<small>{unbroken(escape(card.note))}</small></div>"
        for card in cards
    )
    st.html(f'<div class="cards of{len(cards)}">{inner}</div>')
