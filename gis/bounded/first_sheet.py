"""The child's part of a simple workbook: the first sheet's cells as text, exactly as typed."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from gis.bounded.child import Unusable

UPLOAD = "upload.xlsx"
MOST_ROWS, MOST_COLUMNS, LONGEST = 20_000, 40, 500
MOST_UNPACKED_BYTES, MOST_MEMBERS = 80 * 1024**2, 300


def rows(_request: dict[str, Any], work: Path) -> dict[str, Any]:
    """Return ``{"rows": …}``; whole numbers without a point, whatever is odd as text."""
    import openpyxl

    try:
        with zipfile.ZipFile(work / UPLOAD) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unusable("no_workbook") from None
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED_BYTES or len(members) > MOST_MEMBERS:
        raise Unusable("too_heavy")
    try:
        book = openpyxl.load_workbook(work / UPLOAD, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a sheet says of its size is not to be trusted
        found = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
        told = [[_text(value) for value in row] for row in found]
    except (MemoryError, RecursionError):
        raise
    except Exception:  # the library answers a broken file with whatever it stumbled over
        raise Unusable("no_workbook") from None
    if len(told) > MOST_ROWS:
        raise Unusable("too_heavy")
    return {"rows": told}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()[:LONGEST]
