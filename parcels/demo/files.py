"""The county as an office's files: a zipped shapefile in GBK, two GeoPackages, the policy."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fiona
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely
from shapely.geometry import mapping

from gis.survey_area import survey_area_m2
from parcels.demo import names
from parcels.demo.county import MIN_NEW_ARABLE_M2, MIN_SHARE, County, Parcel, coverage
from parcels.demo.faults import CUT_REMARK
from parcels.demo.imagery import AFTER_TAKEN_ON, BEFORE_TAKEN_ON
from parcels.demo.layout import on_the_ground

CRS = "EPSG:4526"
SHAPEFILE = "拆旧复垦/拆旧地块"
REMARK_BYTES = 21  # odd: a longer text in GBK is cut in the middle of a character
COLUMNS = {
    "TBBH": "str:12",
    "ZLDWDM": "str:19",
    "ZLDWMC": "str:40",
    "XZMC": "str:40",
    "QSXZ": "str:2",
    "DLBM": "str:5",
    "DLMC": "str:40",
    "TBMJ": "float:18.2",
    "XZGDMJ": "float:18.2",
    "DKBH": "str:16",
    "BZ": f"str:{REMARK_BYTES}",
}
# As desktop software in Chinese offices spells it, without any EPSG code.
PRJ = (
    'PROJCS["CGCS2000_3_Degree_GK_Zone_38",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",38500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
_LANGUAGE_BYTE = 29
_A_DAY = "2024-03-15"  # no clock: the files are the same on every day
_ZIP_DAY = (2024, 3, 15, 9, 0, 0)


def _areas_m2(parcels: Sequence[Parcel], drawn: Mapping[str, Any]) -> npt.NDArray[np.float64]:
    """Return survey areas; rows that lost or crossed their outline have that of the drawn one."""
    shapes = []
    for parcel in parcels:
        is_spoilt = parcel.shape is None or not parcel.shape.is_valid
        key = f"{parcel.village.code}/{parcel.number}"
        shapes.append(on_the_ground(drawn[key] if is_spoilt else parcel.shape))
    return survey_area_m2(shapes, CRS)


def _records(county: County, parcels: Sequence[Parcel]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the parcel layer as fiona takes them."""
    drawn = {f"{p.village.code}/{p.number}": p.shape for p in county.parcels}
    for parcel, area_m2 in zip(parcels, _areas_m2(parcels, drawn), strict=True):
        factor, extra_m2 = parcel.declared_by
        shape = None if parcel.shape is None else mapping(on_the_ground(parcel.shape))
        values = (
            parcel.number,
            f"{parcel.village.code}0000000",
            parcel.village.name,
            parcel.village.township_name,
            parcel.ownership,
            parcel.land_class,
            names.LAND_CLASSES[parcel.land_class],
            round(float(area_m2) * factor + extra_m2, 2),
            parcel.new_arable_m2,
            parcel.block,
            "" if parcel.remark == CUT_REMARK else parcel.remark,
        )
        row = dict(zip(COLUMNS, values, strict=True))
        yield {"geometry": shape, "properties": {k: v if v != "" else None for k, v in row.items()}}


def _with_cut_remarks(dbf: bytes, parcels: Sequence[Parcel]) -> bytes:
    """Write the long remarks as old software does: the first bytes that fit, half a character too.

    The language byte is set to 0, "not said", as in most files that arrive.
    """
    content = bytearray(dbf)
    content[_LANGUAGE_BYTE] = 0
    head, length = struct.unpack_from("<HH", content, 8)
    for row, parcel in enumerate(parcels):
        if parcel.remark == CUT_REMARK:
            end = head + (row + 1) * length  # the remark is the last field
            content[end - REMARK_BYTES : end] = CUT_REMARK.encode("gbk")[:REMARK_BYTES]
    return bytes(content)


def write_parcels(path: Path, county: County, parcels: Sequence[Parcel]) -> None:
    """Write the parcel layer as a zip made on an old Windows: GBK throughout, nothing says so."""
    with TemporaryDirectory(dir=path.parent) as room:
        plain = Path(room) / "parcels.shp"
        schema = {"geometry": "Polygon", "properties": COLUMNS}
        options = {"DBF_DATE_LAST_UPDATE": _A_DAY, "encoding": "GBK"}
        with fiona.open(plain, "w", "ESRI Shapefile", schema=schema, crs=CRS, **options) as layer:
            layer.writerecords(_records(county, parcels))
        members = {
            ".shp": plain.read_bytes(),
            ".shx": plain.with_suffix(".shx").read_bytes(),
            ".dbf": _with_cut_remarks(plain.with_suffix(".dbf").read_bytes(), parcels),
            ".prj": PRJ.encode("ascii"),
        }
    _zip_in_gbk(path, members)


def _zip_in_gbk(path: Path, members: Mapping[str, bytes]) -> None:
    """Zip members under GBK names without the UTF-8 flag.

    zipfile cannot write such names, so it is given ASCII ones of the same length, replaced after.
    """
    name = SHAPEFILE.encode("gbk")
    stand_in = b"~" * len(name)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix, content in members.items():
            entry = zipfile.ZipInfo(stand_in.decode() + suffix, _ZIP_DAY)
            entry.create_system, entry.external_attr = 0, 0x20  # FAT, archive bit
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    content = path.read_bytes()
    if content.count(stand_in) != 2 * len(members):
        raise AssertionError("the stand-in name also occurs in the packed data")
    path.write_bytes(content.replace(stand_in, name))


@contextmanager
def _no_clock() -> Iterator[None]:
    """Keep the time of writing out of GeoPackages."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{_A_DAY}T01:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layer(path: Path, layer: str, values: Mapping[str, list], shapes: list) -> None:
    placed = [on_the_ground(shape) for shape in shapes]
    frame = gpd.GeoDataFrame(pd.DataFrame(values), geometry=placed, crs=CRS)
    pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=path.exists())


def write_structures(path: Path, county: County) -> None:
    """Write the interpreted structures and the area the interpretation covered."""
    structures = county.structures
    values: dict[str, list] = {
        "id": list(range(1, len(structures) + 1)),
        "class": [structure.kind for structure in structures],
    }
    with _no_clock():
        _write_layer(path, "structures", values, [structure.shape for structure in structures])
        taken = {"image_date": [BEFORE_TAKEN_ON.isoformat()]}
        _write_layer(path, "coverage", taken, [coverage(county.layout)])


def write_boundaries(path: Path, county: County) -> None:
    """Write county, townships and villages; each level is the union of the one below."""
    layout = county.layout
    villages, cells = layout.villages, list(layout.cells)
    townships = {village.township_code: village.township_name for village in villages}
    outlines = [
        shapely.coverage_union_all(
            [c for v, c in zip(villages, cells, strict=True) if v.township_code == code]
        )
        for code in townships
    ]
    town_values = {"code": list(townships), "name": list(townships.values())}
    village_values = {
        "code": [village.code for village in villages],
        "name": [village.name for village in villages],
        "township_code": [village.township_code for village in villages],
    }
    county_values = {"code": [names.COUNTY_CODE], "name": [names.COUNTY_NAME]}
    with _no_clock():
        _write_layer(path, "county", county_values, [shapely.coverage_union_all(cells)])
        _write_layer(path, "townships", town_values, outlines)
        _write_layer(path, "villages", village_values, cells)


def write_policy(path: Path) -> None:
    """Write the policy version the demo is judged under."""
    path.write_text(
        f"""\
# 演示用政策版本。文号、日期、X、Y 均为虚构，不代表任何地方的真实规定，请以本地文件为准。
document_no = "演示〔2024〕第0号（虚构）"
in_force_on = 2024-04-01

# X：图斑内构筑物占比下限（0–1，此处为虚构值 30%）
min_share = "{MIN_SHARE:.2f}"
# Y：单个图斑新增耕地面积下限（平方米，此处为虚构值）
min_new_arable_m2 = "{MIN_NEW_ARABLE_M2:.0f}"

# 构筑物解译所用影像（before.tif）的日期；整治后影像（after.tif）摄于 {AFTER_TAKEN_ON}
image_date = {BEFORE_TAKEN_ON}
# 解译影像分辨率（米），用于提示“接近界线”的图斑
pixel_m = "0.2"

# 全部图斑视为村内图斑；新增耕地面积取图层 XZGDMJ 列
inside_village = "all"
new_arable_from = "column"
""",
        encoding="utf-8",
    )
