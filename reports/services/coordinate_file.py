"""The exchange file of boundary points (界址点坐标) of parcels that leave the office."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np

from gis.crs import zone_crs
from gis.formats.coordinate_txt import write_coordinate_txt
from gis.language import Problem, _
from gis.zones import zone_of
from parcels.people.actor import Actor
from reports.daily import OFFICE_TIME
from reports.maps.compose import is_drawn

TAKEN_BY, TAKEN_AT = "数据导出人", "数据导出时间"
WORDS = ("parcel_no", "village", "land_class")


def coordinate_file(parcels: gpd.GeoDataFrame, *, unit: str, actor: Actor, now: datetime) -> bytes:
    """Return the outlines exactly as they are, in their own zone (else that of their middle).

    ``parcels`` has parcel_no, village, land_class and area_m2; one without an outline has no
    boundary points and falls out. The head says who took them out and when. What GBK has no sign
    for becomes a question mark.
    """
    own = parcels[parcels.geometry.map(is_drawn)]
    if own.empty:
        raise Problem(_("No parcel has an outline; there are no boundary points to write."))
    if zone_of(own.crs) is None:
        west, _south, east, _north = own.to_crs(4490).total_bounds
        own = own.to_crs(zone_crs(round((west + east) / 6)))
    words = {name: [_in_gbk(one) for one in own[name]] for name in WORDS}
    frame = own[["area_m2", "geometry"]].assign(**words)
    frame["area_m2"] = np.where(frame["area_m2"].isna(), frame.geometry.area, frame["area_m2"])
    here = now.astimezone(OFFICE_TIME)
    taken = {TAKEN_BY: _in_gbk(actor.display_name), TAKEN_AT: f"{here:%Y-%m-%d %H:%M}"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coordinates.txt"
        write_coordinate_txt(
            frame, path, number="parcel_no", name="village", land_class="land_class",
            area_m2="area_m2", unit=_in_gbk(unit), made_on=here.date(), more=taken,
        )  # fmt: skip
        return path.read_bytes()


def _in_gbk(words: object) -> str:
    return str(words).encode("gbk", "replace").decode("gbk")
