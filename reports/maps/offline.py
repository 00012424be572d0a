"""One page for the meeting room: a region's map with its days, in one file, without a network.

Everything is in the file: words, outlines, colours and the script. Nothing a person wrote is read
as markup: it travels as JSON and reaches the page as text nodes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gis.findings import Finding, message
from gis.language import CHINESE, ENGLISH, language, say
from gis.palette import HIGHLIGHT_OUTLINE, NOT_STARTED, VERDICTS, WITHDRAWN, Paint
from gis.tiles import to_mercator
from gis.units import format_m2, format_mu
from parcels.output import share_words
from parcels.paints import STAGES
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.workflow import ORDER, STEP_TITLES
from reports.clean import clean
from reports.document import Stamp
from reports.maps.compose import MapGround, is_drawn, named_regions
from reports.periods.history import History
from reports.printed import percent, points
from reports.stage_days import StageDays, stage_days

TEMPLATE = Path(__file__).with_name("offline.html")
UNITS_A_METRE = 10
LANGUAGES = {CHINESE: "zh-CN", ENGLISH: "en"}


@dataclass(frozen=True)
class Backdrop:
    """A picture from the air behind the map: its words, its place in mercator metres, a JPEG."""

    title: str
    west: float
    south: float
    east: float
    north: float
    jpeg: bytes


def page(
    ground: MapGround,
    past: History,
    stamp: Stamp,
    *,
    office: str,
    backdrops: Sequence[Backdrop] = (),
) -> bytes:
    """Return the page; ``past`` is the region's completion day by day, shown beside the slider."""
    drawn = [is_drawn(outline) for outline in ground.parcels.geometry]
    bounds = shapely.total_bounds(ground.parcels.geometry[drawn].to_numpy())
    x, y = to_mercator(bounds[0], bounds[3])
    origin = (float(x), float(y))
    days = [one for one in past.days if one <= ground.day]
    told = {
        "title": say("Reclamation of {name} on {day}", name=ground.name, day=ground.day),
        "office": office,
        "foot": stamp.foot,
        "facts": [list(fact) for fact in stamp.facts((say("Day"), str(ground.day)))],
        "words": _words(),
        "latitude": float((bounds[1] + bounds[3]) / 2),
        "days": [f"{one}" for one in days],
        "figures": _figures(ground, past, len(days)),
        "stages": [_paint(NOT_STARTED, say("Not started"))]
        + [_paint(STAGES[step.value], str(STEP_TITLES[step])) for step in ORDER],
        "verdicts": {
            one.value: _paint(VERDICTS[one.value], str(VERDICT_TITLES[one])) for one in Verdict
        },
        "withdrawn": _paint(WITHDRAWN, say("Withdrawn")),
        "highlight": HIGHLIGHT_OUTLINE,
        "parcels": _parcels(ground, days, origin),
        "regions": [
            {
                "name": region.label,
                "rings": _rings(region.outline, origin),
                "at": _place(region.place, origin),
            }
            for region in named_regions(ground.parcels, ground.regions)
        ],
    }
    told = _cleaned(told) | {"backdrops": [_backdrop(one, origin) for one in backdrops]}
    data = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"),
                       ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):  # fmt: skip
        data = data.replace(sign, code)
    title = say("Offline map")
    source = (
        TEMPLATE.read_text("utf-8")
        .replace("{{title}}", title)
        .replace("{{lang}}", LANGUAGES[language()])
    )
    return source.replace("{{data}}", data).encode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    return value


def _words() -> dict[str, str]:
    return {
        "play": say("Play"),
        "pause": say("Pause"),
        "whole": say("Whole area"),
        "search": say("Find a parcel or village"),
        "none": say("Nothing found"),
        "stage": say("Stage"),
        "verdict": say("Verdict"),
        "moved": say("Moved on this day"),
        "parcel": say("Parcel"),
        "village": say("Village"),
        "area": say("Area (m²)"),
        "mu": say("Area (mu)"),
        "structures": say("Structures (m²)"),
        "share": say("Structure share"),
        "arable": say("New arable (m²)"),
        "grounds": say("Grounds"),
        "completion": say("Completion"),
        "scheduled": say("Scheduled"),
        "gap": say("Gap (points)"),
        "done": say("Done new arable (mu)"),
        "parcels": say("parcels on the map"),
        "backdrop": say("Imagery"),
        "noBackdrop": say("none"),
        "north": say("North"),
    }


def _paint(paint: Paint, words: str) -> dict[str, Any]:
    return {
        "fill": paint.fill, "line": paint.outline, "width": paint.weight_px,
        "dash": [int(part) for part in paint.dash.split()] if paint.dash else [],
        "opacity": paint.opacity, "words": words,
    }  # fmt: skip


def _figures(ground: MapGround, past: History, count: int) -> list[list[str]]:
    """Return for each day: done mu, completion, scheduled, gap, in words."""
    whole_m2 = ground.completion.eligible_m2
    rows = []
    for done, scheduled in list(zip(past.done, past.scheduled, strict=True))[:count]:
        share = done if whole_m2 else None
        gap = None if share is None else share - scheduled
        rows.append([format_mu(done * whole_m2), percent(share), percent(scheduled), points(gap)])
    return rows


def _parcels(
    ground: MapGround, days: list[date], origin: tuple[float, float]
) -> list[dict[str, Any]]:
    stages = stage_days(ground.parcels, ground.events, today=ground.day)
    courses, moved = _over_days(stages, days)
    made = []
    for row, parcel in enumerate(ground.parcels.to_dict("records")):
        if not is_drawn(parcel["geometry"]):
            continue
        made.append(
            {
                "no": str(parcel["parcel_no"]),
                "village": f"{parcel['township']} {parcel['village']}".strip(),
                "area": _m2(parcel["area_m2"]),
                "mu": "—" if pd.isna(parcel["area_m2"]) else format_mu(parcel["area_m2"]),
                "structures": _m2(parcel["structure_m2"]),
                "share": share_words(parcel),
                "arable": _m2(parcel["new_arable_m2"]),
                "verdict": str(parcel["verdict"]),
                "grounds": " ".join(
                    message(Finding(one["code"], values=one["values"])) for one in parcel["reasons"]
                ),
                "out": bool(parcel["is_withdrawn"]),
                "course": courses[row],
                "moved": moved[row],
                "rings": _rings(parcel["geometry"], origin),
            }
        )
    return made


def _over_days(
    stages: StageDays, days: list[date]
) -> tuple[list[list[list[int]]], list[list[int]]]:
    """Return for each parcel its stages as [day's place, stage], and the places it moved on.

    Stage 0 is not started. Work from before the first day stands from that day on.
    """
    place_of = {day: place for place, day in enumerate(days)}
    courses: list[list[list[int]]] = [[] for _row in range(stages.count)]
    moved: list[list[int]] = [[] for _row in range(stages.count)]
    for number, row, stage in zip(stages.on, stages.rows, stages.places, strict=True):
        courses[row].append([place_of.get(stages.day(int(number)), 0), int(stage)])
    for number, row in zip(stages.moved_on, stages.moved_rows, strict=True):
        if (day := stages.day(int(number))) in place_of:
            moved[row].append(place_of[day])
    return courses, moved


def _m2(area_m2: float) -> str:
    return "—" if pd.isna(area_m2) else format_m2(area_m2)


def _rings(outline: BaseGeometry, origin: tuple[float, float]) -> list[list[int]]:
    """Return each ring as whole decimetres from the origin, east and south: x0, y0, x1, y1 …"""
    rings = []
    for part in shapely.get_parts(outline):
        for ring in shapely.get_rings(part):
            flat: list[int] = []
            for lon, lat in shapely.get_coordinates(ring):
                flat += _place((lon, lat), origin)
            rings.append(flat)
    return rings


def _place(lonlat: tuple[float, float], origin: tuple[float, float]) -> list[int]:
    x, y = to_mercator(*lonlat)
    return [round((x - origin[0]) * UNITS_A_METRE), round((origin[1] - y) * UNITS_A_METRE)]


def _backdrop(one: Backdrop, origin: tuple[float, float]) -> dict[str, Any]:
    return {
        "title": clean(one.title),
        "x": (one.west - origin[0]) * UNITS_A_METRE,
        "y": (origin[1] - one.north) * UNITS_A_METRE,
        "wide": (one.east - one.west) * UNITS_A_METRE,
        "high": (one.north - one.south) * UNITS_A_METRE,
        "source": f"data:image/jpeg;base64,{base64.b64encode(one.jpeg).decode()}",
    }
