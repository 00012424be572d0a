"""A layer that was read, and what was understood of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.findings import Finding
from gis.language import _, say

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

CRS_HOW = {
    "declared": _("as the file says"),
    "prefix": _("by the zone number the eastings start with"),
    "degrees": _("because the numbers are degrees"),
    "chosen": _("as chosen"),
    "extent": _("because only this one lies in the project's area"),
    "corrected": _("by the size of the eastings, which the file's declaration does not fit"),
}
ENCODING_HOW = {
    "ascii": _("the text has no Chinese characters"),
    "bytes": _("found from the text itself"),
    "declared": _("as the file says"),
    "overruled": _("found from the text itself; the file says otherwise"),
    "chosen": _("as chosen"),
    "guessed": _("a guess"),
    "format": _("as the format prescribes"),
}


@dataclass(frozen=True)
class Understood:
    """What was read and assumed; shown to the person before anything is kept."""

    format: str
    layer: str
    rows_in: int
    crs: int
    crs_how: str
    encoding: str
    encoding_how: str
    samples: tuple[str, ...]
    columns: tuple[str, ...]
    bounds_lonlat: tuple[float, float, float, float]
    sha256: str
    beside: tuple[str, ...] = ()  # the file's other layers of areas

    def sentences(self) -> list[str]:
        """Return what was understood in the reader's language."""
        from gis.crs import label

        west, south, east, north = (f"{degrees:.4f}" for degrees in self.bounds_lonlat)
        told = [
            say("Layer {layer} ({format}): {rows} rows.", layer=self.layer, format=self.format,
                rows=self.rows_in),
            say("Coordinates: {crs}, {how}.", crs=label(self.crs), how=CRS_HOW[self.crs_how]),
            say("It lies between {west}° and {east}° east, {south}° and {north}° north.",
                west=west, south=south, east=east, north=north),
            say("Text: {encoding}, {how}.", encoding=self.encoding,
                how=ENCODING_HOW[self.encoding_how]),
        ]  # fmt: skip
        if self.samples:
            told.append(say("Are these your names? {samples}", samples=" · ".join(self.samples)))
        return told


@dataclass(frozen=True)
class Layer:
    """Rows kept and rows rejected; together they are ``understood.rows_in``.

    ``frame``: RangeIndex, column ``row`` (1-based row of the file), the file's own columns,
    polygons in the plane, valid. ``rejected``: ``row``, ``rejected_for`` (a finding code) and the
    file's own columns.
    """

    frame: gpd.GeoDataFrame
    rejected: pd.DataFrame
    findings: tuple[Finding, ...]
    understood: Understood
