"""Vertex list as CSV: one row a vertex, in any encoding and with any usual separator."""

from __future__ import annotations

import csv
import io

from gis.formats.format import Format, Raw, Source
from gis.formats.problems import Unreadable
from gis.formats.text import MARKS, text_of
from gis.formats.vertex_table import HEADER_ROWS, Head, after, head_of, raw_of

SEPARATORS = ",\t;|"
LONGEST_CELL = 1_000_000


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the one layer of the file."""
    return [(source.name, True)]


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read all vertices."""
    text, encoding, unread = text_of(source.path.read_bytes(), chosen)
    found = _head(text)
    if found is None:
        raise Unreadable("no_vertex_columns")
    head, separator = found
    csv.field_size_limit(LONGEST_CELL)
    try:
        rows = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=separator)
        raw = raw_of(layer, head, after(head, rows), encoding)
    except csv.Error as error:
        raise Unreadable("damaged") from error
    return raw.with_findings(unread)


def _head(text: str) -> tuple[Head, str] | None:
    lines = text.replace("\0", "").splitlines()[:HEADER_ROWS]
    for separator in SEPARATORS:
        try:
            head = head_of(csv.reader(lines, delimiter=separator))
        except csv.Error:
            continue
        if head:
            return head, separator
    return None


def _is_content(head: bytes) -> bool:
    codecs = [codec for mark, codec in MARKS if head.startswith(mark)] or ["utf-8", "gb18030"]
    return any(_head(head.decode(codec, "ignore")) for codec in codecs)


FORMAT = Format(
    code="vertex_csv",
    title="Vertex list (CSV)",
    suffixes=(".csv", ".txt"),
    is_content=_is_content,
    layers=layers,
    read=read,
)
