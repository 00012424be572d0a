"""Rows put below the headings of a finished workbook: 100 000 take seconds, not minutes.

A library that writes cell by cell needs a minute for what is here joined column by column; it
still makes everything else of the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from xml.sax.saxutils import escape

from xlsxwriter.utility import xl_col_to_name

Value = str | float | date | None
Columns = Sequence[Sequence[Value]]
AT_ONCE = 2_000  # rows in memory as text
_FIRST_DAY = date(1899, 12, 30)  # day 0 of Excel
_TEMPLATE = re.compile(rb'<row r="(\d+)"[^>]*>((?:(?!<row ).)*)</row></sheetData>', re.DOTALL)
_CELL = re.compile(rb'<c r="[A-Z]+\d+"(?: s="(\d+)")?')
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')


def with_rows(content: bytes, sheets: Mapping[int, Columns]) -> bytes:
    """Return a workbook with these columns in place of the last row of each sheet (from 1).

    That row lends each column its style; it must have a cell for every column.
    """
    target = io.BytesIO()
    parts = {f"xl/worksheets/sheet{number}.xml": columns for number, columns in sheets.items()}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for info in given.infolist():
            part = given.read(info)
            if info.filename not in parts:
                made.writestr(info, part)
                continue
            with made.open(info.filename, "w") as stream:
                for piece in _filled(part, parts[info.filename]):
                    stream.write(piece)
    return target.getvalue()


def _filled(sheet: bytes, columns: Columns) -> Iterator[bytes]:
    found = _TEMPLATE.search(sheet)
    if found is None:
        raise ValueError("the sheet has no row to take styles from")
    first, styles = int(found[1]), [style or b"0" for style in _CELL.findall(found[2])]
    last = first + len(columns[0]) - 1 if columns else first - 1
    end = f"{xl_col_to_name(max(len(columns), 1) - 1)}{max(last, 1)}".encode()
    yield _DIMENSION.sub(b'<dimension ref="A1:' + end + b'"/>', sheet[: found.start()])
    cells = [
        _cells(xl_col_to_name(place), styles[place].decode(), values, first)
        for place, values in enumerate(columns)
    ]
    rows = (
        f'<row r="{line}">{"".join(row)}</row>'
        for line, row in enumerate(zip(*cells, strict=True), start=first)
    )
    while some := "".join(islice(rows, AT_ONCE)):
        yield some.encode()
    yield b"</sheetData>" + sheet[found.end() :]


def _cells(column: str, style: str, values: Sequence[Value], first: int) -> Iterator[str]:
    for line, value in enumerate(values, start=first):
        if value is None or value == "":
            yield f'<c r="{column}{line}" s="{style}"/>'
        elif isinstance(value, str):
            said = escape(value)
            yield (
                f'<c r="{column}{line}" s="{style}" t="inlineStr"><is>'
                f'<t xml:space="preserve">{said}</t></is></c>'
            )
        else:
            figure = (value - _FIRST_DAY).days if isinstance(value, date) else value
            yield f'<c r="{column}{line}" s="{style}"><v>{figure!r}</v></c>'
