"""An evidence card on a page: before and after side by side, figures, grounds, history."""

from __future__ import annotations

from html import escape
from typing import Any

import streamlit as st

from gis.language import say
from parcels.evidence.ground import Ground
from parcels.evidence.words import figure_lines, history_lines, reason_lines
from parcels.imagery import MOMENT_TITLES, Moment
from parcels.people.sessions import Session
from parcels.rules.verdicts import Verdict
from ui.components.literal import literally
from ui.routes.cards import card_address

MOODS = {Verdict.PASS: "good", Verdict.FAIL: "bad", Verdict.UNDETERMINED: "open"}


def show_card(session: Session, ground: Ground, index: Any) -> None:
    """Show one parcel's card."""
    parcel = ground.parcels.loc[index]
    pictures = "".join(
        f'<figure><img src="{escape(card_address(session, ground, int(parcel["id"]), moment))}" '
        f'alt="{escape(str(MOMENT_TITLES[moment]))}" loading="eager"></figure>'
        for moment in Moment
    )
    rows = "".join(
        f"<tr><th>{escape(label)}</th><td>{escape(words)}</td></tr>"
        for label, words in figure_lines(parcel)
    )
    grounds = "".join(f"<li>{escape(sentence)}</li>" for sentence in reason_lines(parcel))
    number = say("Parcel {parcel_no}", parcel_no=parcel["parcel_no"] or f"#{parcel['row']}")
    mood = MOODS.get(Verdict(parcel["verdict"]), "")
    st.html(
        f'<div class="evidence"><div class="pictures">{pictures}</div>'
        f'<div class="told {mood}"><h3>{escape(number)}</h3><table>{rows}</table>'
        f"<ul>{grounds}</ul></div></div>"
    )
    history = history_lines(*ground.history(index))
    if history:
        with st.expander(literally(say("History: {count}", count=len(history)))):
            for sentence in history:
                st.text(f"· {sentence}")
