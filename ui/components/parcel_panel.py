"""The panel by a map: figures and grounds of the parcel that was clicked."""

from __future__ import annotations

from datetime import date
from html import escape

import geopandas as gpd
import pandas as pd
import streamlit as st
from shapely.geometry import Point

from gis.language import say
from parcels.workflow import STEP_TITLES, Step
from ui.below import SITE
from ui.components.figures import reason_words, verdict_words
from ui.components.maps import Click


def parcel_panel(parcels: gpd.GeoDataFrame, click: Click | None) -> None:
    """Show what lies under the click."""
    found = [] if click is None else parcels.sindex.query(Point(click.lon, click.lat), "within")
    if not len(found):
        st.caption(say("Click a parcel to see its figures."))
        return
    for row in sorted(found):
        st.html(_told(parcels.iloc[row], verdict_words(parcels.iloc[row])))


def parcel_facts(parcel: pd.Series, step: Step | None, day: date) -> None:
    """Show a parcel as it stood on a day: its furthest step, who answers, by when."""
    facts = [
        (say("Stage on {day}", day=day), stage_words(step)),
        *verdict_words(parcel),
        (say("Person responsible"), parcel["responsible"] or "—"),
        (say("To be done by"), str(parcel["due"] or "—")),
    ]
    st.html(_told(parcel, facts))


def stage_words(step: Step | None) -> str:
    """Return the furthest step in words."""
    return str(STEP_TITLES[step]) if step else say("Not started")


def _told(parcel: pd.Series, facts: list[tuple[str, str]]) -> str:
    title = say("Parcel {parcel_no}", parcel_no=parcel["parcel_no"] or "—")
    cells = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(str(words))}</dd></div>"
        for label, words in facts
    )
    notes = [*reason_words(parcel["reasons"])]
    if parcel["is_withdrawn"]:
        notes.insert(0, say("Withdrawn: {reason}", reason=parcel["withdrawn_reason"]))
    told = "".join(f"<li>{escape(note)}</li>" for note in notes)
    link = ""
    if pd.notna(parcel.get("ledger_id")):
        words = escape(say("Its whole life"))
        address = f"{SITE}/parcel?id={int(parcel['ledger_id'])}"
        link = f'<a href="{address}" target="_self">{words}</a>'
    return (
        f'<div class="parcel-told"><h3>{escape(title)} {link}</h3><dl>{cells}</dl>'
        f"<ul>{told}</ul></div>"
    )
