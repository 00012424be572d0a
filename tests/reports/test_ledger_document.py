"""The ledger as a document: every parcel in it, codes as text, totals that the register has too."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from gis.language import CHINESE, Problem, speaking
from parcels import register
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.services.withdraw_parcel import withdraw_parcel
from parcels.store.engine import Store
from parcels.totals import totals
from reports.document import Document
from reports.publication.check_code import read_code
from reports.renderers import RENDERERS
from reports.services.export_ledger import ledger_file
from reports.services.give_codes import document_of_code
from reports.services.issue_documents import issue_documents
from reports.services.looks import look_of
from reports.services.make_documents import day_documents
from tests.builders import DAY, NOW, TOWNSHIP_A, County, at, person, working_county

NOON = at(DAY, 12)


@pytest.fixture
def here(store: Store) -> County:
    """The working county with one parcel of A taken out."""
    county = working_county(store)
    ledger_id = int(county.parcels().loc["A2", "ledger_id"])
    withdraw_parcel(store, county.bureau, ledger_id, reason="与其他项目重叠", now=NOW)
    return county


def made(here: County, actor: Any = None) -> Document:
    with speaking(CHINESE):
        [one] = day_documents(
            here.store, actor or here.bureau, here.project, DAY, only=("ledger",), now=NOON
        )
    return one.document


def sheets(here: County) -> dict[str, Worksheet]:
    with speaking(CHINESE):
        content = RENDERERS["xlsx"](made(here), look_of(here.store))
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: sheet for sheet in book.worksheets}


def computed(sheet: Worksheet, formula: str) -> float:
    """Work out a total as a spreadsheet does: SUM over one column, mu by × 3/2000."""
    inner = formula.removeprefix("=").removeprefix("ROUND(")
    cells = inner[inner.index("SUM(") + 4 : inner.index(")")]
    whole = sum(cell.value or 0 for (cell,) in sheet[cells])
    factor = 3 / 2000 if "*3/2000" in inner else 1 / 10_000 if "/10000" in inner else 1
    return round(whole * factor, 4)


def test_every_row_of_the_register_stands_on_one_sheet(here: County) -> None:
    rows = register.ledger_rows(here.store, here.bureau, here.project)
    document = made(here)
    numbers = [cells[3] for table in document.tables[1:] for cells in table.rows if cells[3]]
    assert sorted(numbers) == sorted(rows["parcel_no"])
    assert [table.title for table in document.tables] == ["分乡镇合计", "甲镇", "乙镇", "核减图斑"]
    out = document.tables[-1]
    assert [cells[3] for cells in out.rows if cells[3]] == ["A2"]
    assert "与其他项目重叠" in out.rows[0]


def test_totals_are_formulas_and_agree_with_the_register(here: County) -> None:
    parcels = register.judged_parcels(here.store, here.bureau, here.project)
    expected = totals(parcels, by="township")
    whole = sheets(here)
    for name in ("甲镇", "乙镇"):
        sheet = whole[name]
        heads = [cell.value for cell in sheet[3]]
        total = sheet[sheet.max_row]
        assert total[1].value == "合计"
        area = total[heads.index("面积（m²）")].value
        assert area.startswith("=ROUND(SUM(")
        assert computed(sheet, area) == pytest.approx(expected.loc[name, "area_m2"], abs=0.005)
        mu = computed(sheet, total[heads.index("面积（亩）")].value)
        assert mu == pytest.approx(expected.loc[name, "area_m2"] * 3 / 2000, abs=0.005)
    overview = whole["分乡镇合计"]
    last = overview[overview.max_row]
    county = totals(parcels).iloc[0]
    for place, figure in ((1, "parcels"), (2, "area_m2"), (7, "pass_new_arable_m2"),
                          (9, "withdrawn_parcels")):  # fmt: skip
        assert computed(overview, last[place].value) == pytest.approx(county[figure], abs=0.005)


def test_the_sheet_is_landscape_with_a_head_that_stays_and_filters(here: County) -> None:
    sheet = sheets(here)["甲镇"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row - 1))  # the total is not filtered away


def test_a_township_has_its_own_ledger_only(here: County) -> None:
    document = made(here, here.reporter_a)
    assert "乙镇" not in str(document.tables)
    [one] = day_documents(
        here.store, here.reporter_a, here.project, DAY, only=("ledger",), now=NOON
    )
    assert one.region == TOWNSHIP_A
    outsider = person(here.store, "far", Role.BUREAU_CLERK, "419999")
    with pytest.raises(Refused):
        list(day_documents(here.store, outsider, here.project, DAY, only=("ledger",), now=NOON))


def test_a_ledger_is_no_letter(here: County) -> None:
    with pytest.raises(Problem, match="xlsx"):
        issue_documents(
            here.store, here.bureau, here.project, DAY, only=("ledger",), formats=("docx",),
            now=NOON,
        )  # fmt: skip
    assert issue_documents(
        here.store, here.bureau, here.project, DAY, only=("ledger",), formats=("xlsx", "pdf"),
        now=NOON,
    ) == 1  # fmt: skip


def test_the_ledger_to_fill_says_what_every_document_says(here: County) -> None:
    with speaking(CHINESE):
        content = ledger_file(here.store, here.reporter_a, here.project, now=NOON)
    book = load_workbook(io.BytesIO(content))
    about = book.worksheets[-1]
    said = {row[0].value: row[1].value for row in about.iter_rows(max_col=2)}
    assert said["项目"] == here.project.name
    assert said["数据依据"] == "图斑图层 v1、构筑物图层 v1、政策 v1"
    assert said["状态"] == "内部资料·未经审定"
    with here.store.reading() as connection:
        found = document_of_code(connection, here.reporter_a, read_code(said["核验码"]))
    assert found is not None
    assert (found.name, found.region) == ("ledger", TOWNSHIP_A)
    for sheet in (book.worksheets[0], about):
        assert said["核验码"] in (sheet.oddFooter.left.text or "")
        assert sheet.oddFooter.right.text == "第&P页，共&N页"
