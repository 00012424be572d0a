"""GeoParquet through Arrow alone: outlines as WKB, the system as PROJJSON in the file's notes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gis.findings import Finding
from gis.formats.format import Format, Raw, Source
from gis.formats.ogr import texts_of, unparsed
from gis.formats.problems import Unreadable

MAGIC = b"PAR1"
WGS84 = "OGC:CRS84"  # what a file means that says nothing; null means unknown
MOST_BYTES = 2 * 1024**3
MOST_RATIO = 1000  # a column of one value repeated shrinks about as much
SMALL = 64 * 1024**2


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the one layer of the file."""
    _geometry(_opened(source.path))
    return [(source.name, True)]


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read all rows; columns within columns are kept as JSON text."""
    file = _opened(source.path)
    name, wkt = _geometry(file)
    try:
        table = file.read(use_threads=False)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable("damaged") from error
    at = table.schema.get_field_index(name)
    if at < 0:
        raise Unreadable("no_layers")
    try:
        wkb = table.column(at).cast(pa.large_binary())
    except pa.ArrowException as error:
        kind = str(table.column(at).type)[:40]
        raise Unreadable("outline_encoding", encoding=kind) from error
    plain, left_out = _plain(table.remove_column(at))
    columns, encoding, how, samples, unread = texts_of(plain, chosen)
    return Raw(
        layer, unparsed(wkb), np.zeros(len(wkb), dtype=bool), np.arange(1, len(wkb) + 1), columns,
        wkt, encoding, how, samples, (*left_out, *unread),
    )  # fmt: skip


def _opened(path: Path) -> Any:
    """Open a file that keeps all its columns itself and does not swell beyond reason."""
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, memory_map=True)
        notes = file.metadata
        chunks = [
            notes.row_group(group).column(column)
            for group in range(notes.num_row_groups)
            for column in range(notes.num_columns)
        ]
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise Unreadable("damaged") from error
    if any(chunk.file_path for chunk in chunks):
        raise Unreadable("vector_of_files")
    size = sum(chunk.total_uncompressed_size for chunk in chunks)
    if size > MOST_BYTES or size > max(SMALL, MOST_RATIO * path.stat().st_size):
        raise Unreadable("too_heavy")
    return file


def _geometry(file: Any) -> tuple[str, str | None]:
    """Return the outlines' column and what the file says of its system."""
    try:
        notes = json.loads((file.schema_arrow.metadata or {})[b"geo"])
        name = notes["primary_column"]
        told = notes["columns"][name]
        encoding = told.get("encoding", "WKB")
    except KeyError as error:
        raise Unreadable("no_layers") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("damaged") from error
    if encoding != "WKB":
        raise Unreadable("outline_encoding", encoding=str(encoding)[:40])
    crs = told.get("crs", WGS84)
    if crs is None:
        return str(name), None
    return str(name), crs if isinstance(crs, str) else json.dumps(crs)


def _plain(table: pa.Table) -> tuple[pa.Table, list[Finding]]:
    """Return columns that hold one plain value a row, and what was left out."""
    findings = []
    columns: dict[int, Any] = {}
    for i, kind in enumerate(table.schema.types):
        column = table.column(i)
        if pa.types.is_dictionary(kind):
            column = column.cast(kind.value_type)
        if pa.types.is_decimal(kind) or pa.types.is_float16(kind):
            column = column.cast(pa.float64(), safe=False)
        elif pa.types.is_nested(kind):
            told = [json.dumps(v, ensure_ascii=False, default=str) if v is not None else None
                    for v in column.to_pylist()]  # fmt: skip
            column = pa.chunked_array([pa.array(told, pa.string())])
        elif pa.types.is_time(kind) or pa.types.is_duration(kind):
            column = pc.cast(column, pa.string())
        elif "binary" in str(kind) or "extension" in str(kind):
            values = {"column": table.schema.names[i], "kind": str(kind)[:40]}
            findings.append(Finding("column_left_out", values=values))
            continue
        columns[i] = column
    names = [table.schema.names[i] for i in columns]
    return pa.Table.from_arrays(list(columns.values()), names=names), findings


FORMAT = Format(
    code="geoparquet",
    title="GeoParquet",
    suffixes=(".parquet", ".geoparquet"),
    is_content=lambda head: head.startswith(MAGIC),
    layers=layers,
    read=read,
)
