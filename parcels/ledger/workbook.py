"""The ledger as a workbook, out and in again: codes are text, and each fault names its cell.

A second sheet keeps what every writable cell was when the file was made: so that a change is told
from an old value, and nobody's later work is overwritten by a file that lay on a desk.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from gis.language import LANGUAGES, Problem, Text, _, say, speaking
from gis.units import half_up
from parcels.ledger.columns import EDITABLE, CellKind, LedgerColumn, columns
from parcels.ledger.edits import Cell, Edit, cell_of
from parcels.ledger.long_sheet import Value, with_rows

SHEET, SEEN = "台账", "原值"
ROW_ID, VERSION = _("Ledger row"), _("Row version")
HEAD = 1  # rows of headings
_DECIMALS = {CellKind.M2: 2, CellKind.MU: 2, CellKind.COUNT: 0}
_WIDTHS = {CellKind.TEXT: 14, CellKind.DAY: 12, CellKind.M2: 13, CellKind.MU: 11}


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken, and why."""

    cell: str
    words: Text


class WorkbookFaults(Problem):
    """One line per cell; nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            _("{count} cells cannot be taken; nothing was written.", count=len(faults))
        )
        self.faults = tuple(faults)


def workbook(rows: pd.DataFrame, facts: Sequence[tuple[str, str]], footer: str = "") -> bytes:
    """Return the ledger as xlsx; ``facts`` (label and words) stand on a sheet of their own.

    ``footer`` stands under every printed page, in Excel's own signs.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#DCE3EA", "border": 1,
                                 "text_wrap": True, "valign": "vcenter"}),
        "free": book.add_format({"num_format": "@", "bg_color": "#FFF9E5", "border": 1}),
        "fixed": book.add_format({"num_format": "@", "border": 1}),
        "free_day": book.add_format({"num_format": "yyyy-mm-dd", "bg_color": "#FFF9E5",
                                     "border": 1}),
        "fixed_day": book.add_format({"num_format": "yyyy-mm-dd", "border": 1}),
        "figure": book.add_format({"num_format": "#,##0.00", "border": 1}),
        "count": book.add_format({"num_format": "0", "border": 1}),
    }  # fmt: skip
    every = columns()
    sheet = book.add_worksheet(SHEET)
    for place, title in enumerate([ROW_ID, VERSION, *(column.title for column in every)]):
        sheet.write_string(0, place, str(title), formats["head"])
    styles = ["fixed", "count", *(_style(column) for column in every)]
    for place, style in enumerate(styles):  # the row that lends its styles to all
        sheet.write_blank(HEAD, place, None, formats[style])
    for place, column in enumerate(every, start=2):
        sheet.set_column(place, place, _WIDTHS.get(column.kind, 10))
    sheet.freeze_panes(HEAD, 5)
    sheet.autofilter(0, 0, max(len(rows), 1), len(every) + 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    seen = book.add_worksheet(SEEN)
    seen.very_hidden()
    plain = book.add_format()
    plain.set_num_format("@")
    for place, name in enumerate(["ledger_id", "version", *EDITABLE]):
        seen.write_string(0, place, name)
        seen.write_blank(1, place, None, plain)
    notes = book.add_worksheet(say("About this file"))
    notes.set_column(0, 0, 18)
    notes.set_column(1, 1, 90, book.add_format({"text_wrap": True, "valign": "top"}))
    for line, (label, words) in enumerate(facts):
        notes.write_string(line, 0, _plain(label))
        notes.write_string(line, 1, _plain(words))
    for page in (sheet, notes):
        page.set_paper(8 if page is sheet else 9)  # A3 for the rows, A4
        page.fit_to_pages(1, 0)
        page.set_footer(footer)
    book.close()
    ids = [str(one) for one in rows["ledger_id"]]
    versions = [int(one) for one in rows["version"]]
    shown = [_cells(rows[column.name], column) for column in every]
    kept = [[_iso(value) for value in rows[name].tolist()] for name in EDITABLE]
    return with_rows(
        target.getvalue(), {1: [ids, versions, *shown], 2: [ids, [*map(str, versions)], *kept]}
    )


def edits_of(sheets: Mapping[str, list[list[Any]]], present: Mapping[int, str]) -> list[Edit]:
    """Return what a person changed in a workbook; raises WorkbookFaults with every bad cell.

    ``present`` is ledger id → number of what the person may see: other rows are faults.
    """
    if SHEET not in sheets or SEEN not in sheets or not sheets[SHEET]:
        raise Problem(_("This is not a ledger as it was downloaded; download it and fill that."))
    titles = [str(cell or "").strip() for cell in sheets[SHEET][0]]
    found = {name: _place(titles, column) for name, column in EDITABLE.items()}
    place_of = {name: place for name, place in found.items() if place is not None}
    number_at = _place(titles, _numbered())
    before = _seen(sheets[SEEN])
    edits: list[Edit] = []
    faults: list[Fault] = []
    taken: set[int] = set()
    for line, cells in enumerate(sheets[SHEET][HEAD:], start=HEAD + 1):
        if all(cell is None or str(cell).strip() == "" for cell in cells):
            continue
        ledger_id = _whole(cells[0])
        if ledger_id not in present or ledger_id not in before:
            faults.append(Fault(f"A{line}", _("There is no such parcel in this ledger.")))
            continue
        if ledger_id in taken:
            faults.append(Fault(f"A{line}", _("This parcel stands in an earlier row already.")))
            continue
        taken.add(ledger_id)
        number = "" if number_at is None else str(_text(cells, number_at) or "")
        if number_at is not None and number != present[ledger_id]:
            cell = f"{xl_col_to_name(number_at)}{line}"
            words = _(
                "The number {said} is not that of this row, {number}: rows were mixed up.",
                said=number,
                number=present[ledger_id],
            )
            faults.append(Fault(cell, words))
            continue
        version, seen = before[ledger_id]
        for name, place in place_of.items():
            try:
                wanted = cell_of(name, _text(cells, place))
            except Problem as problem:
                faults.append(Fault(f"{xl_col_to_name(place)}{line}", problem.text))
                continue
            if wanted != seen[name]:
                edits.append(Edit(ledger_id, version, name, seen[name], wanted))
    if faults:
        raise WorkbookFaults(faults)
    return edits


def titles_read() -> list[str]:
    """Return the titles, in every language, of the columns that ``edits_of`` looks at."""
    return [one for column in (*EDITABLE.values(), _numbered()) for one in _spellings(column)]


def _spellings(column: LedgerColumn) -> list[str]:
    """Return a column's title in every language: whoever fills the file may have another."""
    said = []
    for code in LANGUAGES:
        with speaking(code):
            said.append(str(column.title))
    return said


def _place(titles: Sequence[str], column: LedgerColumn) -> int | None:
    return next((titles.index(one) for one in _spellings(column) if one in titles), None)


def _numbered() -> LedgerColumn:
    return next(column for column in columns() if column.name == "parcel_no")


def _style(column: LedgerColumn) -> str:
    if column.kind in _DECIMALS:
        return "count" if column.kind is CellKind.COUNT else "figure"
    side = "free" if column.action else "fixed"
    return f"{side}_day" if column.kind is CellKind.DAY else side


def _cells(values: pd.Series, column: LedgerColumn) -> list[Value]:
    """Return a column as cells: figures rounded, words without what no sheet can hold."""
    decimals = _DECIMALS.get(column.kind)

    def cell(value: Any) -> Value:
        if value is None or value != value or value == "":
            return None
        if decimals is not None:
            return float(half_up(value, decimals))
        return value if column.kind is CellKind.DAY else _plain(value)

    return [cell(value) for value in values.tolist()]


def _seen(rows: list[list[Any]]) -> dict[int, tuple[int, dict[str, Cell]]]:
    """Return ledger id → row version and what each writable cell held; odd rows are left out."""
    names = [str(cell) for cell in rows[0]] if rows else []
    found: dict[int, tuple[int, dict[str, Cell]]] = {}
    for cells in rows[1:]:
        said = dict(zip(names, cells, strict=False))
        ledger_id, version = _whole(said.get("ledger_id")), _whole(said.get("version"))
        if ledger_id is None or version is None:
            continue
        try:
            found[ledger_id] = (
                version,
                {name: cell_of(name, said.get(name)) for name in EDITABLE},
            )
        except Problem:
            continue
    return found


def _text(cells: list[Any], place: int) -> Any:
    """Return a cell as the child gives it: a day comes as ``{"odd": "2026-03-12 00:00:00"}``."""
    value = cells[place] if place < len(cells) else None
    if isinstance(value, Mapping):
        return str(value.get("odd", ""))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value


def _whole(value: Any) -> int | None:
    try:
        return int(str(value).split(".")[0])
    except (TypeError, ValueError):
        return None


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None or value != value else _plain(value)


def _plain(value: Any) -> str:
    said = str(value)
    if not said.isprintable():
        said = "".join(c for c in said if c == "\n" or c.isprintable())
    return said[:32_000]
