"""The lines of a coordinate exchange file as its prescription wants them. Not for the child."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gis.formats.problems import problem
from gis.units import half_up, to_ha
from gis.zones import Zone, zone_of

DECIMALS = 3  # the survey's coordinates stand at the millimetre
SEPARATORS = str.maketrans({",": "，", "@": "＠", "\r": " ", "\n": " "})


def lines_of(
    frame: gpd.GeoDataFrame,
    file: str,
    columns: tuple[str | None, ...],
    area_m2: str | None,
    unit: str,
    made_on: date | None,
    more: Mapping[str, str],
) -> list[str]:
    """Return head and parcels; ``columns``: number, name, map sheet, use, land class."""
    zone = zone_of(frame.crs)
    if zone is None:
        raise problem("not_in_zone", file, {"name": frame.crs.name if frame.crs else "–"})
    lines = _head(zone, unit, made_on, more)
    is_area = shapely.get_type_id(frame.geometry.to_numpy())
    if not np.isin(is_area, (3, 6)).all() or frame.geometry.is_empty.any():
        row = frame.index[~np.isin(is_area, (3, 6)) | frame.geometry.is_empty.to_numpy()][0]
        raise problem("not_all_areas", file, {"row": row})
    texts = [_texts(frame, column) for column in columns]
    for i, outline in enumerate(frame.geometry):
        parts = shapely.get_parts(outline)
        number, name, sheet, use, land_class = (text[i] for text in texts)
        whole_m2 = None if area_m2 is None else float(frame[area_m2].iloc[i])
        for place, part in enumerate(parts, 1):
            own = number if len(parts) == 1 else f"{number}-{place}"
            # a given area is shared out in proportion, so that the parts add up to it
            part_m2 = part.area if whole_m2 is None else whole_m2 * part.area / outline.area
            ha = half_up(to_ha(part_m2), 6)
            body = list(_vertices(part))
            lines.append(f"{len(body)},{ha},{own},{name},面,{sheet},{use},{land_class},@")
            lines += body
    return lines


def _head(zone: Zone, unit: str, made_on: date | None, more: Mapping[str, str]) -> list[str]:
    """Return the prescribed lines in their order, then ours: some readers count lines."""
    return [
        "[属性描述]", "格式版本号=1.01版本", f"数据产生单位={unit.translate(SEPARATORS)}",
        f"数据产生日期={made_on.isoformat() if made_on else ''}", "坐标系=2000国家大地坐标系",
        f"几度分带={zone.degrees}", "投影类型=高斯克吕格", "计量单位=米", f"带号={zone.number}",
        "精度=0.001", "转换参数=,,,,,,",
        *(f"{key}={value.translate(SEPARATORS)}" for key, value in more.items()), "[地块坐标]",
    ]  # fmt: skip


def _texts(frame: gpd.GeoDataFrame, column: str | None) -> list[str]:
    if column is None:
        return [""] * len(frame)
    values = frame[column]
    return [
        "" if is_empty else str(value).strip().translate(SEPARATORS)
        for value, is_empty in zip(values, values.isna(), strict=True)
    ]


def _vertices(polygon: shapely.Polygon) -> Iterator[str]:
    """Yield J1 … of the shell, then of each hole, every ring ending on its first point."""
    point = 1
    for ring_no, ring in enumerate([polygon.exterior, *polygon.interiors], 1):
        corners = _from_north_west(np.round(shapely.get_coordinates(ring)[:-1], DECIMALS))
        first = point
        for east, north in corners:
            yield f"J{point},{ring_no},{north:.{DECIMALS}f},{east:.{DECIMALS}f}"
            point += 1
        east, north = corners[0]
        yield f"J{first},{ring_no},{north:.{DECIMALS}f},{east:.{DECIMALS}f}"


def _from_north_west(corners: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a ring's corners clockwise from the one nearest to its box's north-west corner."""
    x, y = (corners - corners[0]).T
    if float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) > 0:
        corners = corners[::-1]
    west, north = corners[:, 0].min(), corners[:, 1].max()
    return np.roll(corners, -int(np.argmin(np.hypot(*(corners - (west, north)).T))), axis=0)
