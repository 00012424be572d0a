"""The decision between what a file declares, what its numbers say and what a person chose."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gis.crs import (
    CGCS2000,
    WITHOUT_PREFIX,
    Declared,
    Extent,
    Points,
    is_known,
    is_plausible,
    lonlat,
    meridian_of,
    old_chinese,
    plain_crs,
    share_inside,
    zone_crs,
)


@dataclass(frozen=True)
class Choice:
    """The system decided on, how, and whether north came before east in the file."""

    epsg: int
    how: str  # declared, prefix, degrees, chosen, extent, corrected
    is_swapped: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why no system could be decided on: a code of ``gis.formats.problems`` with its values."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


def choose(
    said: Declared, points: Points, chosen: int | None = None, extent: Extent | None = None
) -> Choice | Refusal:
    """Decide from one point a feature: declared, zone prefix, degrees, chosen, then extent."""
    if said.refused in ("crs_xian80", "crs_beijing54"):
        return Refusal(said.refused, {"name": said.name})
    if chosen is not None and not is_known(chosen):
        return Refusal("crs_no_such_number", {"epsg": chosen})
    if chosen is not None and (old := old_chinese(chosen)):
        return Refusal(old, {"name": f"EPSG:{chosen}"})
    is_swapped = _is_north_first(points, said)
    if is_swapped:
        points = points[:, ::-1]
    zones = _zones(points)
    if len(zones) > 1 and (said.epsg is None or meridian_of(said.epsg)):
        return Refusal("crs_mixed_zones", {"zones": ", ".join(map(str, zones))})
    tried = [
        Choice(epsg, how, is_swapped)
        for epsg, how in _guesses(said, points, zones, chosen)
        if is_plausible(points, epsg)
    ]
    if extent is None:
        if tried:
            return tried[0]
    else:
        fitting = [one for one in tried if share_inside(points, one.epsg, extent) > 0.5]
        if fitting:
            return fitting[0]
        others = candidates(points, extent)
        if not tried and len(others) == 1 and said.refused is None:
            return Choice(others[0], "extent", is_swapped)
        if tried:
            values: dict[str, Any] = {
                "crs": tried[0].epsg,
                "place": _place(points, tried[0].epsg),
                "candidate_codes": others,
            }
            return Refusal("crs_fits_others" if others else "crs_elsewhere", values)
    codes = candidates(points, extent)
    if said.refused:
        return Refusal(said.refused, {"name": said.name, "candidate_codes": codes})
    if codes:
        return Refusal("crs_unknown", {"candidate_codes": codes})
    x, y = np.median(points, axis=0)
    return Refusal("crs_absurd", {"x": f"{x:.1f}", "y": f"{y:.1f}"})


def candidates(points: Points, extent: Extent | None = None) -> list[int]:
    """Return the Chinese systems the numbers can be in, inside the extent where one is given."""
    x, y = np.median(points, axis=0)
    codes: list[int] = []
    if abs(x) <= 180 and abs(y) <= 90:
        codes = [CGCS2000]
    elif 1.5e6 < y < 6.5e6:
        prefixed = zone_crs(int(x // 1e6))
        plain = WITHOUT_PREFIX if 100_000 < x < 900_000 else ()
        codes = [prefixed] if prefixed else list(plain)
    codes = [code for code in codes if is_plausible(points, code)]
    if extent is None:
        return codes
    return [code for code in codes if share_inside(points, code, extent) > 0.5]


def _guesses(
    said: Declared, points: Points, zones: list[int], chosen: int | None
) -> list[tuple[int, str]]:
    guesses: list[tuple[int, str]] = []
    x, y = np.median(points, axis=0)
    looks_like_degrees = bool(abs(x) <= 180 and abs(y) <= 90)
    if said.epsg is not None:
        guesses.append((said.epsg, "declared"))
        meridian = meridian_of(said.epsg)
        if meridian and not zones and 100_000 < x < 900_000:
            # a .prj with the zone prefix over eastings without it: same meridian, so same place
            guesses.append((plain_crs(meridian), "corrected"))
    prefixed = zone_crs(zones[0]) if zones and 1.5e6 < y < 6.5e6 else None
    if prefixed:
        guesses.append((prefixed, "prefix"))
    if looks_like_degrees:
        in_china = 73 <= x <= 136 and 3 <= y <= 54
        guesses.append((CGCS2000 if in_china else 4326, "degrees"))
    if chosen is not None:
        guesses.append((chosen, "chosen"))
    return guesses


def _zones(points: Points) -> list[int]:
    """Return the zone numbers that eastings of eight digits start with."""
    eastings_m = points[:, 0]
    return sorted({int(z) for z in eastings_m // 1e6 if 13 <= z <= 45})


def _is_north_first(points: Points, said: Declared) -> bool:
    """Tell Chinese coordinates written north first: seven digits north, six or eight east."""
    x, y = np.median(points, axis=0)
    if said.epsg is not None and said.epsg not in (CGCS2000, 4326) and not meridian_of(said.epsg):
        return False  # other countries' grids may look like this the right way round
    is_north = 1.7e6 < x < 6.1e6
    is_east = 13e6 <= y < 46e6 or 1e5 < y < 9e5
    # above 90 a number cannot be a latitude
    return bool((is_north and is_east) or (3 < x < 54 and 90 < y < 136))


def _place(points: Points, epsg: int) -> str:
    lon, lat = np.median(lonlat(points, epsg), axis=0)
    return f"{lon:.3f}°, {lat:.3f}°"
