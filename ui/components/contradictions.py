"""Contradictions as cards: the claim, the map cut-out of what was seen, and the answers."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import say
from gis.units import format_m2
from parcels.people import access
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.contradictions.reading import Card
from reports.contradictions.states import NEXT_STATES, STATE_TITLES, State
from reports.daily import OFFICE_TIME
from reports.services.answer_contradiction import answer_contradiction
from ui import following, office
from ui.below import SITE
from ui.components.literal import literally
from ui.components.photos_about import attach_photos

DO = {
    State.EXPLAINED: lambda: say("Explain"),
    State.ACCEPTED: lambda: say("Accept the explanation"),
    State.OPEN: lambda: say("Not convincing: ask again"),
    State.SEEN_CLEARED: lambda: say("On site: cleared"),
    State.SEEN_STANDING: lambda: say("On site: still standing"),
}


def show_contradictions(session: Session, project: Project, *, region: str = "") -> int:
    """Show the cards that are not settled in the person's region; return how many there are."""
    cards = following.contradictions(session, project, region)
    if cards:
        st.subheader(literally(say("Contradictions: {count}", count=len(cards))))
    for card in cards:
        _card(session, project, card)
    return len(cards)


def _card(session: Session, project: Project, card: Card) -> None:
    with st.container(border=True):
        st.html(_words(card))
        for answer in card.answers:
            at = answer.at.astimezone(OFFICE_TIME)
            st.text(f"{at:%m-%d %H:%M} {answer.by} · {STATE_TITLES[answer.state]}：{answer.text}")
        possible = [
            to
            for to, action in NEXT_STATES[card.state].items()
            if access.may(session.actor, action, card.region)
        ]
        if not possible:
            return
        with st.expander(say("Answer"), expanded=False):
            text = st.text_area(
                say("What you know of this parcel"), key=f"contradiction {card.id}",
                max_chars=1000, height=80,
            )  # fmt: skip
            attach_photos(
                session, project, card.region, f"contradiction:{card.id}",
                ledger_id=card.ledger_id,
            )  # fmt: skip
            beside = st.container(horizontal=True)
            for to in possible:
                if beside.button(literally(DO[to]()), key=f"contradiction {card.id} {to}"):
                    answer_contradiction(
                        office.store(), session.actor, card.id, to, text=text, now=office.now()
                    )
                    st.rerun()


def _words(card: Card) -> str:
    title = f"{card.village} {card.parcel_no}"
    claim = say(
        "Reported cleared on {day} ({area} m²).",
        day=card.claimed_on, area=format_m2(card.claimed_m2),
    )  # fmt: skip
    if card.is_judged:
        seen = say("The image of {day} was judged: structures still stand.", day=card.image_date)
    else:
        seen = say(
            "The image of {day} still shows {area} m² of structures.",
            day=card.image_date, area=format_m2(card.standing_m2),
        )  # fmt: skip
    picture = (
        f'<a href="{SITE}/files/contradiction/{card.id}.png" target="_blank" rel="noopener">'
        f'<img src="{SITE}/files/contradiction/{card.id}.png" alt="" loading="lazy"></a>'
    )
    return (
        f'<div class="contradiction">{picture}<div><b>{escape(title)}</b>'
        f"<p>{escape(claim)}<br>{escape(seen)}</p>"
        f"<p><i>{escape(str(STATE_TITLES[card.state]))}</i></p></div></div>"
    )
