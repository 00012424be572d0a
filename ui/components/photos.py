"""Photos in a row, each with what its place and time say; unknown is said and blames nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import geopandas as gpd
import streamlit as st

from gis.language import say
from reports.daily import OFFICE_TIME
from reports.photos import PLACE_TITLES, TIME_TITLES, Agreement, Photo, compared
from ui.below import SITE


def show_photos(photos: Sequence[Photo], outlines: gpd.GeoSeries, day: date) -> None:
    """Show photos; ``outlines`` are those of the parcels they may show, indexed by ledger id."""
    if not photos:
        return
    figures = "".join(
        _figure(place, photo, outlines, day) for place, photo in enumerate(photos, start=1)
    )
    st.html(f'<div class="photos">{figures}</div>')


def _figure(place: int, photo: Photo, outlines: gpd.GeoSeries, day: date) -> str:
    own = outlines[outlines.index == photo.ledger_id] if photo.ledger_id else outlines
    found = compared(photo, list(own), day)
    lines = []
    for agreement, title in (
        (found.place, PLACE_TITLES[found.place]),
        (found.time, TIME_TITLES[found.time]),
    ):
        words = str(title)
        if agreement is found.place and found.distance_m and agreement is not Agreement.AGREES:
            words += say(" ({metres} m)", metres=f"{found.distance_m:,.0f}")
        lines.append((words, agreement is Agreement.DIFFERS))
    if photo.taken_at:
        lines[-1] = (f"{lines[-1][0]} {photo.taken_at.astimezone(OFFICE_TIME):%m-%d %H:%M}",
                     lines[-1][1])  # fmt: skip
    if photo.seen_elsewhere:
        lines.append((say("The same picture was attached before"), True))
    told = "<br>".join(
        f"<b>{escape(words)}</b>" if is_odd else escape(words) for words, is_odd in lines
    )
    name = escape(f"{place} · {photo.file_name}")
    return (
        f'<figure><a href="{SITE}/files/photo/{photo.id}" target="_blank" rel="noopener">'
        f'<img src="{SITE}/files/photo/{photo.id}/small" alt="{name}" loading="lazy"></a>'
        f"<figcaption>{name}<br>{told}</figcaption></figure>"
    )
