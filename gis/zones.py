"""Zone arithmetic of CGCS2000 Gauss–Krüger: which zone a layer is in, which one to measure in.

Zones are told from the projection's numbers (ellipsoid, meridian, false easting), not from its name
or EPSG code: ``.prj`` spellings vary and a code found by similarity can be the neighbour's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from pyproj import CRS, Transformer

if TYPE_CHECKING:
    import geopandas as gpd

CGCS2000_A_M = 6378137.0
CGCS2000_RF = 298.257222101
METRES_PER_ZONE_PREFIX = 1_000_000
FALSE_EASTING_M = 500_000
WEST_MERIDIAN, EAST_MERIDIAN = 75, 135
MIDDLE_MERIDIAN = 105  # for a layer without any shape: the middle of the country

_TRANSVERSE_MERCATOR = ("9807", "9824")  # EPSG methods; 9824 is the zoned grid, never met in a .prj
_OLD_ELLIPSOIDS = {298.3: "Krassowsky 1940 (Beijing 54)", 298.257: "IAG 1975 (Xi'an 80)"}


@dataclass(frozen=True)
class Zone:
    """A CGCS2000 Gauss–Krüger zone; ``prefixed``: eastings start with the zone number."""

    degrees: Literal[3, 6]
    number: int
    central_meridian: float
    prefixed: bool

    @property
    def false_easting_m(self) -> float:
        """Easting of the central meridian."""
        return FALSE_EASTING_M + (METRES_PER_ZONE_PREFIX * self.number if self.prefixed else 0)

    @property
    def epsg(self) -> int:
        """EPSG code of the zone."""
        if self.degrees == 3:
            return (4488 if self.prefixed else 4509) + self.number
        return (4478 if self.prefixed else 4489) + self.number


@dataclass(frozen=True)
class Projection:
    """A transverse Mercator at scale 1 on the CGCS2000 ellipsoid, wherever its meridian lies."""

    central_meridian: float
    false_easting_m: float


def zone_of(crs: Any) -> Zone | None:
    """Return the CGCS2000 Gauss–Krüger zone of a coordinate system, None if it is not one."""
    projection = projection_of(crs)
    if projection is None:
        return None
    meridian = round(projection.central_meridian)
    if abs(projection.central_meridian - meridian) > 1e-9 or meridian % 3:
        return None
    if not WEST_MERIDIAN <= meridian <= EAST_MERIDIAN:
        return None
    three, six = meridian // 3, (meridian + 3) // 6
    is_six_meridian = meridian % 6 == 3
    if _same_m(projection.false_easting_m, FALSE_EASTING_M):
        # The same meridian serves both widths; only the name tells which was meant.
        if is_six_meridian and _says_six_degrees(CRS.from_user_input(crs).name):
            return Zone(6, six, float(meridian), prefixed=False)
        return Zone(3, three, float(meridian), prefixed=False)
    prefix_m = projection.false_easting_m - FALSE_EASTING_M
    if _same_m(prefix_m, three * METRES_PER_ZONE_PREFIX):
        return Zone(3, three, float(meridian), prefixed=True)
    if is_six_meridian and _same_m(prefix_m, six * METRES_PER_ZONE_PREFIX):
        return Zone(6, six, float(meridian), prefixed=True)
    return None


def projection_of(crs: Any) -> Projection | None:
    """Return meridian and false easting if this is Gauss–Krüger on the CGCS2000 ellipsoid."""
    if crs is None:
        return None
    return _projection_of(CRS.from_user_input(crs))


def working_crs(crs: Any, bounds_lonlat: tuple[float, float, float, float]) -> CRS:
    """Return the metre grid to measure a layer in: its own zone, else the nearest 3-degree zone.

    ``bounds_lonlat`` is (west, south, east, north) in degrees. Outside China the same projection
    is set up on the nearest meridian. ValueError for no coordinate system and for Beijing 54 and
    Xi'an 80, which PROJ would pass through unchanged although up to 100 m and more off.
    """
    if crs is None:
        raise ValueError("a layer without a coordinate system cannot be measured")
    own = CRS.from_user_input(crs)
    if zone_of(own) is not None:
        return own
    _require_known_datum(own)
    west, _south, east, _north = bounds_lonlat
    middle = (west + east) / 2
    meridian = 3 * round(middle / 3) if np.isfinite(middle) else MIDDLE_MERIDIAN
    if WEST_MERIDIAN <= meridian <= EAST_MERIDIAN:
        return CRS.from_epsg(Zone(3, meridian // 3, float(meridian), prefixed=False).epsg)
    return CRS.from_proj4(
        f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0={FALSE_EASTING_M} +y_0=0 "
        f"+ellps=GRS80 +units=m +no_defs"
    )


def in_working_crs(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the layer in metres: a new frame in its ``working_crs``; rows and index as given."""
    own = frame.crs
    if own is None:
        raise ValueError("a layer without a coordinate system cannot be measured")
    if zone_of(own) is not None:
        return frame.copy(deep=False)
    target = working_crs(own, bounds_lonlat(own, tuple(frame.total_bounds)))
    return frame.to_crs(target)


def bounds_lonlat(
    crs: Any, bounds: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Return bounds given in a layer's coordinate system in degrees; nan for an empty layer."""
    if not np.isfinite(bounds).all():
        return (np.nan, np.nan, np.nan, np.nan)
    own = CRS.from_user_input(crs)
    if own.is_geographic:
        return cast("tuple[float, float, float, float]", tuple(float(side) for side in bounds))
    to_degrees = Transformer.from_crs(own, own.geodetic_crs or "EPSG:4490", always_xy=True)
    return to_degrees.transform_bounds(*bounds)


@lru_cache(maxsize=256)
def _projection_of(crs: CRS) -> Projection | None:
    if crs.is_compound:
        return _projection_of(crs.sub_crs_list[0])
    if crs.is_bound and crs.source_crs is not None:
        return _projection_of(crs.source_crs)
    ellipsoid, operation = crs.ellipsoid, crs.coordinate_operation
    if not crs.is_projected or ellipsoid is None or operation is None:
        return None
    if abs(ellipsoid.semi_major_metre - CGCS2000_A_M) > 1e-3:
        return None
    if abs(ellipsoid.inverse_flattening - CGCS2000_RF) > 5e-7:  # WGS 84 is 1.5e-6 away
        return None
    named = operation.method_name.lower().replace("_", " ")
    is_tm = operation.method_code in _TRANSVERSE_MERCATOR or "transverse mercator" in named
    if not (is_tm or "gauss" in named) or "south" in named:
        return None
    if any(abs(axis.unit_conversion_factor - 1) > 1e-12 for axis in crs.axis_info):
        return None
    values = {
        parameter.name.lower(): float(parameter.value) * parameter.unit_conversion_factor
        for parameter in operation.params
    }
    meridian = np.degrees(values.get("longitude of natural origin", np.nan))
    is_plain = (
        abs(values.get("latitude of natural origin", 0.0)) < 1e-12
        and abs(values.get("scale factor at natural origin", 1.0) - 1) < 1e-9
        and abs(values.get("false northing", 0.0)) < 1e-6
    )
    if not is_plain or not np.isfinite(meridian):
        return None
    return Projection(round(float(meridian), 9), float(values.get("false easting", 0.0)))


def _same_m(one_m: float, other_m: float) -> bool:
    return abs(one_m - other_m) < 1e-6


def _says_six_degrees(name: str) -> bool:
    """Return whether a name means 6-degree zones: EPSG and Esri only ever write the 3 out."""
    words = re.sub(r"[\W_]+", " ", name.lower())
    if re.search(r"\b3 ?deg", words):
        return False
    return bool(re.search(r"\b6 ?deg|\bgk\b|gauss", words))


def _require_known_datum(crs: CRS) -> None:
    ellipsoid = crs.ellipsoid
    for inverse_flattening, name in _OLD_ELLIPSOIDS.items():
        if ellipsoid is not None and abs(ellipsoid.inverse_flattening - inverse_flattening) < 1e-7:
            raise ValueError(f"{crs.name} is on {name}; convert it to CGCS2000 before measuring")
