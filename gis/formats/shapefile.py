"""Shapefile: shapes from .shp, table from .dbf, and the proof that the two belong together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gis.findings import Finding
from gis.formats import dbf, records
from gis.formats.format import Format, Raw, Source
from gis.formats.mapped import mapped
from gis.formats.problems import Unreadable

MAGIC = b"\x00\x00\x27\x0a"
HEADER, INDEX_ENTRY = 100, 8
AREA_TYPES = (0, 5, 15, 25, 31)
KINDS = {1: "points", 3: "lines", 8: "points", 11: "points", 13: "lines", 18: "points",
         21: "points", 23: "lines", 28: "points"}  # fmt: skip
ENCODING_READ = 40


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the one layer; whether it holds areas stands in the header."""
    shp = source.members.get(".shp")
    if shp is None:
        raise Unreadable("no_shp")
    return [(source.name, _shape_type(shp) in AREA_TYPES)]


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read shapes and table, row by row the same."""
    shp, table_file = source.members.get(".shp"), source.members.get(".dbf")
    if shp is None:
        raise Unreadable("no_shp")
    kind = _shape_type(shp)
    if kind not in AREA_TYPES:
        raise Unreadable("no_polygons", layer=layer, kind=KINDS.get(kind, "other shapes"))
    if table_file is None:
        raise Unreadable("no_dbf")
    findings = []
    offsets = _index(shp, source.members.get(".shx"))
    if ".shx" not in source.members:
        findings.append(Finding("index_rebuilt"))
    told, found = _told_bytes(shp), int((offsets.sum(axis=1) + 8).max(initial=HEADER))
    if found > told:
        findings.append(Finding("length_disagrees", values={"told": told, "found": found}))
    rows = dbf.count_rows(table_file)
    if rows != len(offsets):
        raise Unreadable("counts_differ", shp=len(offsets), shx=len(offsets), dbf=rows)
    declared = _read_text(source.members.get(".cpg"))
    with ThreadPoolExecutor(1) as beside:  # the table while the shapes are looked at
        awaited = beside.submit(dbf.read_table, table_file, declared, chosen)
        drawn = records.drawn(shp, offsets)
        table = awaited.result()
    encoding = table.encoding
    if encoding.how == "overruled":
        findings.append(
            Finding("encoding_overruled",
                    values={"declared": encoding.declared, "encoding": encoding.codec})
        )  # fmt: skip
    if encoding.how == "guessed":
        findings.append(Finding("text_guessed", values={"encoding": encoding.codec}))
    kept = table.is_kept
    return Raw(
        layer,
        drawn if kept.all() else drawn.where(kept),
        np.zeros(np.count_nonzero(kept), dtype=bool),
        np.flatnonzero(kept) + 1,
        table.columns,
        _read_text(source.members.get(".prj"), 20_000),
        encoding.codec,
        encoding.how,
        table.samples,
        (*findings, *table.findings),
    )


def _shape_type(shp: Path) -> int:
    with shp.open("rb") as stream:
        head = stream.read(HEADER)
    if len(head) < HEADER:
        raise Unreadable("truncated", part=".shp", expected=HEADER, actual=len(head))
    if head[:4] != MAGIC:
        raise Unreadable("not_a_shapefile")
    expected, actual = int.from_bytes(head[24:28], "big") * 2, shp.stat().st_size
    if actual < expected:
        raise Unreadable("truncated", part=".shp", expected=expected, actual=actual)
    return int.from_bytes(head[32:36], "little")


def _told_bytes(shp: Path) -> int:
    with shp.open("rb") as stream:
        return int.from_bytes(stream.read(HEADER)[24:28], "big") * 2


def _index(shp: Path, shx: Path | None) -> npt.NDArray[np.int64]:
    """Return (offset, content length) of each shape in bytes, checked against the shapes."""
    content = mapped(shp)
    walked = None
    if shx is None:
        entries = walked = _walk(content)
    else:
        told = mapped(shx)
        index = told[: len(told) // 4 * 4].view(">i4")
        if len(index) < HEADER // 4 or told[:4].tobytes() != MAGIC:
            raise Unreadable("truncated", part=".shx", expected=HEADER, actual=len(told))
        expected, actual = int(index[6]) * 2, len(told)
        if actual < expected:
            raise Unreadable("truncated", part=".shx", expected=expected, actual=actual)
        count = (max(expected, HEADER) - HEADER) // INDEX_ENTRY * 2
        entries = index[25 : 25 + count].reshape(-1, 2).astype(np.int64)
        entries *= 2
    starts, lengths = entries[:, 0], entries[:, 1]
    is_inside = (starts >= HEADER) & (lengths >= 4) & (starts + 8 + lengths <= len(content))
    if is_inside.all() and walked is None and len(starts):
        is_inside &= records.numbers_at(content, starts + 4, ">i4") * 2 == lengths
    if not is_inside.all():
        found = len(_walk(content))
        raise Unreadable("counts_differ", shp=found, shx=len(entries), dbf=len(entries))
    return entries


def _walk(content: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Find the shapes one after another, as far as they are whole."""
    entries, at, size = [], HEADER, len(content)
    head = content.data
    while at + 12 <= size:
        length = int.from_bytes(head[at + 4 : at + 8], "big", signed=True) * 2
        if length < 4 or at + 8 + length > size:
            break
        entries.append((at, length))
        at += 8 + length
    return np.array(entries, dtype=np.int64).reshape(-1, 2)


def _read_text(path: Path | None, most: int = ENCODING_READ) -> str | None:
    if path is None:
        return None
    with path.open("rb") as stream:
        return stream.read(most).decode("utf-8", "replace").strip("\ufeff \r\n\t\0") or None


FORMAT = Format(
    code="shapefile",
    title="Shapefile",
    suffixes=(".shp", ".dbf", ".shx", ".prj", ".cpg"),
    is_content=lambda head: head[:4] == MAGIC,
    layers=layers,
    read=read,
)
