"""The child's part of a workbook: cells of its sheets as plain values, formulas as text."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from gis.bounded.child import Unusable

UPLOAD = "upload.xlsx"
FILLED = 1  # stands for what a cell holds that nobody asked for
MOST_ROWS, MOST_COLUMNS, MOST_TEXT = 6000, 60, 5000
MOST_UNPACKED, MOST_MEMBERS = 80 * 1024**2, 300
BYTES_A_ROW = 12_000  # of a long workbook, unpacked: forty cells of text on each of two sheets


def cells(request: dict[str, Any], work: Path) -> dict[str, Any]:
    """Return ``{"sheets": {name: rows}}`` of the sheets asked for; a cell that is odd is a dict.

    ``most_rows`` are read of each sheet. Of a sheet in ``only`` the first column comes whole and
    those under the titles given; of the others it is only told whether a cell holds anything.
    """
    import openpyxl

    path = work / UPLOAD
    most_rows = int(request.get("most_rows", MOST_ROWS))
    only: dict[str, list[str]] = request.get("only", {})
    most_unpacked = max(MOST_UNPACKED, most_rows * BYTES_A_ROW)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            unpacked = sum(info.file_size for info in infos)
            if unpacked > most_unpacked or len(infos) > MOST_MEMBERS:
                raise Unusable("too_heavy")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unusable("no_workbook") from None
    try:
        book = openpyxl.load_workbook(path, read_only=True, keep_links=False, keep_vba=False)
        names = [name for name in request["sheets"] if name in book.sheetnames]
        found = {name: _rows(book[name], most_rows, only.get(name)) for name in names}
    except (MemoryError, RecursionError, Unusable):
        raise
    except Exception:  # the library answers a broken file with whatever it stumbled over
        raise Unusable("damaged") from None
    return {"sheets": found}


def _rows(sheet: Any, most_rows: int, titles: list[str] | None) -> list[list[Any]]:
    sheet.reset_dimensions()  # what a sheet says of its size is not to be trusted
    rows = sheet.iter_rows(values_only=True, max_row=most_rows, max_col=MOST_COLUMNS)
    if titles is None:
        return [[_plain(value) for value in row] for row in rows]
    heads = [_plain(value) for value in next(rows, ())]
    wanted = [not place or str(head).strip() in titles for place, head in enumerate(heads)]
    wanted += [True] * (MOST_COLUMNS - len(wanted))
    return [heads] + [
        [
            _plain(value) if is_wanted else None if value is None else FILLED
            for value, is_wanted in zip(row, wanted, strict=False)
        ]
        for row in rows
    ]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return value[:MOST_TEXT]
    return {"odd": str(value)[:80]}
