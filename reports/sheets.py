"""Plain sheets: an empty one to be filled in, and rows of text to be handed over."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from gis.language import say
from reports.clean import clean

ROWS_TO_FILL = 500


def empty_sheet(titles: Sequence[str], choices: Mapping[int, Sequence[str]]) -> bytes:
    """Return a workbook with headings; every cell is text, so that codes keep their digits.

    ``choices`` is column → the words to choose from.
    """
    return _book(titles, (), choices)


def text_sheet(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook of text rows."""
    return _book(titles, rows, {})


def _book(
    titles: Sequence[str], rows: Sequence[Sequence[str]], choices: Mapping[int, Sequence[str]]
) -> bytes:
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(say("Sheet"))
        head = book.add_format({"bold": True, "bg_color": "#E6EDF3", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(titles) - 1, 24, text)
        sheet.freeze_panes(1, 0)
        for place, title in enumerate(titles):
            sheet.write_string(0, place, clean(title), head)
        for number, cells in enumerate(rows, start=1):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, clean(cell), text)
        for place, words in choices.items():
            rule = {"validate": "list", "source": [clean(word) for word in words]}
            sheet.data_validation(1, place, ROWS_TO_FILL, place, rule)
    return target.getvalue()
