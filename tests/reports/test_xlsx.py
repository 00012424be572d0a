"""Excel files, read back by another library: figures as printed, text that stays text."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from documents import png
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from test_weekly import composed

from gis.language import CHINESE, speaking
from gis.units import format_ha, format_mu
from reports.clean import clean
from reports.document import Column, Document, Kind, Picture, Stamp, Table
from reports.renderers import RENDERERS
from reports.renderers.xlsx import NUMBER_FORMATS, figure, render

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "{=SUM(A1:A9)}",
    "+1",
    "-1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    "http://example.test/",
    "internal:Sheet1!A1",
    "<script>alert(1)</script>",
    "&amp; &lt; ]]>",
    "_x0041_",
    "'quoted",
    "0012",
    "1e5",
    "TRUE",
    "2026-03-04",
]

STAMP = Stamp("P", "v1", datetime(2026, 3, 11, 9, 5, tzinfo=UTC), "0" * 64)


def document(*columns: Column, rows: tuple[tuple[Any, ...], ...] = (), **parts: Any) -> Document:
    table = Table("Table", columns, rows, parts.pop("totals", 0))
    given = {
        "name": "n",
        "title": "Title",
        "stamp": STAMP,
        "about": (),
        "paragraphs": (),
        "tables": (table,),
    }
    return Document(**given | parts)


def sheets(made: Document) -> list[Worksheet]:
    return load_workbook(io.BytesIO(render(made))).worksheets


def cells(made: Document) -> list[list[Any]]:
    """The values under the heads of the first table."""
    [sheet] = sheets(made)
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def test_every_kind_of_column_has_a_number_format() -> None:
    assert set(NUMBER_FORMATS) == set(Kind)
    assert RENDERERS["xlsx"] is render


@pytest.mark.parametrize("code", ["419901101201", "4199011012010000000", "0012", "1E5", "007"])
def test_a_code_stays_text(code: str) -> None:
    [[cell]] = sheets(document(Column("Code"), rows=((code,),)))[0].iter_rows(min_row=4, max_col=1)
    assert cell.value == code
    assert cell.data_type == "s"
    assert cell.number_format == "@"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text_wherever_it_stands(text: str) -> None:
    made = document(
        Column(text, group=text),
        Column(text),
        rows=((text, text),),
        title=text,
        about=((text, text), (text, text)),
        paragraphs=((text, text),),
    )
    data = render(made)
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n"), cell.coordinate
                assert cell.data_type != "n" or cell.value is None
                assert cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode()
            assert "<f>" not in content, name
            assert 'TargetMode="External"' not in content, name
    assert [row[0] for row in table_rows(data)] == [text]


def table_rows(data: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[-1]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_comes_back_cleaned_and_breaks_no_file(text: str) -> None:
    found = cells(document(Column("Words"), rows=((text,),)))
    # XML readers turn every line end into \\n; an empty cell is an empty text
    assert (found[0][0] or "") == clean(text)


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x7f", "\ud800", "￾", "￿", "\r"])
def test_what_xml_refuses_is_taken_out(letter: str) -> None:
    assert clean(f"a{letter}b") == "ab"


def test_endless_text_is_cut_and_lines_and_signs_are_kept() -> None:
    assert len(clean("长" * 50_000)) == 10_000
    assert clean("a\nb\tc 〔2026〕 <&> 🏠") == "a\nb\tc 〔2026〕 <&> 🏠"


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (666.67, Kind.MU, 1.0),
        (10_000.0, Kind.MU, 15.0),
        (123_456.78, Kind.HA, 12.3457),
        (0.12345, Kind.SHARE, 0.1235),
        (-0.12345, Kind.POINTS, -12.35),
        (7, Kind.COUNT, 7),
        (None, Kind.MU, None),
        (None, Kind.TEXT, None),
        ("x", Kind.TEXT, "x"),
    ],
)
def test_a_cell_holds_the_rounded_figure_itself(value: Any, kind: Kind, shown: Any) -> None:
    assert figure(value, kind) == shown
    column = Column("A", kind)
    assert cells(document(Column("Name"), column, rows=(("n", value),))) == [["n", shown]]


@given(st.integers(0, 10**10))
def test_files_and_screens_show_the_same_mu_and_hectares(area_cents: int) -> None:
    area_m2 = area_cents / 100
    in_mu, in_ha = figure(area_m2, Kind.MU), figure(area_m2, Kind.HA)
    assert Decimal(format_mu(area_m2).replace(",", "")) == Decimal(str(in_mu))
    assert Decimal(format_ha(area_m2).replace(",", "")) == Decimal(str(in_ha))


def test_a_share_is_rounded_as_the_page_prints_it() -> None:
    from reports.printed import percent

    for share in (0.0, 0.12345, 0.123449, 0.5, 2 / 3, 1.0):
        shown = figure(share, Kind.SHARE)
        assert percent(share) == f"{Decimal(str(shown)) * 100:.2f}%"


@pytest.mark.parametrize("code", ["en", CHINESE])
def test_the_weekly_summary_comes_back_whole(code: str) -> None:
    with speaking(code):
        made = composed()
        words, *tables = sheets(made)
    text = [cell.value for row in words.iter_rows() for cell in row if cell.value]
    for head, body in made.paragraphs:
        assert head in text
        assert body in text
    assert len(tables) == len(made.tables)
    for sheet, table in zip(tables, made.tables, strict=True):
        first = 5 if any(column.group for column in table.columns) else 4
        back = [[c.value for c in row] for row in sheet.iter_rows(min_row=first)]
        wanted = [
            [figure(v, c.kind) for c, v in zip(table.columns, row, strict=True)]
            for row in table.rows
        ]
        if table.note:
            assert back.pop()[0] == table.note
        assert back == wanted
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows


def test_a_document_without_rows_is_still_a_file() -> None:
    [sheet] = sheets(document(Column("A"), Column("B", Kind.MU)))
    assert [cell.value for cell in sheet[3]] == ["A", "B"]


def summed(rows: int = 3) -> Document:
    """A ledger of so many parcels and its total."""
    columns = (
        Column("No."),
        Column("Parcels", Kind.COUNT, summed_from=1),
        Column("m²", Kind.AREA_M2, summed_from=2),
        Column("mu", Kind.MU, summed_from=2),
        Column("ha", Kind.HA, summed_from=2),
    )
    areas = [333.33 + 0.01 * place for place in range(rows)]
    cells = tuple((f"{place:03}", 1, area, area, area) for place, area in enumerate(areas))
    whole = round(sum(areas), 2)
    return document(
        *columns, rows=(*cells, ("Sum", rows, whole, whole, whole)), totals=1,
    )  # fmt: skip


def test_totals_are_formulas_that_add_areas_first_and_convert_once(tmp_path: Path) -> None:
    made = summed(200)
    file = tmp_path / "sums.xlsx"
    file.write_bytes(render(made))
    formulas = [cell.value for cell in load_workbook(file).worksheets[0][204]]
    assert formulas[1:] == [
        "=SUM(B4:B203)", "=ROUND(SUM(C4:C203),2)", "=ROUND(SUM(C4:C203)*3/2000,2)",
        "=ROUND(SUM(C4:C203)/10000,4)",
    ]  # fmt: skip
    printed_by_us = [cell.value for cell in load_workbook(file, data_only=True).worksheets[0][204]]
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir",
         str(tmp_path), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    last = list(csv.reader((tmp_path / "sums.csv").open(encoding="utf-8")))[-1]
    computed = [Decimal(cell.replace(",", "")) for cell in last[1:]]
    assert computed == [Decimal(str(value)) for value in printed_by_us[1:]]
    assert sum(round(333.33 + 0.01 * n, 2) for n in range(200)) == pytest.approx(computed[1])


def test_sheets_of_one_name_are_told_apart_and_long_ones_cut() -> None:
    tables = tuple(
        Table(title, (Column("A"),), ()) for title in ("甲镇", "甲镇", "x" * 40, "X" * 40, "a/b")
    )
    names = [sheet.title for sheet in sheets(document(tables=tables))]
    assert len({name.casefold() for name in names}) == 5
    assert all(0 < len(name) <= 31 for name in names)


def test_a_ledger_can_be_filtered_without_its_total() -> None:
    table = Table("L", (Column("A"), Column("B")), (("x", "1"), ("sum", "")), 1, has_filters=True)
    [sheet] = sheets(document(tables=(table,)))
    assert sheet.auto_filter.ref == "A3:B4"


def test_a_picture_stands_in_the_workbook() -> None:
    made = document(pictures=(Picture("曲线（亩）", png()),))
    sheet = sheets(made)[0]
    assert len(sheet._images) == 1
    assert "曲线（亩）" in [cell.value for row in sheet.iter_rows() for cell in row]
