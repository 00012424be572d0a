"""Documents as Excel files: one sheet a table, print-ready, text that stays text."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.clean import clean
from reports.document import Column, Document, Kind, Look, Table
from reports.renderers.printed import figure, longest_line, printed, width_of

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
WIDEST, NARROWEST = 48, 8
LINE_POINTS = 16
FONT = "宋体"


def render(document: Document, look: Look = Look()) -> bytes:  # noqa: B008
    """Return the workbook's bytes; cells hold the rounded figures that other formats print."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": clean(document.title)})
        formats = _Formats(book)
        if document.paragraphs:
            _write_words(book, formats, document)
        for table in document.tables:
            _write_table(book, formats, document, table)
    return target.getvalue()


class _Formats:
    """The workbook's cell formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        properties = {"font_name": FONT, "font_size": 11, "valign": "vcenter"} | properties
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def _write_words(book: xlsxwriter.Workbook, formats: _Formats, document: Document) -> None:
    sheet = book.add_worksheet(_sheet_name(document.paragraphs[0][0]))
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 84)
    _set_page(sheet, document, landscape=False)
    title = formats.of(bold=True, font_size=16, align="center", text_wrap=True)
    sheet.merge_range(0, 0, 0, 1, clean(document.title), title)
    sheet.set_row(0, 32)
    row = 1
    for label, words in document.facts:
        sheet.write_string(row, 0, clean(label), formats.of(font_color="#555555"))
        sheet.write_string(row, 1, clean(words), formats.of(text_wrap=True))
        row += 1
    row += 1
    for head, words in document.paragraphs:
        body = clean(words)
        sheet.write_string(row, 0, clean(head), formats.of(bold=True, valign="top"))
        sheet.write_string(row, 1, body, formats.of(text_wrap=True, valign="top"))
        lines = sum(-(-width_of(line) // 82) or 1 for line in body.split("\n"))
        sheet.set_row(row, 18 * lines + 6)
        row += 1
    sheet.print_area(0, 0, row - 1, 1)


def _write_table(
    book: xlsxwriter.Workbook, formats: _Formats, document: Document, table: Table
) -> None:
    sheet = book.add_worksheet(_sheet_name(table.title))
    _set_page(sheet, document, landscape=True)
    last = len(table.columns) - 1
    title = formats.of(bold=True, font_size=16, align="center")
    sheet.merge_range(0, 0, 0, max(last, 1), clean(f"{document.title} · {table.title}"), title)
    sheet.set_row(0, 30)
    notes = "    ".join(clean(f"{label}：{words}") for label, words in document.facts)
    grey = formats.of(font_color="#555555", text_wrap=True, font_size=10)
    sheet.merge_range(1, 0, 1, max(last, 1), notes, grey)
    sheet.set_row(1, 32)
    top = 2
    has_groups = any(column.group for column in table.columns)
    head = formats.of(bold=True, border=1, align="center", text_wrap=True, bg_color="#E8EEF4")
    _write_heads(sheet, table.columns, top, head, has_groups=has_groups)
    first = top + (2 if has_groups else 1)
    widths = [_columnwidth_of(c, table, place) for place, c in enumerate(table.columns)]
    for offset, cells in enumerate(table.rows):
        sheet.set_row(first + offset, _row_height(table, cells, widths))
        is_total = offset >= len(table.rows) - table.totals
        for position, (column, value) in enumerate(zip(table.columns, cells, strict=True)):
            shown = figure(value, column.kind)
            style = formats.of(
                border=1,
                bold=is_total,
                num_format=NUMBER_FORMATS[column.kind],
                text_wrap=column.kind is Kind.TEXT,
                align="left" if column.kind is Kind.TEXT else "right",
            )
            if shown is None:
                sheet.write_blank(first + offset, position, None, style)
            elif isinstance(shown, date):
                sheet.write_datetime(
                    first + offset, position, datetime.combine(shown, time.min), style
                )
            elif isinstance(shown, str):
                sheet.write_string(first + offset, position, shown, style)
            else:
                sheet.write_number(first + offset, position, shown, style)
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)
    end = first + len(table.rows)
    if table.note:
        sheet.merge_range(end, 0, end, max(last, 1), clean(table.note), grey)
        sheet.set_row(end, 32)
        end += 1
    sheet.freeze_panes(first, 1)
    sheet.repeat_rows(top, first - 1)
    sheet.print_area(0, 0, end - 1, max(last, 1))


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


def _set_page(sheet: Worksheet, document: Document, *, landscape: bool) -> None:
    sheet.set_paper(9)  # A4
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.hide_gridlines(2)
    said = " · ".join(filter(None, (document.stamp.state_words, document.stamp.check_code)))
    sheet.set_footer(f"&L{clean(said).replace('&', '&&')}&R&P / &N")


def _columnwidth_of(column: Column, table: Table, position: int) -> float:
    """Return a width that shows the longest line; heads may wrap into two lines."""
    longest = longest_line(column, table, position)
    head = -(-width_of(column.title) // 2)
    return min(max(longest, head, NARROWEST - 2) + 2, WIDEST)


def _row_height(table: Table, cells: tuple[Any, ...], widths: list[float]) -> float:
    """Return a height for the cell with the most lines."""
    lines = 1
    for column, value, width in zip(table.columns, cells, widths, strict=True):
        if column.kind is Kind.TEXT:
            text = printed(value, column.kind)
            room = max(int(width) - 2, 1)
            lines = max(lines, sum(-(-width_of(line) // room) or 1 for line in text.split("\n")))
    return min(LINE_POINTS * lines + 4, 400)


def _sheet_name(title: str) -> str:
    kept = "".join("_" if letter in "[]:*?/\\'" else letter for letter in clean(title))
    return kept[:31] or "1"
