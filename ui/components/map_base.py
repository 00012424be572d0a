"""The empty map everything is drawn on: its scripts, its buttons, the zone it tells places in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import folium

from gis.language import say
from gis.zones import zone_of
from ui.components.scripts import Script
from ui.routes.assets import address_of

# A component's page lives at /component/<name>/index.html; relative to it, addresses hold under any
# server.baseUrlPath and behind any proxy prefix.
ROOT = "../../"
LEAFLET = "vendor/leaflet/1.9.4"


class OfflineMap(folium.Map):
    """A folium map whose scripts and styles are ours; folium's own lists name outside hosts."""

    default_js = [  # noqa: RUF012 (the shape folium expects)
        ("leaflet", f"{ROOT}{address_of(f'{LEAFLET}/leaflet.js')}"),
        ("tracker_map", f"{ROOT}{address_of('map.js')}"),
        ("tracker_ground", f"{ROOT}{address_of('ground.js')}"),
    ]
    default_css = [  # noqa: RUF012
        ("leaflet_css", f"{ROOT}{address_of(f'{LEAFLET}/leaflet.css')}"),
        ("tracker_map_css", f"{ROOT}{address_of('map.css')}"),
    ]


def base_map(
    bounds_lonlat: Sequence[float],
    *,
    height: int,
    kind: type[OfflineMap] = OfflineMap,
    crs: int | None = None,
) -> folium.Map:
    """Return an empty, calm map fitted to (west, south, east, north) in degrees.

    Metric scale bar, pointer position in CGCS2000 degrees, buttons for the whole area and the full
    screen, ruler; no background tiles and no advertisement. Coordinates are also shown in ``crs``,
    a Gauss–Krüger zone, else in the zone of 3° they lie in. Constant for the same bounds and
    language.
    """
    west, south, east, north = (float(value) for value in bounds_lonlat)
    if not all(math.isfinite(value) for value in (west, south, east, north)):
        raise ValueError(f"a map needs four finite bounds, not {bounds_lonlat!r}")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(f"bounds are (west, south, east, north) in degrees, not {bounds_lonlat!r}")
    corners = [[south, west], [north, east]]
    made = kind(
        location=[(south + north) / 2, (west + east) / 2],
        height=height,
        tiles=None,
        zoom_start=12,
        min_zoom=3,
        max_zoom=21,
        zoom_control=False,
        prefer_canvas=True,
        font_size="13px",
        zoom_snap=0.5,
    )
    Script(
        "TrackerMap.furnish",
        {
            "bounds": corners,
            "zone": _own_zone((west + east) / 2, crs),
            "words": {
                "zoomIn": say("Zoom in"),
                "zoomOut": say("Zoom out"),
                "wholeArea": say("Whole area"),
                "fullScreen": say("Full screen"),
                "measure": say("Measure lengths and areas"),
                "measureStart": say("Click the corners; double-click to end."),
                "length": say("Length"),
                "area": say("Area"),
                "mu": say("mu"),
                "me": say("Where I am"),
                "finding": say("Finding your position …"),
                "notFound": say("Your position was not found; allow the page to use it."),
                "copy": say("Copy these coordinates (right click copies a place)"),
                "copied": say("copied"),
                "datum": "CGCS2000",
                "longitude": say("Longitude"),
                "latitude": say("Latitude"),
            },
        },
    ).add_to(made)
    return made


def _own_zone(lon: float, crs: int | None) -> dict[str, Any] | None:
    """Return the zone coordinates are shown in; None outside the zones of CGCS2000."""
    zone = zone_of(crs) if crs else None
    number = round(lon / 3)
    if zone is None and 25 <= number <= 45:
        zone = zone_of(4488 + number)
    if zone is None:
        return None
    words = say("Zone {number} of {degrees}°", number=zone.number, degrees=zone.degrees)
    return {
        "meridian": zone.central_meridian,
        "falseEasting": zone.false_easting_m,
        "title": words,
    }
