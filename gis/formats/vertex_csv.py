"""Vertex list as CSV: one row a vertex, in any encoding and with any usual separator."""

from __future__ import annotations

import csv
import io
from collections import Counter

from gis.formats.format import Format, Raw, Source
from gis.formats.problems import Unreadable
from gis.formats.text import marked_codec, text_of
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
    return any(_head(text) for text in _texts(head))


def is_table(head: bytes) -> bool:
    """Tell a table of text: most of its lines have a separator, and equally often."""
    for text in _texts(head):
        lines = [line for line in text.splitlines()[:HEADER_ROWS] if line.strip()]
        for separator in SEPARATORS:
            counts = Counter(line.count(separator) for line in lines)
            often, same = max(counts.items(), key=lambda one: one[1], default=(0, 0))
            if often and same > 1 and same * 2 > len(lines):
                return True
    return False


def _texts(head: bytes) -> list[str]:
    """Return the first lines of a text in the encodings they may be in; none of other files."""
    codec = marked_codec(head)
    if codec is None and b"\0" in head:
        return []
    return [head.decode(one, "ignore") for one in ([codec] if codec else ["utf-8", "gb18030"])]


FORMAT = Format(
    code="vertex_csv",
    title="Vertex list (CSV)",
    suffixes=(".csv", ".txt"),
    is_content=_is_content,
    layers=layers,
    read=read,
)
