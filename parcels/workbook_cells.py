"""Cells of a workbook that came from outside, read in a child that can do no harm."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gis.bounded.child import TOO_HEAVY, Limits, Unusable, answer_of
from gis.bounded.workbooks import MOST_ROWS, UPLOAD
from gis.language import Problem, Text, _

TASK = "gis.bounded.workbooks:cells"
MOST_BYTES = 20 * 1024**2
MOST_LONG_BYTES = 60 * 1024**2
LONG = 150_002  # rows of a ledger with its heading, and one more to tell that there are more
PATIENT = Limits(seconds=180, memory_mb=1536, output_mb=256)
WORDS: dict[str, Text] = {
    "no_workbook": _("The file is no Excel workbook (.xlsx)."),
    "damaged": _("The workbook is damaged or locked; save it anew without a password."),
    TOO_HEAVY: _("The workbook is too large; fill the form as it was downloaded."),
}


def workbook_cells(
    content: bytes,
    sheets: Sequence[str],
    *,
    most_rows: int = MOST_ROWS,
    only: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, list[list[Any]]]:
    """Return the rows of these sheets, absent ones left out; raises Problem when it cannot be.

    ``only``: sheet → titles of the columns that are read; see ``gis.bounded.workbooks``.
    """
    if not content or len(content) > (MOST_BYTES if most_rows <= MOST_ROWS else MOST_LONG_BYTES):
        raise Problem(WORDS[TOO_HEAVY])
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        (Path(folder) / UPLOAD).write_bytes(content)
        try:
            read = {name: list(titles) for name, titles in (only or {}).items()}
            asked = {"sheets": list(sheets), "most_rows": most_rows, "only": read}
            limits = Limits() if most_rows <= MOST_ROWS else PATIENT
            found = dict(answer_of(TASK, asked, Path(folder), limits=limits)["sheets"])
        except Unusable as error:
            raise Problem(WORDS.get(error.code, WORDS["damaged"])) from error
    for name, rows in found.items():
        if len(rows) >= most_rows:
            raise Problem(
                _("Sheet {name} has more than {most} rows; send it in parts.",
                  name=name, most=most_rows - 1)
            )  # fmt: skip
    return found
