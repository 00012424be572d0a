"""Cells of a workbook that came from outside, read in a child that can do no harm."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gis.bounded.child import TOO_HEAVY, Unusable, answer_of
from gis.bounded.workbooks import MOST_ROWS, UPLOAD
from gis.language import Problem, Text, _

TASK = "gis.bounded.workbooks:cells"
MOST_BYTES = 20 * 1024**2
WORDS: dict[str, Text] = {
    "no_workbook": _("The file is no Excel workbook (.xlsx)."),
    "damaged": _("The workbook is damaged or locked; save it anew without a password."),
    TOO_HEAVY: _("The workbook is too large; fill the form as it was downloaded."),
}


def workbook_cells(content: bytes, sheets: Sequence[str]) -> dict[str, list[list[Any]]]:
    """Return the rows of these sheets, absent ones left out; raises Problem when it cannot be."""
    if not content or len(content) > MOST_BYTES:
        raise Problem(WORDS[TOO_HEAVY])
    with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
        (Path(folder) / UPLOAD).write_bytes(content)
        try:
            found = dict(answer_of(TASK, {"sheets": list(sheets)}, Path(folder))["sheets"])
        except Unusable as error:
            raise Problem(WORDS.get(error.code, WORDS["damaged"])) from error
    for name, rows in found.items():
        if len(rows) >= MOST_ROWS:
            raise Problem(
                _("Sheet {name} has more than {most} rows; send it in parts.",
                  name=name, most=MOST_ROWS - 1)
            )  # fmt: skip
    return found
