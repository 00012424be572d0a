"""One table on a sheet of a workbook: head that stays, figures as numbers, totals as formulas."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from gis.language import labelled
from gis.units import M2_PER_HA
from reports.clean import clean
from reports.document import Column, Document, Kind, Table
from reports.renderers.cells import figure, figure_words, width_of

NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.COUNT: "0",
    Kind.MU: "#,##0.00",
    Kind.HA: "#,##0.0000",
    Kind.AREA_M2: "#,##0.00",
    Kind.SHARE: "0.00%",
    Kind.POINTS: "+0.00;-0.00;0.00",
    Kind.DAY: "yyyy-mm-dd",
}
TOTAL_FORMULAS = {
    Kind.COUNT: "=SUM({cells})",
    Kind.AREA_M2: "=ROUND(SUM({cells}),2)",
    Kind.MU: "=ROUND(SUM({cells})*3/2000,2)",
    Kind.HA: f"=ROUND(SUM({{cells}})/{M2_PER_HA},4)",
}
WIDEST, NARROWEST = 48, 8
MANY, WIDEST_OF_MANY = 16, 26  # columns of a sheet that is printed on A3
A3_FROM, A3 = 200, 8
LINE_POINTS, FONT_POINTS, TITLE_POINTS = 16, 11, 16
FONT = "宋体"


class Formats:
    """The workbook's cell formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        properties = {"font_name": FONT, "font_size": FONT_POINTS, "valign": "vcenter"} | properties
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def write_table(sheet: Worksheet, formats: Formats, document: Document, table: Table) -> None:
    """Write title, facts, head, rows and note; the sheet's page is the caller's business."""
    last = len(table.columns) - 1
    grey = formats.of(font_color="#555555", text_wrap=True, font_size=10)
    top = 2
    has_groups = any(column.group for column in table.columns)
    head = formats.of(bold=True, border=1, align="center", text_wrap=True, bg_color="#E8EEF4")
    _write_heads(sheet, table.columns, top, head, has_groups=has_groups)
    first = top + (2 if has_groups else 1)
    shown = [[figure(value, column.kind) for value in (cells[at] for cells in table.rows)]
             for at, column in enumerate(table.columns)]  # fmt: skip
    widest = WIDEST if len(table.columns) <= MANY else WIDEST_OF_MANY
    widths = [_column_width(c, own, widest) for c, own in zip(table.columns, shown, strict=True)]
    _write_title(sheet, formats, document, table, room=sum(widths))
    heights = _row_heights(table, shown, widths)
    styles = [[_style(formats, c, is_total=is_total) for c in table.columns]
              for is_total in (False, True)]  # fmt: skip
    first_total = len(table.rows) - table.totals
    for offset, figures in enumerate(zip(*shown, strict=True)):
        sheet.set_row(first + offset, heights[offset])
        is_total = offset >= first_total
        for position, (column, value) in enumerate(zip(table.columns, figures, strict=True)):
            place, style = (first + offset, position), styles[is_total][position]
            if is_total and column.summed_from is not None:
                cells_above = _cells_of(column.summed_from, first, first + first_total - 1)
                formula = TOTAL_FORMULAS[column.kind].format(cells=cells_above)
                sheet.write_formula(*place, formula, style, value)
            else:
                _write_cell(sheet, place, value, style)
    if sum(widths) > A3_FROM:
        sheet.set_paper(A3)
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)
    end = first + len(table.rows)
    if table.rows:
        text = _cells_of(0, first, end - 1, to=last)
        sheet.ignore_errors({"number_stored_as_text": text})
        if table.has_filters:
            sheet.autofilter(first - 1, 0, end - 1 - table.totals, last)
    if table.note:
        sheet.merge_range(end, 0, end, max(last, 1), clean(table.note), grey)
        sheet.set_row(end, _height_in(sum(widths), table.note))
        end += 1
    sheet.freeze_panes(first, 1)
    sheet.repeat_rows(top, first - 1)
    sheet.print_area(0, 0, end - 1, max(last, 1))


def _write_title(
    sheet: Worksheet, formats: Formats, document: Document, table: Table, *, room: float
) -> None:
    """Write title and facts over the whole table, as high as a table of this width needs."""
    last = max(len(table.columns) - 1, 1)
    title = clean(f"{document.title} · {table.title}")
    bold = formats.of(bold=True, font_size=TITLE_POINTS, align="center", text_wrap=True)
    sheet.merge_range(0, 0, 0, last, title, bold)
    lines = _height_in(room * FONT_POINTS / TITLE_POINTS, title) / LINE_POINTS
    sheet.set_row(0, max(30, 22 * lines))
    facts = "    ".join(clean(labelled(label, words)) for label, words in document.facts)
    grey = formats.of(font_color="#555555", text_wrap=True, font_size=10)
    sheet.merge_range(1, 0, 1, last, facts, grey)
    sheet.set_row(1, _height_in(room, facts))


def _height_in(room: float, words: str) -> int:
    """Return how high these words stand in so many half-width columns."""
    return LINE_POINTS * (-(-width_of(clean(words)) // max(int(room * 0.9), 1)) or 1)


def _write_cell(sheet: Worksheet, place: tuple[int, int], shown: Any, style: Format) -> None:
    if shown is None:
        sheet.write_blank(*place, None, style)
    elif isinstance(shown, date):
        sheet.write_datetime(*place, datetime.combine(shown, time.min), style)
    elif isinstance(shown, str):
        sheet.write_string(*place, shown, style)
    else:
        sheet.write_number(*place, shown, style)


def _cells_of(column: int, first: int, last: int, *, to: int | None = None) -> str:
    """Return cells as a workbook names them; rows and columns count from 0."""
    end = column if to is None else to
    return f"{xl_col_to_name(column)}{first + 1}:{xl_col_to_name(end)}{last + 1}"


def _write_heads(
    sheet: Worksheet, columns: tuple[Column, ...], top: int, style: Format, *, has_groups: bool
) -> None:
    if not has_groups:
        for position, column in enumerate(columns):
            sheet.write_string(top, position, clean(column.title), style)
        sheet.set_row(top, 36)
        return
    position = 0
    while position < len(columns):
        group = columns[position].group
        if not group:
            sheet.merge_range(top, position, top + 1, position, columns[position].title, style)
            position += 1
            continue
        end = position
        while end + 1 < len(columns) and columns[end + 1].group == group:
            end += 1
        if end > position:
            sheet.merge_range(top, position, top, end, clean(group), style)
        else:
            sheet.write_string(top, position, clean(group), style)
        for inner in range(position, end + 1):
            sheet.write_string(top + 1, inner, clean(columns[inner].title), style)
        position = end + 1
    sheet.set_row(top + 1, 32)


def _style(formats: Formats, column: Column, *, is_total: bool) -> Format:
    is_text = column.kind is Kind.TEXT
    return formats.of(
        border=1,
        bold=is_total,
        num_format=NUMBER_FORMATS[column.kind],
        text_wrap=is_text,
        align="left" if is_text else "right",
    )


def _column_width(column: Column, shown: list[Any], widest: int) -> float:
    """Return a width that shows the longest line; heads may wrap into two lines."""
    known = [value for value in shown if value is not None]
    if column.kind is Kind.TEXT:
        longest = max((width_of(line) for text in known for line in text.split("\n")), default=0)
    else:  # the longest figure is the greatest or the least one
        ends = (max(known), min(known)) if known else ()
        longest = max((len(figure_words(value, column.kind)) for value in ends), default=0)
    head = -(-width_of(column.title) // 2)
    return min(max(longest, head, NARROWEST - 2) + 2, widest)


def _row_heights(table: Table, shown: list[list[Any]], widths: list[float]) -> list[float]:
    """Return for each row a height for its cell with the most lines."""
    lines = [1] * len(table.rows)
    for column, own, width in zip(table.columns, shown, widths, strict=True):
        if column.kind is not Kind.TEXT:
            continue
        room = max(int(width) - 2, 1)
        for at, text in enumerate(own):
            if text and (width_of(text) > room or "\n" in text):
                needed = sum(-(-width_of(line) // room) or 1 for line in text.split("\n"))
                lines[at] = max(lines[at], needed)
    return [min(LINE_POINTS * count + 4, 400) for count in lines]
