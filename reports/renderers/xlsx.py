"""Documents as Excel files: one sheet a table, print-ready, text that stays text."""

from __future__ import annotations

import io

import xlsxwriter
from PIL import Image
from xlsxwriter.worksheet import Worksheet

from gis.language import say
from reports.clean import clean
from reports.document import Document, Look, Stamp
from reports.renderers.cells import figure, width_of
from reports.renderers.xlsx_table import NUMBER_FORMATS, Formats, write_table

__all__ = ["NUMBER_FORMATS", "figure", "footer_of", "render"]
PICTURE_PIXELS, SCREEN_DPI = 620, 96
TITLE_PIXELS, MOST_PIXELS = 22, 545  # of a picture's row; Excel has none that are higher


def render(document: Document, look: Look = Look()) -> bytes:  # noqa: B008
    """Return the workbook's bytes; cells hold the rounded figures that other formats print."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    names: set[str] = set()
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": clean(document.title)})
        formats = Formats(book)
        if document.paragraphs or document.pictures or not document.tables:
            head = document.paragraphs[0][0] if document.paragraphs else document.title
            sheet = book.add_worksheet(_sheet_name(head, names))
            _set_page(sheet, document, landscape=False)
            _write_words(sheet, formats, document)
        for table in document.tables:
            sheet = book.add_worksheet(_sheet_name(table.title, names))
            _set_page(sheet, document, landscape=True)
            write_table(sheet, formats, document, table)
    return target.getvalue()


def _write_words(sheet: Worksheet, formats: Formats, document: Document) -> None:
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 84)
    title = formats.of(bold=True, font_size=16, align="center", text_wrap=True)
    sheet.merge_range(0, 0, 0, 1, clean(document.title), title)
    sheet.set_row(0, 32)
    row = 1
    letter = document.letter
    around = (letter.number, letter.addressee, letter.office, letter.day_words) if letter else ()
    for words in filter(None, around):
        sheet.write_string(row, 1, clean(words), formats.of(text_wrap=True))
        row += 1
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
        sheet.set_row(row, min(18 * lines + 6, 400))
        row += 1
    for place, picture in enumerate(document.pictures):
        with Image.open(io.BytesIO(picture.png)) as image:
            width, height = image.size
            on_screen = SCREEN_DPI / image.info.get("dpi", (SCREEN_DPI,))[0]
        scale = PICTURE_PIXELS / (width * on_screen)
        options = {"image_data": io.BytesIO(picture.png), "x_scale": scale, "y_scale": scale,
                   "y_offset": TITLE_PIXELS}  # fmt: skip
        # title and picture share a row, which no printer tears
        high = TITLE_PIXELS + int(height * on_screen * scale) + 8
        sheet.write_string(row, 0, clean(picture.title), formats.of(bold=True, valign="top"))
        sheet.set_row_pixels(row, min(high, MOST_PIXELS))
        sheet.insert_image(row, 0, f"{place}.png", options)
        row += 1
    sheet.print_area(0, 0, max(row - 1, 1), 1)


def _set_page(sheet: Worksheet, document: Document, *, landscape: bool) -> None:
    sheet.set_paper(9)  # A4
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.hide_gridlines(2)
    sheet.set_footer(footer_of(document.stamp))


def footer_of(stamp: Stamp) -> str:
    """Return the foot of every printed page, as Excel writes it down."""
    said = clean(stamp.foot).replace("&", "&&")  # one of them alone would be a command
    page = say("page {n} of {m}", n="&P", m="&N")
    return f"&L{said}&R{page}"


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name of at most 31 characters that no sheet has; names differ without their case."""
    kept = "".join("_" if letter in "[]:*?/\\'" else letter for letter in clean(title))
    name = kept[:31] or "1"
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{kept[: 30 - len(str(number))]} {number}"
    taken.add(name.casefold())
    return name
