"""The panel beside a map: figures and grounds of the parcel that was clicked."""

from __future__ import annotations

from html import escape

import geopandas as gpd
import pandas as pd
import streamlit as st
from shapely.geometry import Point

from gis.language import say
from parcels.workflow import STEP_TITLES, Step
from ui.components.figures import reason_words, verdict_words
from ui.components.literal import literally
from ui.components.maps import Click


def parcel_panel(
    parcels: gpd.GeoDataFrame, click: Click | None, stage: pd.Series | None = None
) -> None:
    """Show what lies under the click; ``stage`` is the furthest step by row of ``parcels``."""
    found = [] if click is None else parcels.sindex.query(Point(click.lon, click.lat), "within")
    if not len(found):
        st.caption(say("Click a parcel to see its figures."))
        return
    for index, parcel in parcels.iloc[sorted(found)].iterrows():
        st.subheader(literally(say("Parcel {parcel_no}", parcel_no=parcel["parcel_no"] or "—")))
        for label, words in verdict_words(parcel):
            st.text(f"{label}：{words}")
        if stage is not None:
            st.text(f"{say('Stage')}：{stage_words(stage[index])}")
        if parcel["is_withdrawn"]:
            st.text(say("Withdrawn: {reason}", reason=parcel["withdrawn_reason"]))
        for sentence in reason_words(parcel["reasons"]):
            st.text(f"· {sentence}")
        if pd.notna(parcel.get("ledger_id")):
            words = escape(say("Its whole life"))
            address = f"/parcel?id={int(parcel['ledger_id'])}"
            st.html(f'<a href="{address}" target="_self">{words}</a>')


def stage_words(step: Step | None) -> str:
    """Return the furthest step in words."""
    return str(STEP_TITLES[step]) if step else say("Not started")
