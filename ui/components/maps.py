"""Maps: the only module that knows folium. Draws from ``/assets`` alone, asks no outside host.

A base map never changes; whatever changes is a group handed to ``show``, so zoom and place are
kept. Text reaches the page as text nodes (``assets/map.js``), never as HTML. Never cache a
``folium.Map`` or a group: showing one alters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
import streamlit as st
from branca.element import MacroElement
from folium.template import Template

from gis.language import say
from gis.palette import paint_of
from ui.components.map_base import ROOT as ROOT
from ui.components.map_base import OfflineMap as OfflineMap
from ui.components.map_base import base_map as base_map
from ui.components.outlines import DECIMALS, cannot_be_drawn, outlines_of, style_of
from ui.components.scripts import Script

MOST_SHAPES = 2000
"""Above this, show a tile layer (``tiles_group``): 50 000 shapes took a browser 73 s (measured)."""

MOST_CORNERS, LEAST_CORNERS = 400, 3
Group = folium.FeatureGroup


@dataclass(frozen=True)
class Click:
    """Where the person last clicked; ``is_new`` only in the run that follows the click.

    ``day`` is what a map of days showed then, as the page says it; ``lasso`` is the line that was
    drawn around what is meant.
    """

    lon: float
    lat: float
    is_new: bool
    day: str = ""
    lasso: tuple[tuple[float, float], ...] = ()


def parcels_group(
    parcels: gpd.GeoDataFrame,
    *,
    fill: pd.Series,
    tooltip: Sequence[tuple[str, str]] = (),
    key: str,
    highlight: pd.Series | npt.NDArray[np.bool_] | None = None,
) -> folium.FeatureGroup:
    """Return parcels (degrees) painted by ``fill``, a colour or ``Paint`` per row of ``parcels``.

    ``tooltip``: (label, column) pairs shown on hover, in order; values are shown as they are, so
    format them first. ``highlight``: True for the chosen ones, drawn on top with a heavy outline.
    Rows of ``cannot_be_drawn`` are left out.
    """
    _require_degrees(parcels)
    chosen = np.zeros(len(parcels), dtype=bool)
    if highlight is not None:
        chosen = np.asarray(highlight, dtype=bool)
    if not parcels.index.equals(fill.index) or len(chosen) != len(parcels):
        raise ValueError("fill and highlight must have exactly the rows of the parcels")
    drawn = ~cannot_be_drawn(parcels).to_numpy()
    columns = [_as_text(parcels[column]) for _label, column in tooltip]
    outlines = outlines_of(parcels)
    order = np.concatenate([np.flatnonzero(drawn & ~chosen), np.flatnonzero(drawn & chosen)])
    looks = [
        (paint_of(colour), bool(is_chosen)) for colour, is_chosen in zip(fill, chosen, strict=True)
    ]
    place_of = {look: place for place, look in enumerate(dict.fromkeys(looks))}
    features = [
        {
            "type": "Feature",
            "geometry": outlines[row],
            "properties": {
                "style": place_of[looks[row]],
                "tip": [values[row] for values in columns],
            },
        }
        for row in order
    ]
    group = _group(key)
    Script(
        "TrackerMap.shapes",
        {
            "labels": [str(label) for label, _column in tooltip],
            "styles": [style_of(paint, is_chosen=chosen) for paint, chosen in place_of],
            "features": features,
        },
    ).add_to(group)
    return group


def boundaries_group(regions: gpd.GeoDataFrame, label: str) -> folium.FeatureGroup:
    """Return thin outlines of regions (degrees) with the names of column ``label`` inside them.

    Clicks and hovering go through to what lies below.
    """
    _require_degrees(regions)
    located = regions[~cannot_be_drawn(regions)]
    group = _group("boundaries")
    Script("TrackerMap.outlines", outlines_of(located)).add_to(group)
    Script("TrackerMap.names", names_of(located, label)).add_to(group)
    return group


def names_of(regions: gpd.GeoDataFrame, label: str) -> list[dict[str, Any]]:
    """Return the names of column ``label``, each at a place inside its region (degrees)."""
    places = regions.geometry.representative_point()
    return [
        {"lon": round(lon, DECIMALS), "lat": round(lat, DECIMALS), "name": name}
        for lon, lat, name in zip(places.x, places.y, _as_text(regions[label]), strict=True)
    ]


def marks_group(regions: gpd.GeoDataFrame, marks: Sequence[dict[str, Any]]) -> folium.FeatureGroup:
    """Return a label on every region (degrees): name, figure, arrow and marks of one mood each.

    A region that is small on the screen shows its name and figure only.
    """
    _require_degrees(regions)
    places = regions.geometry.representative_point()
    placed = [
        mark | {"lon": round(lon, DECIMALS), "lat": round(lat, DECIMALS), "bounds": [*bounds]}
        for mark, lon, lat, bounds in zip(
            marks, places.x, places.y, regions.bounds.to_numpy().tolist(), strict=True
        )
    ]
    group = _group("marks")
    Script("TrackerMap.marks", placed).add_to(group)
    return group


def call_group(call: str, values: Any, *, key: str) -> folium.FeatureGroup:
    """Return a group that our own script fills: ``call`` in ``ui/assets`` with plain data."""
    group = _group(key)
    Script(call, values).add_to(group)
    return group


def tiles_group(
    address: str, *, key: str, max_native_zoom: int = 19, opacity: float = 1.0, source: str = ""
) -> folium.FeatureGroup:
    """Return tiles of our own server: ``address`` like ``gis/…/{z}/{x}/{y}.png`` from the root.

    ``source`` is shown in the corner as plain text.
    """
    if "://" in address or address.startswith("/"):
        raise ValueError(f"tiles come from this server, by an address like 'gis/…': {address!r}")
    group = _group(key)
    folium.TileLayer(
        tiles=f"{ROOT}{address}",
        attr=_as_entities(source) or " ",
        control=False,
        max_zoom=21,
        max_native_zoom=max_native_zoom,
        opacity=opacity,
    ).add_to(group)
    return group


def show(
    base: folium.Map, groups: Iterable[folium.FeatureGroup], *, key: str, height: int
) -> Click | None:
    """Show the map and return where it was last clicked; None before the first click.

    The caller looks up what lies at that point. Act on ``is_new`` clicks; an old one comes back
    with every later run.
    """
    # declared only while Streamlit runs is a component served: routes load this module before
    from streamlit_folium import st_folium

    layers = list(groups)
    if layers:
        # streamlit-folium keeps every group it ever drew in this list; let the old ones go.
        _FreshList().add_to(layers[0])
    answer = st_folium(
        base,
        key=key,
        height=height,
        use_container_width=True,
        feature_group_to_add=layers or None,
        returned_objects=["last_clicked"],
    )
    at = (answer or {}).get("last_clicked")
    if not at:
        return None
    place = (float(at["lng"]), float(at["lat"]))
    seen = f"{key} · last click"
    click = (place, at.get("count"))
    is_new = st.session_state.get(seen) != click
    st.session_state[seen] = click
    lasso = tuple((float(lon), float(lat)) for lon, lat in (at.get("lasso") or [])[:MOST_CORNERS])
    return Click(*place, is_new=is_new, day=str(at.get("day", ""))[:10], lasso=lasso)


def lasso_group() -> folium.FeatureGroup:
    """Return a button that lets a line be drawn around several parcels: ``Click.lasso``."""
    words = {"title": say("Draw around several parcels")}
    return call_group("TrackerMap.lasso", words, key="lasso")


def inside_lasso(parcels: gpd.GeoDataFrame, click: Click) -> pd.Series:
    """Tell which parcels (degrees) lie with their middle inside the line of a click."""
    if len(click.lasso) < LEAST_CORNERS:
        return pd.Series(False, index=parcels.index)
    drawn = shapely.make_valid(shapely.Polygon(click.lasso))
    return parcels.representative_point().within(drawn)


class _FreshList(MacroElement):
    """Empties streamlit-folium's list of drawn groups; the page has removed them by then."""

    _template = Template(
        "{% macro script(this, kwargs) %}\nwindow.feature_group = [];\n{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "FreshList"


def _group(key: str) -> folium.FeatureGroup:
    return folium.FeatureGroup(name=key, control=False)


def _as_entities(words: str) -> str:
    """Return text as HTML character references: Leaflet takes a source as HTML only."""
    return "".join(c if c.isalnum() and c.isascii() else f"&#{ord(c)};" for c in words)


def _require_degrees(shapes: gpd.GeoDataFrame) -> None:
    if shapes.crs is None or not shapes.crs.is_geographic:
        raise ValueError(f"a map takes longitudes and latitudes, not {shapes.crs}")


def _as_text(values: pd.Series) -> list[str]:
    return ["" if pd.isna(value) else str(value) for value in values]
