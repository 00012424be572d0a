"""A map to draw on: shapes that stand there can be reshaped and deleted, new ones added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gis.language import say
from ui.components.maps import DECIMALS, ROOT, Group, OfflineMap, base_map
from ui.components.scripts import Script
from ui.routes.assets import address_of

DRAW = "vendor/leaflet-draw/1.0.4"
STYLE = {"color": "#007AFF", "weight": 2, "fillOpacity": 0.18}


class DrawnMap(OfflineMap):
    """A map with Leaflet.draw, ours to serve."""

    default_js = [  # noqa: RUF012 (the shape folium expects)
        *OfflineMap.default_js[:1],
        ("leaflet_draw", f"{ROOT}{address_of(f'{DRAW}/leaflet.draw.js')}"),
        *OfflineMap.default_js[1:],
    ]
    default_css = [  # noqa: RUF012
        *OfflineMap.default_css[:1],
        ("leaflet_draw_css", f"{ROOT}{address_of(f'{DRAW}/leaflet.draw.css')}"),
        *OfflineMap.default_css[1:],
    ]


def features_of(shapes: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return shapes (degrees) as GeoJSON that carries their row; several parts one by one."""
    features = []
    for one in shapes.explode(ignore_index=True).itertuples():
        flat = shapely.transform(
            shapely.force_2d(one.geometry), lambda places: np.round(places, DECIMALS)
        )
        features.append(
            {
                "type": "Feature",
                "geometry": flat.__geo_interface__,
                "properties": {"row": int(one.row)},
            }
        )
    return features


def draw(
    bounds_lonlat: Sequence[float],
    groups: Iterable[Group],
    features: Sequence[dict[str, Any]],
    *,
    key: str,
    height: int,
) -> list[dict[str, Any]] | None:
    """Show the map; return all shapes as they stand, None before anything was touched.

    What comes back is whatever the page sent: the caller checks every shape.
    """
    base = base_map(bounds_lonlat, height=height, kind=DrawnMap)
    # streamlit-folium empties this variable after our script unless the script names it
    handed = {"into": "drawnItems", "features": list(features), "style": STYLE, "words": _words()}
    Script("TrackerMap.draw", handed).add_to(base)
    # as in maps.show: declared only while Streamlit runs is a component served
    from streamlit_folium import st_folium

    answer = st_folium(
        base,
        key=key,
        height=height,
        use_container_width=True,
        feature_group_to_add=list(groups) or None,
        returned_objects=["all_drawings"],
    )
    drawn = (answer or {}).get("all_drawings")
    return None if drawn is None else list(drawn)


def _words() -> dict[str, str]:
    return {
        "draw.toolbar.actions.text": say("Cancel"),
        "draw.toolbar.finish.text": say("Finish"),
        "draw.toolbar.undo.text": say("Delete last point"),
        "draw.toolbar.buttons.polygon": say("Draw an area"),
        "draw.toolbar.buttons.rectangle": say("Draw a rectangle"),
        "draw.handlers.polygon.tooltip.start": say("Click to begin"),
        "draw.handlers.polygon.tooltip.cont": say("Click for the next corner"),
        "draw.handlers.polygon.tooltip.end": say("Click the first corner to finish"),
        "draw.handlers.rectangle.tooltip.start": say("Press and drag"),
        "draw.handlers.simpleshape.tooltip.end": say("Let go to finish"),
        "edit.toolbar.actions.save.text": say("Finish"),
        "edit.toolbar.actions.cancel.text": say("Cancel"),
        "edit.toolbar.actions.clearAll.text": say("Delete all"),
        "edit.toolbar.buttons.edit": say("Reshape"),
        "edit.toolbar.buttons.editDisabled": say("Reshape"),
        "edit.toolbar.buttons.remove": say("Delete"),
        "edit.toolbar.buttons.removeDisabled": say("Delete"),
        "edit.handlers.edit.tooltip.text": say("Drag the corners"),
        "edit.handlers.remove.tooltip.text": say("Click what is to go"),
    }
