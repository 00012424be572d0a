"""A check's result as a zipped shapefile: ASCII names, a sheet of what they mean, UTF-8."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import shapely
from fiona.crs import CRS

from gis.language import Text, _
from parcels.output import as_rows

# name in the file (at most 10 bytes), our column, type, what it means
FIELDS: tuple[tuple[str, str, str, Text], ...] = (
    ("ROW", "row", "int:9", _("Row of the checked file")),
    ("TBBH", "parcel_no", "str:64", _("Parcel number")),
    ("XZMC", "township", "str:100", _("Township")),
    ("ZLDWMC", "village", "str:100", _("Village")),
    ("AREA_M2", "area_m2", "float:18.2", _("Survey area, m²")),
    ("TBMJ", "declared_area_m2", "float:18.2", _("Declared area, m²")),
    ("STRUCT_M2", "structure_m2", "float:18.2", _("Structures under the parcel, m²")),
    ("SHARE", "structure_share", "float:18.12", _("Structure share, 0 to 1")),
    ("NEWAR_M2", "new_arable_m2", "float:18.2", _("New arable, m²")),
    ("V_STRUCT", "structure_verdict", "str:16", _("Answer of the structure rule")),
    ("V_NEWAR", "new_arable_verdict", "str:16", _("Answer of the new-arable rule")),
    ("VERDICT", "verdict", "str:16", _("Verdict")),
    ("NEAR", "near_limit", "int:1", _("1: near a limit, measure in the field")),
    ("REASONS", "reasons", "str:254", _("Grounds (cut at 254 bytes; whole in the CSV)")),
)
LONGEST_TEXT = 254


def shapefile_zip(parcels: gpd.GeoDataFrame, *, about: str = "") -> bytes:
    """Return a zip of shp, shx, dbf, prj, cpg and ``fields.csv``; a row may have no outline.

    ``about`` (whose it is, who took it out and when) lies in it as ``about.txt``.
    """
    schema: dict[str, Any] = {
        "geometry": "Polygon",
        "properties": {name: kind for name, _column, kind, _title in FIELDS},
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parcels.shp"
        with fiona.open(
            path, "w", driver="ESRI Shapefile", schema=schema, encoding="UTF-8",
            crs=CRS.from_epsg(parcels.crs.to_epsg()),
        ) as target:  # fmt: skip
            for row, outline in zip(as_rows(parcels), parcels.geometry, strict=True):
                properties = {name: _cell(row[column]) for name, column, _k, _t in FIELDS}
                shape = None if outline is None else shapely.geometry.mapping(outline)
                target.write({"type": "Feature", "properties": properties, "geometry": shape})
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
            meanings = "".join(f"{name},{title}\r\n" for name, _c, _k, title in FIELDS)
            archive.writestr("fields.csv", meanings.encode("utf-8-sig"))
            if about:
                archive.writestr("about.txt", about.encode("utf-8-sig"))
        return packed.getvalue()


def _cell(value: Any) -> Any:
    """Return a cell as the file takes it: text cut at whole characters, decimals as floats."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return value.encode()[:LONGEST_TEXT].decode(errors="ignore")
    return None if value is None else float(value) if not isinstance(value, int) else value
