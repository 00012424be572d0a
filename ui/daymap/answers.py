"""What the map of days asks its server, as plain data: the days, the outlines, a day's figures."""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.label_places import free_place
from gis.language import say
from gis.palette import HIGHLIGHT_OUTLINE
from gis.units import format_m2
from parcels.output import share_words
from parcels.regions import Level
from ui.components.figures import completion_facts
from ui.components.outlines import DECIMALS, cannot_be_drawn, style_of
from ui.daymap.book import Book
from ui.daymap.colourings import COLOURINGS, classes_of, places_of

MOST_SHAPES = 2000
"""Above this the map asks for tiles: 50 000 shapes took a browser 73 s (measured)."""
HIGHLIGHT = {"color": HIGHLIGHT_OUTLINE, "weight": 4, "dashArray": None}


def names(
    regions: gpd.GeoDataFrame, bounds_lonlat: npt.NDArray[np.float64]
) -> list[dict[str, Any]]:
    """Return each region's name and a place for it inside the region, clear of the parcels."""
    placed = bounds_lonlat[np.isfinite(bounds_lonlat).all(axis=1)]
    tree = shapely.STRtree(shapely.box(*placed.T))
    made = []
    for region in regions[~cannot_be_drawn(regions)].itertuples():
        lon, lat = free_place(region.geometry, tree)
        made.append({"lon": round(lon, DECIMALS), "lat": round(lat, DECIMALS), "name": region.name})
    return made


def about(book: Book, area: str) -> dict[str, Any]:
    """Return the days, how many parcels moved on each, and every colouring with its classes."""
    inside = book.inside(area)
    days = book.stages
    return {
        "first": str(days.first),
        "days": days.days,
        "moved": days.moved_counts(inside),
        "parcels": int(inside.sum()),
        "names": {
            level.name: book.once(("names", area, level), partial(_names, book, area, level))
            for level in book.regions
        },
        "isTiled": bool(inside.sum() > MOST_SHAPES),
        "kinds": [
            {
                "name": one.name,
                "title": str(one.title),
                "note": one.note(book),
                "byDay": one.by_day,
                "classes": [
                    {"style": style_of(paint), "label": label}
                    for paint, label in classes_of(one, book)
                ],
            }
            for one in COLOURINGS.values()
        ],
    }


def shapes(book: Book, area: str) -> dict[str, Any]:
    """Return an area's outlines with their classes over the days and what a pointer reads.

    An outline is polygons of rings of whole numbers: 1e-7 degrees, each after the one before.
    A class is written as ``[day number, class, day number, class …]``, each until the next.
    """
    parcels = book.parcels
    drawn = np.isfinite(book.shapes.bounds).all(axis=1)
    rows = np.flatnonzero(book.inside(area) & drawn)
    chosen = parcels.iloc[rows]
    moved: list[list[int]] = [[] for _row in range(len(parcels))]
    for number, row in zip(book.stages.moved_on, book.stages.moved_rows, strict=True):
        moved[row].append(int(number))
    tips = zip(
        chosen["parcel_no"], chosen["village"], [format_m2(m2) for m2 in chosen["area_m2"]],
        [share_words(parcel) for parcel in chosen.to_dict("records")], chosen["responsible"],
        [str(due or "") for due in chosen["due"]],
        strict=True,
    )  # fmt: skip
    return {
        "labels": [
            say("Parcel"), say("Village"), say("Area (m²)"), say("Structure share"),
            say("Person responsible"), say("To be done by"),
        ],
        "tips": [list(map(str, tip)) for tip in tips],
        "outlines": [_outline(shape) for shape in book.shapes.outlines_of(rows)],
        "moved": [moved[row] for row in rows],
        "classes": {name: _over_days(book, name, rows) for name in COLOURINGS},
    }  # fmt: skip


def of_day(book: Book, area: str, day: date) -> dict[str, Any]:
    """Return a day's figures as cards, and how many parcels are in each class."""
    inside = book.inside(area)
    moved = int((book.stages.moved_at(day) & inside).sum())
    planned = sum(code.startswith(area) for code in book.plans)
    townships = sum(code.startswith(area) for code in book.names)
    cards = completion_facts(
        book.project, book.completion(area, day), planned=planned, townships=townships
    )
    return {
        "day": str(day),
        "cards": [
            {"title": one.title, "figure": one.figure, "note": one.note, "mood": one.mood}
            for one in cards
        ],
        "moved": say("{count} parcels moved on this day", count=moved),
        "counts": {
            name: np.bincount(
                places_of(one, book, day)[inside], minlength=len(classes_of(one, book))
            ).tolist()
            for name, one in COLOURINGS.items()
        },
    }


def _names(book: Book, area: str, level: Level) -> list[dict[str, Any]]:
    regions = book.regions[level]
    return names(regions[_is_named(regions, area, level)], book.shapes.bounds)


def _is_named(regions: gpd.GeoDataFrame, area: str, level: Level) -> pd.Series:
    """Tell which regions bear their name: on a township's map its villages and its neighbours."""
    if level is Level.TOWNSHIP:
        return regions["code"] != area
    return regions["code"].str.startswith(area)


def _outline(shape: Any) -> list[list[list[int]]]:
    flat = shapely.force_2d(shape)
    return [
        [_steps(ring) for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(flat)
        if part.geom_type == "Polygon"
    ]


def _steps(ring: Any) -> list[int]:
    places = np.round(shapely.get_coordinates(ring)[:-1] * 10**DECIMALS).astype(np.int64)
    return [int(n) for n in np.diff(places, axis=0, prepend=[[0, 0]]).ravel()]


def _over_days(book: Book, name: str, rows: npt.NDArray[np.int64]) -> list[list[int]]:
    colouring, days = COLOURINGS[name], book.stages
    numbers = range(days.days) if colouring.by_day else [0]
    by_day = np.stack([places_of(colouring, book, days.day(n))[rows] for n in numbers])
    changes: list[list[int]] = [[0, int(place)] for place in by_day[0]]
    for number, (before, after) in enumerate(pairwise(by_day), start=1):
        for row in np.flatnonzero(before != after):
            changes[row] += [number, int(after[row])]
    return changes
