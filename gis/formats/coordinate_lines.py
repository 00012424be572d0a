"""The lines of a coordinate exchange file, as offices really write them, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gis.crs import THREE_DEGREE, plain_crs, zone_crs
from gis.formats.vertex_rings import Vertex

HEADING = re.compile(r"\[\s*(\S+?)\s*\]$")
SETTING = re.compile(r"([^=,]{1,30})=(.*)")
VERTEX_NAME = re.compile(r"[A-Za-z]{0,3}[-\d.]{1,12}")
MOST_VERTEX_FIELDS = 6  # name, ring, two coordinates; some add a height and a remark
TO_COMMA = str.maketrans({"，": ",", "\t": ",", "；": ",", ";": ",", "＠": "@"})
AREA = re.compile(r"([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*(\D*)")
M2 = {"公顷": 10_000.0, "ha": 10_000.0, "hm2": 10_000.0, "亩": 2000 / 3, "平方米": 1.0, "m2": 1.0,
      "平米": 1.0, "平方公里": 1e6, "km2": 1e6}  # fmt: skip


@dataclass
class ListedParcel:
    """A parcel line's fields and the vertices under it, in the order of the file."""

    fields: list[str]
    vertices: list[tuple[str, Vertex]] = field(default_factory=list)  # ring number, the numbers
    is_garbled: bool = False


def taken_apart(text: str) -> tuple[dict[str, str], list[ListedParcel]]:
    """Return the settings of the head and the parcels; no line of a parcel is skipped silently."""
    settings: dict[str, str] = {}
    parcels: list[ListedParcel] = []
    for line in text.splitlines():
        plain = line.translate(TO_COMMA).strip().strip("\ufeff\0")
        if not plain or HEADING.match(plain):
            continue
        if plain.endswith("@"):
            parcels.append(ListedParcel(_fields(plain[:-1])))
            continue
        setting = SETTING.match(plain)
        if setting and not parcels:
            settings[setting[1].strip()] = setting[2].strip()
            continue
        if parcels or "," in plain:
            _take(plain, parcels)
    return settings, parcels


def _fields(plain: str) -> list[str]:
    fields = [one.strip() for one in plain.split(",")]
    return fields[:-1] if fields and not fields[-1] else fields


def _take(plain: str, parcels: list[ListedParcel]) -> None:
    """Add a vertex to the last parcel; a line that is neither spoils only its own parcel."""
    fields = _fields(plain) if "," in plain else plain.split()
    is_vertex = VERTEX_NAME.fullmatch(fields[0]) and len(fields) <= MOST_VERTEX_FIELDS
    if not is_vertex or not parcels:
        if len(fields) > MOST_VERTEX_FIELDS or not parcels:  # a parcel line that lost its @
            parcels.append(ListedParcel(fields))
        parcels[-1].is_garbled = True
        return
    ring, at = (fields[1], 2) if len(fields) > 3 else ("", 1)
    try:
        vertex = float(fields[at]), float(fields[at + 1])
    except (ValueError, IndexError):
        parcels[-1].is_garbled = True
        return
    parcels[-1].vertices.append((ring, vertex))


def system_of(settings: dict[str, str], east: float | None) -> str | None:
    """Return the system the head declares, in a form that ``gis.crs.declared`` understands.

    The head never says whether eastings carry the zone number: their size does.
    """
    name = settings.get("坐标系", "").replace(" ", "")
    if re.search(r"80|西安", name):
        return "EPSG:4610"
    if re.search(r"54|北京", name):
        return "EPSG:4214"
    number = re.search(r"\d+", settings.get("带号", ""))
    if "2000" not in name or number is None or east is None or abs(east) <= 180:
        return None
    zone = int(number[0])
    width = re.search(r"[36]", settings.get("几度分带", ""))
    is_three = width[0] == "3" if width else zone in THREE_DEGREE
    meridian = 3 * zone if is_three else 6 * zone - 3
    if not 75 <= meridian <= 135:
        return None
    if east < 1e6:
        return f"EPSG:{plain_crs(meridian) if is_three else 4489 + zone}"
    return f"EPSG:{zone_crs(zone)}"


def area_m2_of(told: str, measured_m2: float) -> float | None:
    """Return an area field in m²: by its unit, else as what comes nearest to the measured area."""
    found = AREA.fullmatch(told.strip())
    if not found:
        return None
    try:
        number = float(found[1])
    except ValueError:
        return None
    unit = found[2].strip().lower().replace("²", "2")
    if unit:
        return number * M2[unit] if unit in M2 else None
    near = [m2 for m2 in (number * 10_000, number, number * 2000 / 3)
            if abs(m2 - measured_m2) < 0.02 * measured_m2]  # fmt: skip
    return near[0] if near else number * 10_000  # the format prescribes hectares
