"""Layers for tests, written byte by byte where a library would tidy them up."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pyproj

SQUARE = [(0, 0), (0, 10), (10, 10), (10, 0), (0, 0)]
AT = (38_500_000.0, 3_400_000.0)  # zone 38, on its meridian, 114° east
PRJ_38 = pyproj.CRS.from_epsg(4526).to_wkt("WKT1_ESRI")


def square(x: float = AT[0], y: float = AT[1]) -> list[tuple[float, float]]:
    return [(x + dx, y + dy) for dx, dy in SQUARE]


def squares(count: int) -> list[list[tuple[float, float]] | None]:
    return [square(AT[0] + 20 * i) for i in range(count)]


def shp_and_shx(rings: list[list[tuple[float, float]] | None]) -> tuple[bytes, bytes]:
    body, index, at = b"", b"", 50
    for number, ring in enumerate(rings, 1):
        if ring is None:
            content = struct.pack("<i", 0)
        else:
            xs, ys = [p[0] for p in ring], [p[1] for p in ring]
            content = struct.pack("<i4d3i", 5, min(xs), min(ys), max(xs), max(ys), 1, len(ring), 0)
            content += b"".join(struct.pack("<2d", *p) for p in ring)
        body += struct.pack(">2i", number, len(content) // 2) + content
        index += struct.pack(">2i", at, len(content) // 2)
        at += 4 + len(content) // 2
    return _header(len(body)) + body, _header(len(index)) + index


def _header(length: int) -> bytes:
    return (
        struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + length) // 2)
        + struct.pack("<2i", 1000, 5)
        + b"\0" * 64
    )


def dbf(
    columns: list[tuple[bytes, str, int, int]], rows: list[list[bytes]], language: int = 0
) -> bytes:
    width = 1 + sum(c[2] for c in columns)
    head = struct.pack("<4BIHH20x", 3, 126, 1, 1, len(rows), 33 + 32 * len(columns), width)
    head = head[:29] + bytes([language]) + head[30:]
    for name, kind, size, decimals in columns:
        head += name[:10].ljust(11, b"\0") + kind.encode() + b"\0" * 4
        head += bytes([size, decimals]) + b"\0" * 14
    body = b""
    for row in rows:
        body += b" " + b"".join(
            value.rjust(size) if kind in "NF" else value[:size].ljust(size)
            for value, (_, kind, size, _d) in zip(row, columns, strict=True)
        )
    return head + b"\r" + body + b"\x1a"


NAMED = [
    (b"TBBH", "C", 8, 0),
    (b"ZLDWDM", "C", 19, 0),
    (b"ZLDWMC", "C", 20, 0),
    (b"TBMJ", "N", 18, 2),
]
CODE = b"5101810010010000000"


def named_rows(names: list[bytes]) -> list[list[bytes]]:
    return [[str(i).encode(), CODE, name, b"100.00"] for i, name in enumerate(names, 1)]


def shapefile(
    rings: list[list[tuple[float, float]] | None] | None = None,
    names: list[bytes] | None = None,
    prj: str | None = PRJ_38,
    cpg: bytes | None = None,
) -> dict[str, bytes]:
    """Return the parts of a layer of two parcels by suffix."""
    rings = squares(2) if rings is None else rings
    names = ["石羊镇".encode("gb18030")] * len(rings) if names is None else names
    shp, shx = shp_and_shx(rings)
    parts = {".shp": shp, ".shx": shx, ".dbf": dbf(NAMED, named_rows(names))}
    if prj is not None:
        parts[".prj"] = prj.encode()
    if cpg is not None:
        parts[".cpg"] = cpg
    return parts


def zipped(path: Path, parts: dict[str, bytes], stem: str = "parcels") -> Path:
    return zip_of(path, {stem + suffix: content for suffix, content in parts.items()})


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def geojson(
    path: Path, geometries: list[Any], crs: str | dict[str, Any] | None = None, **more: Any
) -> Path:
    told: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"TBBH": str(i)}, "geometry": g}
            for i, g in enumerate(geometries, 1)
        ],
        **more,
    }
    if isinstance(crs, dict):
        told["crs"] = crs
    elif crs:
        told["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(told), "utf-8")
    return path


def polygon(ring: list[Any]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(p) for p in ring]]}
