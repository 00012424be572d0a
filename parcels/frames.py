"""Parcels and structures as frames with a column contract, made from whatever a file holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS, Transformer

from gis.rings import Rings, rings_of
from parcels.columns import PARCEL_FIELDS
from parcels.regions import Level, level_of, township_of, village_of

TEXT_COLUMNS = tuple(
    field.name for field in PARCEL_FIELDS if not field.is_number and field.name != "inside_village"
)
NUMBER_COLUMNS = tuple(field.name for field in PARCEL_FIELDS if field.is_number)
_YES = {"1", "是", "y", "yes", "true", "t", "村内", "1.0"}
_NO = {"0", "否", "n", "no", "false", "f", "村外", "0.0"}


def parcels_frame(
    rows: gpd.GeoDataFrame | pd.DataFrame, mapping: Mapping[str, str], names: Mapping[str, str]
) -> gpd.GeoDataFrame | pd.DataFrame:
    """Return the register's columns of a file's rows; index, order and geometry are kept.

    Columns: row, parcel_no, township_code, township, village_code, village, ownership, land_class,
    block_no, declared_area_m2, declared_new_arable_m2, retained_m2, inside_village. ``names`` is
    region code → name and wins over the file's own names.
    """
    columns: dict[str, pd.Series] = {"row": rows["row"].astype("int64")}
    for name in TEXT_COLUMNS:
        columns[name] = _text(rows, mapping.get(name))
    for name in NUMBER_COLUMNS:
        columns[name] = _numbers(rows, mapping.get(name))
    if "retained_m2" not in mapping:  # no such column: nothing is kept back, said as an assumption
        columns["retained_m2"] = pd.Series(0.0, index=rows.index)
    columns["inside_village"] = _yes_or_no(rows, mapping.get("inside_village"))
    columns["village_code"] = columns["village_code"].map(_village_code)
    columns["township_code"] = columns["village_code"].map(township_of)
    for level in ("village", "township"):
        known = columns[f"{level}_code"].map(lambda code: names.get(code, ""))
        columns[level] = known.where(known != "", columns[level])
    frame = pd.DataFrame(columns, index=rows.index)
    if isinstance(rows, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(frame, geometry=rows.geometry.array, crs=rows.crs)
    return frame


@dataclass(frozen=True)
class Structures:
    """Structures as measuring needs them: rings and class, row by row the same.

    Three million of them as a frame of shapes take a minute to make and 2 GB to hold.
    """

    rings: Rings
    classes: npt.NDArray[np.object_]
    crs: CRS

    def __len__(self) -> int:
        return len(self.rings)

    def in_crs(self, crs: CRS) -> Structures:
        """Return the structures in another coordinate system."""
        if self.crs == crs:
            return self
        turn = Transformer.from_crs(self.crs, crs, always_xy=True)
        return Structures(self.rings.moved(turn.transform), self.classes, crs)

    def of_classes(self, wanted: Collection[str]) -> Structures:
        """Return the structures of some classes."""
        chosen = np.flatnonzero(pd.Series(self.classes).isin(wanted))
        return Structures(self.rings.of(chosen), self.classes[chosen], self.crs)

    def frame(self) -> gpd.GeoDataFrame:
        """Return class and geometry as a frame."""
        return gpd.GeoDataFrame({"class": self.classes}, geometry=self.rings.shapes(), crs=self.crs)


def structures_of(frame: gpd.GeoDataFrame) -> Structures:
    """Return the structures of a frame with a column ``class``."""
    rings = rings_of(frame.geometry.to_numpy())
    # a frame without classes is one of structures that say none
    classes = frame["class"] if "class" in frame else frame.geometry.map(lambda _outline: "")
    return Structures(rings, classes.to_numpy(dtype=object), frame.crs)


def structures_frame(rows: gpd.GeoDataFrame, mapping: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return row, class and geometry of a structure layer."""
    columns = {"row": rows["row"].astype("int64"), "class": _text(rows, mapping.get("class"))}
    return gpd.GeoDataFrame(columns, geometry=rows.geometry.array, crs=rows.crs, index=rows.index)


def structure_classes(rows: pd.DataFrame, mapping: Mapping[str, str]) -> npt.NDArray[np.object_]:
    """Return the class of each row of a structure layer, "" where no column says it."""
    return _text(rows, mapping.get("class")).to_numpy(dtype=object)


def sample_values(rows: pd.DataFrame, column: str, most: int = 3) -> list[str]:
    """Return up to three different values of a column, for a person to recognise it by."""
    values = _text(rows, column)
    return list(dict.fromkeys(value for value in values if value))[:most]


def frame_of(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> pd.DataFrame:
    """Return rows of the store as a frame, column by column: pandas is slow at rows it looks into.

    An empty result has the columns too.
    """
    columns = zip(*rows, strict=True) if rows else ([] for _name in names)
    return pd.DataFrame(dict(zip(names, map(list, columns), strict=True)), columns=list(names))


def as_members(column: pd.Series, kind: type[StrEnum]) -> pd.Series:
    """Return a column of text as members of an enum (``map`` would make plain text of them)."""
    members = {member.value: member for member in kind}
    return pd.Series([members[value] for value in column], index=column.index, dtype=object)


def _village_code(code: str) -> str:
    digits = village_of(code)
    return digits if level_of(digits) is Level.VILLAGE else code[: Level.VILLAGE]


def _text(rows: pd.DataFrame, column: str | None) -> pd.Series:
    if column is None:
        return pd.Series("", index=rows.index, dtype=object)
    values = rows[column]
    if pd.api.types.is_float_dtype(values):  # a code that a spreadsheet turned into a number
        values = values.map(
            lambda value: f"{value:.0f}" if float(value).is_integer() else value, na_action="ignore"
        )
    said = values.map(lambda value: str(value).strip(), na_action="ignore")
    return said.astype(object).where(values.notna(), "")


def _numbers(rows: pd.DataFrame, column: str | None) -> pd.Series:
    if column is None:
        return pd.Series(np.nan, index=rows.index)
    numbers = pd.to_numeric(rows[column], errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))


def _yes_or_no(rows: pd.DataFrame, column: str | None) -> pd.Series:
    said = _text(rows, column).str.casefold()
    answers: list[bool | None] = [True if s in _YES else False if s in _NO else None for s in said]
    return pd.Series(answers, index=rows.index, dtype=object)
