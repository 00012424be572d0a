"""GDAL with named drivers only. Imported in the child alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from gis.findings import Finding
from gis.formats.format import Raw
from gis.formats.outlines import Parsed, Unparsed
from gis.formats.problems import Unreadable
from gis.formats.text import find_encoding, readable, samples_of, unreadable

# What pyogrio's GDAL 3.12 and fiona's 3.9 may come with. A driver unknown here is met by starting
# the child once more.
DRIVERS = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,Arrow,CAD,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,"
    "ESRI Shapefile,ESRIJSON,Elasticsearch,FlatGeobuf,GDALG,GML,GPKG,GPSBabel,GPX,GTFS,GeoJSON,"
    "GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,JSONFG,KML,LIBKML,LVBAG,MBTiles,MEM,MVT,MapInfo File,MapML,"
    "MiraMonVector,NGW,ODBC,ODS,OAPIF,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,"
    "PDS4,PGDUMP,PLSCENES,PMTiles,Parquet,PostgreSQL,S57,SQLite,SXF,Selafin,TopoJSON,VDV,VFK,"
    "VICAR,VRT,WAsP,WFS,XLS,XLSX,XODR,"
    "Geoconcept,Memory,SVG,TIGER,UK .NTF"  # of fiona's own, older GDAL
).split(",")
ALSO_SKIPPED = "TRACKER_ALSO_SKIPPED"
CURVES = (8, 9, 10, 11, 12, 13, 14)
AREAS = ("Polygon", "MultiPolygon", "CurvePolygon", "MultiSurface", "GeometryCollection", "Unknown")


def gdal_with(drivers: Iterable[str]) -> Any:
    """Return pyogrio able to open nothing but the named formats."""
    _skip_all_but(drivers, "pyogrio")
    import pyogrio

    _require_only(drivers, pyogrio.list_drivers())
    return pyogrio


def fiona_with(drivers: Iterable[str]) -> Any:
    """Return fiona able to open nothing but the named formats."""
    _skip_all_but(drivers, "fiona")
    import fiona
    import fiona.env

    with fiona.env.Env() as gdal:
        _require_only(drivers, gdal.drivers())
    return fiona


def _skip_all_but(drivers: Iterable[str], library: str) -> None:
    """Tell GDAL what to leave out; it asks but once, when a library is loaded."""
    if library in sys.modules:
        return
    allowed = set(drivers)
    more = os.environ.get(ALSO_SKIPPED, "").split(",")
    os.environ["OGR_SKIP"] = ",".join(n for n in (*DRIVERS, *more) if n and n not in allowed)


def _require_only(drivers: Iterable[str], present: Iterable[str]) -> None:
    strangers = sorted(set(present) - set(drivers))
    if strangers and ALSO_SKIPPED not in os.environ:
        os.environ[ALSO_SKIPPED] = ",".join(strangers)
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606  the same command again
    if strangers:
        raise RuntimeError(f"GDAL still opens {strangers}")


def catalogue_of(path: Path, drivers: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Return the layers of a database that have shapes, and whether these can be areas.

    fiona tells names and schemas without a look at the rows; formats without a catalogue are
    listed by ``layers_of`` (docs/decisions/0030).
    """
    fiona = fiona_with(drivers)
    try:
        kinds = {name: _kind_of(fiona, path, name) for name in fiona.listlayers(path)}
    except Exception as error:
        raise Unreadable("damaged") from error
    return [(name, kind in AREAS) for name, kind in kinds.items() if kind != "None"]


def _kind_of(fiona: Any, path: Path, layer: str) -> str:
    """Return what a layer's schema says of its shapes, without heights."""
    try:
        with fiona.open(path, layer=layer) as opened:
            return str(opened.schema["geometry"]).removeprefix("3D ").removesuffix(" M")
    except fiona.errors.UnsupportedGeometryTypeError:
        return "Unknown"  # curves: reading them tells


def layers_of(path: Path, drivers: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Return the layers that have shapes, and whether these can be areas."""
    try:
        found = gdal_with(drivers).list_layers(path)
    except Exception as error:
        raise Unreadable("damaged") from error
    return [
        (str(name), str(kind).split(" ")[0] in AREAS) for name, kind in found if kind is not None
    ]


def read_ogr(
    path: Path, drivers: tuple[str, ...], layer: str, chosen: str | None = None, **options: Any
) -> Raw:
    """Read a layer's rows; a row whose outline GEOS cannot take is marked broken."""
    pyogrio = gdal_with(drivers)
    try:
        meta, table = pyogrio.read_arrow(path, layer=layer, return_fids=False, **options)
    except Exception as error:
        raise Unreadable("damaged") from error
    name = meta["geometry_name"] or "wkb_geometry"
    if name not in table.schema.names:
        raise Unreadable("no_layers")
    at = table.schema.names.index(name)
    outlines = unparsed(table.column(at), lambda: _lines_for_curves(path, layer, **options))
    columns, encoding, how, samples, unread = texts_of(table.remove_column(at), chosen)
    return Raw(
        layer, outlines, np.zeros(len(table), dtype=bool), np.arange(1, len(table) + 1), columns,
        meta.get("crs"), encoding, how, samples, tuple(unread),
    )  # fmt: skip


def unparsed(wkb: pa.ChunkedArray, lines_for_curves: Any = None) -> Unparsed:
    """Leave the outlines in Arrow's memory until they are looked at."""

    def parsed() -> Parsed:
        return shapes_of(np.array(wkb.to_pylist(), dtype=object), lines_for_curves)

    return Unparsed(wkb, parsed)


def shapes_of(
    wkb: npt.NDArray[np.object_], lines_for_curves: Any = None
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_], list[Finding]]:
    """Turn WKB into shapes; open rings are closed, curves become lines."""
    findings = []
    try:
        shapes = shapely.from_wkb(wkb)
    except (shapely.errors.GEOSException, ValueError, NotImplementedError):
        # one outline or more is out of the ordinary: take them one by one
        is_curve = np.array([_kind(one) in CURVES for one in wkb], dtype=bool)
        if is_curve.any() and lines_for_curves is not None:
            wkb = np.where(is_curve, lines_for_curves(), wkb)
            findings += [
                Finding("curve_linearised", int(row), {"row": int(row)})
                for row in np.flatnonzero(is_curve) + 1
            ]
        shapes = np.array([_shape(one) for one in wkb], dtype=object)
    is_given = np.array([one is not None for one in wkb], dtype=bool)
    return shapes, is_given & shapely.is_missing(shapes), findings


def _kind(wkb: bytes | None) -> int:
    if not wkb or len(wkb) < 5:
        return 0
    code = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big")
    return (code & 0x0FFFFFFF) % 1000


def _shape(wkb: bytes | None) -> shapely.Geometry | None:
    if wkb is None:
        return None
    try:
        return shapely.from_wkb(wkb, on_invalid="fix")
    except (shapely.errors.GEOSException, ValueError, NotImplementedError):
        return None


def _lines_for_curves(path: Path, layer: str, **options: Any) -> npt.NDArray[np.object_]:
    """Read the outlines again the slow way, which resolves arcs into half-degree steps."""
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": "0.5"})
    return np.asarray(pyogrio.raw.read(path, layer=layer, columns=[], **options)[2], dtype=object)


def texts_of(
    columns: pa.Table, chosen: str | None
) -> tuple[pa.Table, str, str, tuple[str, ...], list[Finding]]:
    """Make sure that every text is text: bytes that are no UTF-8 are decoded as what they fit."""
    findings: list[Finding] = []
    how, codec = "format", "utf-8"
    seen: list[str] = []
    for i, name in enumerate(columns.schema.names):
        column = columns.column(i)
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        raw = column.cast(pa.large_binary())
        try:
            text = raw.cast(pa.large_string())
        except pa.ArrowInvalid:
            values = raw.to_pylist()
            encoding = find_encoding([v for v in values if v], None, chosen)
            if encoding is None:
                raise Unreadable("bad_encoding", encoding=chosen) from None
            how, codec = encoding.how, encoding.codec
            if how == "guessed" and not findings:
                findings.append(Finding("text_guessed", values={"encoding": codec}))
            told = [None if v is None else readable(v, codec)[0] for v in values]
            findings += unreadable(name, told, range(1, len(told) + 1))
            text = pa.array(told, pa.large_string())
        columns = columns.set_column(i, name, text.cast(pa.string()))
        if len(seen) < 100:
            seen += [t for t in text.slice(0, 200).to_pylist() if t]
    return columns, codec, how, samples_of(seen), findings
