"""Vertex list in Excel: one row a vertex, each sheet with the right headings a layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gis.formats.format import Format, Raw, Source
from gis.formats.problems import Unreadable
from gis.formats.text import Encoding
from gis.formats.vertex_table import after, head_of, raw_of

MARK = "xl/workbook.xml"  # the member by which a zip is known as a workbook
MOST_COLUMNS = 256  # a sheet may claim 16 384, a million times


def layers(source: Source) -> list[tuple[str, bool]]:
    """Return the sheets that list vertices."""
    with _book(source) as book:
        found = [sheet.title for sheet in book.worksheets if head_of(_rows(sheet))]
    if not found:
        raise Unreadable("no_vertex_columns")
    return [(title, True) for title in found]


def read(source: Source, layer: str, chosen: str | None) -> Raw:
    """Read one sheet: values as last computed, formulas and links to other files never."""
    with _book(source) as book:
        sheet = book[layer]
        head = head_of(_rows(sheet))
        if head is None:
            raise Unreadable("no_vertex_columns")
        return raw_of(layer, head, after(head, _rows(sheet)), Encoding("utf-8", "format"))


@contextmanager
def _book(source: Source) -> Iterator[Any]:
    """Open for reading row by row; anything that goes wrong inside means a damaged file."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(
            source.path, read_only=True, data_only=True, keep_links=False, keep_vba=False
        )
        try:
            yield book
        finally:
            book.close()
    except (Unreadable, MemoryError, RecursionError):
        raise
    except Exception as error:  # the library answers a broken file with whatever it stumbled over
        raise Unreadable("damaged") from error


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what a sheet says of its size is not to be trusted
    return iter(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS))


FORMAT = Format(
    code="vertex_xlsx",
    title="Vertex list (Excel)",
    suffixes=(".xlsx", ".xlsm"),
    is_content=lambda head: False,  # a zip, known by its members
    layers=layers,
    read=read,
)
