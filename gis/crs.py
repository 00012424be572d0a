"""Which coordinate system a layer is in, decided from its declaration and its own numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from gis.language import Text, _

Extent = tuple[float, float, float, float]
Points = npt.NDArray[np.float64]  # n × 2, one point a feature

CGCS2000 = 4490
THREE_DEGREE = range(25, 46)  # zone n has its meridian at 3·n degrees
SIX_DEGREE = range(13, 24)  # zone n has its meridian at 6·n − 3 degrees
WITHOUT_PREFIX = tuple(range(4534, 4555))
METRE_M = 0.001  # two definitions that agree to a millimetre are the same system
XIAN80 = {4610, *range(2327, 2391)}
BEIJING54 = {4214, *range(2401, 2443), *range(21413, 21464)}


def zone_crs(zone: int) -> int | None:
    """Return the EPSG number of a CGCS2000 zone whose eastings start with the zone number."""
    if zone in THREE_DEGREE:
        return 4488 + zone
    return 4478 + zone if zone in SIX_DEGREE else None


def plain_crs(meridian: int) -> int:
    """Return the EPSG number of the 3-degree zone without prefix on a central meridian."""
    return 4534 + (meridian - 75) // 3


def meridian_of(epsg: int) -> int | None:
    """Return the central meridian of a CGCS2000 zone, else None."""
    if 4491 <= epsg <= 4512:
        return 75 + 6 * ((epsg - 4491) % 11)
    return 75 + 3 * ((epsg - 4513) % 21) if 4513 <= epsg <= 4554 else None


def has_prefix(epsg: int) -> bool:
    """Tell whether eastings of a CGCS2000 zone start with the zone number."""
    return 4491 <= epsg <= 4501 or 4513 <= epsg <= 4533


def label(epsg: int) -> Text:
    """Return a coordinate system's name for people."""
    meridian = meridian_of(epsg)
    if epsg == CGCS2000:
        return _("CGCS2000 longitude and latitude (EPSG:{epsg})", epsg=epsg)
    if meridian is None:
        return _("{name} (EPSG:{epsg})", name=_known(epsg).name, epsg=epsg)
    width = 6 if epsg <= 4512 else 3
    zone = (meridian + 3) // 6 if width == 6 else meridian // 3
    values = {"width": width, "meridian": meridian, "zone": zone, "epsg": epsg}
    if has_prefix(epsg):
        return _("CGCS2000 {width}-degree zone {zone} (EPSG:{epsg})", **values)
    return _("CGCS2000 {width}-degree, meridian {meridian}° (EPSG:{epsg})", **values)


@dataclass(frozen=True)
class Declared:
    """What the file says: an EPSG number, or the reason why it cannot be taken at its word."""

    epsg: int | None
    name: str
    refused: str | None = None  # "crs_xian80", "crs_beijing54", "crs_unnamed"


def declared(wkt: str | None) -> Declared:
    """Recognise a declaration by ellipsoid, meridian and false easting, not by its spelling."""
    if not wkt or not wkt.strip():
        return Declared(None, "")
    try:
        crs = CRS.from_user_input(wkt.strip().lstrip("\ufeff"))
    except (CRSError, ProjError, ValueError):
        return Declared(None, wkt.strip()[:60])
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    old = _old_chinese(crs)
    if old:
        return Declared(None, crs.name, old)
    epsg = _chinese(crs) or _exact(crs)
    return Declared(epsg, crs.name, None if epsg else "crs_unnamed")


def _old_chinese(crs: CRS) -> str | None:
    """Tell Xi'an 80 and Beijing 54: PROJ would pass them on unchanged, tens of metres off."""
    words = f"{crs.name} {crs.datum.name if crs.datum else ''}".lower()
    ellipsoid = crs.ellipsoid
    axis_m = ellipsoid.semi_major_metre if ellipsoid else 0.0
    if axis_m == 6378140 or re.search(r"xi[_' ]?an|(?<!grs[ _])1980|iag.?75", words):
        return "crs_xian80"
    if re.search(r"beijing|bj.?54|1954", words):
        return "crs_beijing54"
    meridian = _gauss_kruger(crs)
    is_unnamed = not re.search(r"pulkovo|s-?42|s-?95|gsk|1942|1995", words)
    # Krassovsky on a Chinese meridian is Beijing 54 unless it says that it is Russian
    return "crs_beijing54" if axis_m == 6378245 and meridian and is_unnamed else None


def _gauss_kruger(crs: CRS) -> tuple[int, float] | None:
    """Return (central meridian, false easting) of a plain Gauss–Krüger grid on China's zones."""
    operation = crs.coordinate_operation
    if operation is None or "transverse_mercator" not in operation.method_name.lower().replace(
        " ", "_"
    ):
        return None
    values = {one.name.lower(): float(one.value) for one in operation.params}
    meridian = values.get("longitude of natural origin", values.get("central_meridian"))
    easting = values.get("false easting")
    is_plain = (
        abs(values.get("scale factor at natural origin", 1) - 1) < 1e-9
        and abs(values.get("latitude of natural origin", 0)) < 1e-9
        and abs(values.get("false northing", 0)) < METRE_M
    )
    if meridian is None or easting is None or not is_plain or abs(meridian % 3) > 1e-9:
        return None
    return (round(meridian), easting) if 75 <= meridian <= 135 else None


def _chinese(crs: CRS) -> int | None:
    ellipsoid = crs.ellipsoid
    if ellipsoid is None or abs(ellipsoid.inverse_flattening - 298.2572221) > 2e-6:
        return None
    if crs.is_geographic:
        words = f"{crs.name} {crs.datum.name if crs.datum else ''}".lower()
        return CGCS2000 if re.search(r"cgcs|china", words) else None
    grid = _gauss_kruger(crs)
    unit_m = crs.axis_info[0].unit_conversion_factor if crs.axis_info else 1
    if grid is None or unit_m != 1:
        return None
    meridian, easting_m = grid
    is_six = bool(re.search(r"(?<![0-9])6.?deg", crs.name.lower()))
    if easting_m == 500_000:
        six = 4502 + (meridian - 75) // 6
        return six if is_six and meridian % 6 == 3 else plain_crs(meridian)
    zone = round((easting_m - 500_000) / 1e6)
    epsg = zone_crs(zone)
    is_whole = easting_m == zone * 1e6 + 500_000
    return epsg if epsg and is_whole and meridian_of(epsg) == meridian else None


def _exact(crs: CRS) -> int | None:
    """Return an EPSG number only if that system puts points where the declared one does."""
    if crs.to_authority() == ("OGC", "CRS84"):
        return 4326  # the same places, longitude first, as every layer here is
    for confidence in (100, 70, 20):  # low confidences answer wrongly at times, hence the proof
        epsg = crs.to_epsg(min_confidence=confidence)
        if epsg is not None and (confidence == 100 or _agree(crs, _known(epsg))):
            return epsg
    return None


def _agree(one: CRS, other: CRS) -> bool:
    if one.ellipsoid is None or other.ellipsoid is None or other.area_of_use is None:
        return False
    if abs(one.ellipsoid.semi_major_metre - other.ellipsoid.semi_major_metre) > METRE_M:
        return False
    use = other.area_of_use
    lon, lat = (use.west + use.east) / 2, (use.south + use.north) / 2
    try:
        here, there = (
            np.array(pyproj.Transformer.from_crs(c.geodetic_crs, c, always_xy=True).transform(*p))
            for c in (one, other)
            for p in ((lon, lat),)
        )
    except ProjError:
        return False
    return bool(np.isfinite(here).all() and np.abs(here - there).max() < METRE_M)


def is_known(epsg: int) -> bool:
    """Tell whether there is a coordinate system of this EPSG number."""
    try:
        _known(epsg)
    except CRSError:
        return False
    return True


def old_chinese(epsg: int) -> str | None:
    """Tell Xi'an 80 and Beijing 54 by number, as ``Declared.refused`` names them; None of others.

    Raises CRSError where there is no such number.
    """
    return _old_chinese(_known(epsg))


@cache
def _known(epsg: int) -> CRS:
    return CRS.from_epsg(epsg)


@cache
def _to_lonlat(epsg: int) -> pyproj.Transformer:
    crs = _known(epsg)
    # A null step for CGCS2000, WGS 84 and their like: positions to check, never to measure
    return pyproj.Transformer.from_crs(crs, crs.geodetic_crs or CGCS2000, always_xy=True)


def lonlat(points: Points, epsg: int) -> Points:
    """Return the points in degrees; what falls outside the system's reach becomes infinite."""
    if not len(points):
        return points
    return np.column_stack(_to_lonlat(epsg).transform(points[:, 0], points[:, 1]))


def share_inside(points: Points, epsg: int, extent: Extent, margin_deg: float = 0.02) -> float:
    """Return the share of points (0–1) inside a lon/lat box grown by a margin of about 2 km."""
    return float(is_inside(lonlat(points, epsg), extent, margin_deg).mean())


def is_inside(
    points_lonlat: Points, extent: Extent, margin_deg: float = 0.02
) -> npt.NDArray[np.bool_]:
    """Tell which points are inside a lon/lat box grown by a margin."""
    low, high = np.array(extent[:2]) - margin_deg, np.array(extent[2:]) + margin_deg
    return np.asarray(((points_lonlat >= low) & (points_lonlat <= high)).all(axis=1))


def is_plausible(points: Points, epsg: int) -> bool:
    """Tell whether most points fall where the system is meant to be used, with 2 degrees slack."""
    use = _known(epsg).area_of_use
    if use is None or use.west > use.east:
        return True
    return share_inside(points, epsg, (use.west, use.south, use.east, use.north), 2.0) > 0.5
