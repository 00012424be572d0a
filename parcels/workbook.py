"""Simple workbooks that an office fills in: rows under known headings, errors by cell."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gis.bounded.child import Unusable, answer_of
from gis.bounded.first_sheet import UPLOAD
from gis.language import Problem, Text, _

MOST_BYTES = 20 * 1024**2
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Heading:
    """A column: its title as we write it, other ways it is written, whether it must be there."""

    name: str
    title: Text
    spellings: tuple[str, ...]
    is_needed: bool = True


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell, named as the spreadsheet names it: ``C7``."""

    cell: str
    value: str
    text: Text


@dataclass(frozen=True)
class Row:
    """A row of the sheet: its number there, and name → text of the known columns."""

    number: int
    values: Mapping[str, str]
    letters: Mapping[str, str]

    def wrong(self, name: str, text: Text) -> CellError:
        """Return the error of one of this row's cells."""
        return CellError(f"{self.letters.get(name, '?')}{self.number}", self.values[name], text)


def read_workbook(content: bytes, headings: Sequence[Heading]) -> list[Row]:
    """Return the rows under the headings of the first sheet; raises Problem for an unusable file.

    Rows without any text are left out; the headings stand in the first row that has them all.
    """
    if len(content) > MOST_BYTES:
        raise Problem(_("The workbook is larger than {most} MB.", most=MOST_BYTES // 1024**2))
    with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        (Path(folder) / UPLOAD).write_bytes(content)
        try:
            cells = answer_of("gis.bounded.first_sheet:rows", {}, Path(folder))["rows"]
        except Unusable as error:
            raise Problem(
                _("The workbook is too large to be one of accounts or regions.")
                if error.code == "too_heavy"
                else _("The file is no workbook that can be read; save it as .xlsx and try again.")
            ) from error
    for place, line in enumerate(cells[:20]):
        columns = _columns(line, headings)
        if all(heading.name in columns for heading in headings if heading.is_needed):
            return _rows(cells, place, columns, headings)
    titles = "、".join(str(heading.title) for heading in headings if heading.is_needed)
    raise Problem(_("The first sheet has no row with these headings: {titles}.", titles=titles))


def _columns(line: Sequence[str], headings: Sequence[Heading]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, text in enumerate(line):
        for heading in headings:
            known = {heading.name, str(heading.title), heading.title.msgid, *heading.spellings}
            if text.strip().lower() in {one.lower() for one in known}:
                found.setdefault(heading.name, place)
    return found


def _rows(
    cells: Sequence[Sequence[str]],
    head: int,
    columns: Mapping[str, int],
    headings: Sequence[Heading],
) -> list[Row]:
    letters = {name: _letter(place) for name, place in columns.items()}
    rows = []
    for number, line in enumerate(cells[head + 1 :], start=head + 2):
        values = {heading.name: "" for heading in headings}
        values |= {
            name: line[place].strip() for name, place in columns.items() if place < len(line)
        }
        if any(values.values()):
            rows.append(Row(number, values, letters))
    return rows


def _letter(place: int) -> str:
    first = LETTERS[place // 26 - 1] if place >= 26 else ""
    return first + LETTERS[place % 26]
