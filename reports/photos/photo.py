"""A kept photo, and how its place and time agree with what it is to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import cos, hypot, radians

from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from gis.language import Text, _
from reports.daily import OFFICE_TIME

M_PER_DEGREE = 111_320.0
AT_PARCEL_M = 200.0  # a fix in a yard between walls is often tens of metres off
NEARBY_M = 1_000.0  # some phones write shifted (GCJ-02) places, about 500 m off
DAYS_APART = 1  # a photo of yesterday evening is fair; of last week it is not today's


@dataclass(frozen=True)
class Photo:
    """One photo; without EXIF its time and place are None and prove nothing either way.

    ``direction`` is where it looks, in degrees clockwise from north.
    """

    id: int
    about: str
    region: str
    ledger_id: int | None
    file_name: str
    width: int
    height: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None
    kept_at: datetime
    seen_elsewhere: str = ""
    direction: float | None = None


class Agreement(StrEnum):
    """What a photo's place or time says about the parcel and the day."""

    AGREES = "agrees"
    NEARBY = "nearby"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


PLACE_TITLES: dict[Agreement, Text] = {
    Agreement.AGREES: _("Taken at the parcel"),
    Agreement.NEARBY: _("Taken near the parcel"),
    Agreement.DIFFERS: _("Taken elsewhere"),
    Agreement.UNKNOWN: _("Place unknown"),
}
TIME_TITLES: dict[Agreement, Text] = {
    Agreement.AGREES: _("Taken that day"),
    Agreement.NEARBY: _("Taken the day before or after"),
    Agreement.DIFFERS: _("Taken on another day"),
    Agreement.UNKNOWN: _("Time unknown"),
}


@dataclass(frozen=True)
class Comparison:
    """Place and time of a photo against parcels and a day; ``distance_m`` to the nearest one."""

    place: Agreement
    time: Agreement
    distance_m: float | None

    @property
    def is_doubtful(self) -> bool:
        """Tell whether a person should look: only what is known and differs, never unknown."""
        return Agreement.DIFFERS in (self.place, self.time)


def compared(photo: Photo, outlines_lonlat: Sequence[BaseGeometry], day: date) -> Comparison:
    """Return how a photo agrees with the parcels it may show and with the day."""
    distance_m = _distance_m(photo, outlines_lonlat)
    return Comparison(_place(distance_m), _time(photo, day), distance_m)


def _place(distance_m: float | None) -> Agreement:
    if distance_m is None:
        return Agreement.UNKNOWN
    if distance_m <= AT_PARCEL_M:
        return Agreement.AGREES
    return Agreement.NEARBY if distance_m <= NEARBY_M else Agreement.DIFFERS


def _time(photo: Photo, day: date) -> Agreement:
    if photo.taken_at is None:
        return Agreement.UNKNOWN
    apart = abs((photo.taken_at.astimezone(OFFICE_TIME).date() - day).days)
    if apart == 0:
        return Agreement.AGREES
    return Agreement.NEARBY if apart <= DAYS_APART else Agreement.DIFFERS


def _distance_m(photo: Photo, outlines: Sequence[BaseGeometry]) -> float | None:
    known = [outline for outline in outlines if outline is not None and not outline.is_empty]
    if photo.lon is None or photo.lat is None or not known:
        return None
    place = Point(photo.lon, photo.lat)
    return min(_metres_between(place, outline) for outline in known)


def _metres_between(place: Point, outline: BaseGeometry) -> float:
    if outline.intersects(place):
        return 0.0
    at = nearest_points(outline, place)[0]
    east = (at.x - place.x) * M_PER_DEGREE * cos(radians(place.y))
    return hypot(east, (at.y - place.y) * M_PER_DEGREE)
