"""The map of days on a page: its constant base, its one group, and the click that comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import folium
import geopandas as gpd
import numpy as np

from gis.language import language, say
from parcels.imagery import MOMENT_TITLES, Moment, image_pair
from parcels.imagery.basemap import basemap
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.regions import Level
from ui import office, reading
from ui.components import maps
from ui.components.scripts import Script
from ui.daymap.answers import HIGHLIGHT
from ui.daymap.book import book_of
from ui.routes.assets import address_of
from ui.routes.day_map import OTHERS, days_address
from ui.routes.imagery import basemap_address, image_address
from ui.routes.structure_tiles import STRUCTURES_FROM_ZOOM, structures_address

Bounds = tuple[float, float, float, float]
BASEMAP_ZOOM = 18  # the finest that Tianditu has everywhere
LOCALES = {"zh_CN": "zh-CN", "en": "en-GB"}
TOWNSHIP_LINE = {"color": "#37424d", "weight": 2.2, "dashArray": "9 3 2 3", "fill": False}
VILLAGE_LINE = {"color": "#56616c", "weight": 1.2, "dashArray": "4 3", "fill": False}


class DaysMap(maps.OfflineMap):
    """A map with the script of days."""

    default_js = [  # noqa: RUF012 (the shape folium expects)
        *maps.OfflineMap.default_js,
        ("tracker_days", f"{maps.ROOT}{address_of('days.js')}"),
    ]


def days_map(
    session: Session,
    project: Project,
    area: str,
    bounds_lonlat: Sequence[float],
    *,
    height: int,
    day: date | None = None,
) -> maps.Click | None:
    """Show an area's map of days and return where it was clicked; its ``day`` comes along."""
    base = maps.base_map(bounds_lonlat, height=height, kind=DaysMap)
    group = folium.FeatureGroup(name="days", control=False)
    root = f"{maps.ROOT}{days_address(session, project, area)}"
    handed = {
        "key": area,
        "root": root,
        "day": None if day is None else str(day),
        "overlays": _overlays(session, project, area, root),
        "highlight": HIGHLIGHT,
        "words": _words(),
    }
    Script("TrackerMap.days", handed).add_to(group)
    return maps.show(base, [group], key=f"days {area}", height=height)


def _words() -> dict[str, str]:
    return {
        "locale": LOCALES.get(language(), "en-GB"),
        "play": say("Play the days"),
        "pause": say("Pause"),
        "before": say("A day back"),
        "after": say("A day on"),
        "today": say("Today"),
        "day": say("Day"),
        "colourBy": say("Colour by"),
        "layers": say("Layers"),
        "loading": say("Reading the map …"),
        "moved": say("Moved on this day"),
        "nothing": say("no picture here"),
        "failed": say("The figures could not be read; move the day to try again."),
    }


def _overlays(session: Session, project: Project, area: str, root: str) -> list[dict[str, Any]]:
    """Return what can be laid over and under the parcels, with what is on at first."""
    overlays = [
        _boundaries(session, project, area, Level.TOWNSHIP),
        _boundaries(session, project, area, Level.VILLAGE),
        {
            "name": "structures",
            "title": say("Structures (when near)"),
            "on": True,
            "tiles": f"{maps.ROOT}{structures_address(session, project)}",
            "minZoom": STRUCTURES_FROM_ZOOM,
        },
    ]
    if area != session.actor.region and area != project.region:
        overlays.append(
            {
                "name": OTHERS,
                "title": say("Neighbours' parcels, grey"),
                "on": True,
                "tiles": f"{root}/{OTHERS}/{project.starts_on}/{{z}}/{{x}}/{{y}}.png",
                "below": True,
            }
        )
    return [one for one in overlays if one] + _pictures(session, project)


def _boundaries(session: Session, project: Project, area: str, level: Level) -> dict[str, Any]:
    regions = reading.outlines(session, project, level)
    regions = regions[regions["code"].str.startswith(area) | (level == Level.TOWNSHIP)]
    regions = regions[~maps.cannot_be_drawn(regions)]
    if regions.empty:
        return {}
    is_named = level == (Level.TOWNSHIP if area == project.region else Level.VILLAGE)
    is_township = level is Level.TOWNSHIP
    return {
        "name": level.name,
        "title": say("Township boundaries") if is_township else say("Villages"),
        "on": is_named or is_township,
        "outlines": maps.outlines_of(regions),
        "style": TOWNSHIP_LINE if is_township else VILLAGE_LINE,
    }


def _pictures(session: Session, project: Project) -> list[dict[str, Any]]:
    """Return the grounds to choose from: none, and the newest image of each moment."""
    pair = image_pair(office.store(), session.actor, project)
    with office.store().reading() as connection:
        ground = basemap(connection)
    if not pair and ground is None:
        return []
    grounds: list[dict[str, Any]] = [
        {"name": "ground none", "title": say("No image below"), "on": True, "choice": "ground"}
    ]
    if ground is not None:
        grounds.append(
            {
                "name": "ground base",
                "title": say("Basemap"),
                "on": False,
                "choice": "ground",
                "tiles": f"{maps.ROOT}{basemap_address(session, ground)}",
                "maxNativeZoom": BASEMAP_ZOOM,
                "below": True,
            }
        )
    for moment in Moment:
        if image := pair.get(moment):
            grounds.append(
                {
                    "name": f"ground {moment.value}",
                    "title": f"{MOMENT_TITLES[moment]} {image.taken_on}",
                    "on": False,
                    "choice": "ground",
                    "tiles": f"{maps.ROOT}{image_address(session, image)}",
                    "maxNativeZoom": image.max_zoom or 18,
                    "below": True,
                }
            )
    return grounds


def area_bounds(session: Session, project: Project, area: str) -> Bounds | None:
    """Return an area's bounds in degrees, by its boundary where one is known; None: no parcels.

    A parcel drawn far outside its township must not make all others too small to see.
    """
    for level in (Level.VILLAGE, Level.TOWNSHIP):
        regions = reading.outlines(session, project, level)
        regions = regions[regions["code"].str.startswith(area)]
        if not regions.empty:
            return _bounds(regions)
    book = book_of(session.actor, project)
    bounds = book.shapes.bounds[book.inside(area)]
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return None
    (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _bounds(shapes: gpd.GeoDataFrame) -> Bounds:
    west, south, east, north = (float(side) for side in shapes.total_bounds)
    return west, south, east, north
