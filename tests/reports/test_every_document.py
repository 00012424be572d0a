"""Every document of the catalogue: what it carries, hostile words in it, and figures that agree.

A new document fails here until ``SAMPLES`` has a row for it.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from documents import HOSTILE, STAMP, jpeg, png
from openpyxl import load_workbook
from pdf_read import pages_of, text_of
from test_day_documents import example
from test_letters import a_notice, every_means
from test_papers import a_step
from test_weekly import NAMES, planted

from gis.findings import Finding
from gis.formats import Understood
from gis.language import CHINESE, _, speaking
from parcels.ledger.columns import CellKind, columns
from parcels.rules.verdicts import Verdict
from parcels.workflow import Step
from reports import ledger_columns as _columns  # noqa: F401  hands in stage and photos
from reports.catalog import (
    CATALOG,
    bulletin,
    check_report,
    check_result,
    county_daily,
    evidence_cards,
    field_measure,
    ledger,
    means,
    notice,
    publication_sheet,
    township_sheet,
    village_acceptance,
    weekly_summary,
)
from reports.clean import clean
from reports.document import Card, Document, Kind, Letter, Look, Picture, Table
from reports.publication.chain import Link, Outcome, Said
from reports.publication.derivation import Derivation
from reports.renderers import RENDERERS
from reports.supervision import papers
from reports.supervision.notice import NoticeState
from tests.builders import DAY, POLICY, TOWNSHIP_A, a_project, at, parcels_of, square

LOOK, OFFICE = Look(), "某县自然资源局"
MARKED = replace(STAMP, cut_off="2026-03-11 17:30", check_code="7KQ2-M9TX")
PARTS = ["village", "parcel_no", "area_m2", "new_arable_m2", "at_step_m2", "done_m2"]


def judged() -> Any:
    """Three parcels: one passes, one fails, one is undetermined and near a limit."""
    names = ("structure_m2", "area_m2", "share", "limit", "missing_m2", "margin_m2", "tolerance_m2")
    values = dict.fromkeys(names, "1")
    codes = ((), ("no_structures",), ("structures_not_read", "near_structure_limit"))
    reasons = [[{"code": code, "values": values} for code in some] for some in codes]
    return parcels_of(
        [square(n * 100, 0, 30) for n in range(3)],
        area_m2=900.0, structure_m2=300.0, structure_share=1 / 3, new_arable_m2=[800.0, 700.0, 0.0],
        structure_verdict="pass", new_arable_verdict="pass",
        verdict=["pass", "fail", "undetermined"],
        near_limit=[False, False, True], reasons=reasons, min_share="0.3", is_withdrawn=False,
        withdrawn_reason="", ledger_id=[1, 2, 3],
    )  # fmt: skip


def ledger_frame() -> pd.DataFrame:
    texts = {c.name: "x" for c in columns() if c.kind is CellKind.TEXT}
    days = {c.name: date(2026, 3, 9) for c in columns() if c.kind is CellKind.DAY}
    figures = {"area_m2": 900.0, "structure_m2": 300.0, "new_arable_m2": 800.0, "area_mu": 1.35}
    counts = {c.name: 2 for c in columns() if c.kind is CellKind.COUNT}
    row = texts | days | counts | figures | {
        "township_code": TOWNSHIP_A, "township": "甲镇", "verdict": Verdict.PASS,
        "is_withdrawn": False, "is_in_layer": True,
    }  # fmt: skip
    return pd.DataFrame([row, row | {"is_withdrawn": True}])


def layer_read() -> check_report.LayerRead:
    understood = Understood("GeoJSON", "l", 3, 4526, "declared", "utf-8", "declared", (), (),
                            (113.9, 35.1, 114.1, 35.3), "")  # fmt: skip
    return check_report.LayerRead(_("Parcels"), 1, "a.gpkg", understood, 3, date(2026, 1, 1))


def sheet_of_township() -> Document:
    row = next(one for one in example().townships if one.figures.code == TOWNSHIP_A)
    entries = pd.DataFrame([["张村", "012", Step.DEMOLISHED, 333.33, 1000.0]],
                           columns=["village", "parcel_no", "step", "area_m2",
                                    "parcel_area_m2"])  # fmt: skip
    return township_sheet.compose(row, entries, MARKED, day=DAY, leaders=("王立新", ""))


def published() -> Document:
    row = planted((0.5, 0.9, 0.5)).townships[0]
    parts = pd.DataFrame([["甲村", "A1", 900.0, 800.0, 450.0, 400.0]], columns=PARTS)
    found = [Derivation(row, parts, 800.0, 400.0)]
    said = [Said(Link.FIRST_REVIEW, Outcome.PASSED, 1, "郑立", at(DAY), text="属实")]
    return publication_sheet.compose("发布单", "第11周", found, said, MARKED, with_parcels=row.code)


def of_village() -> Document:
    parcels = judged()
    return village_acceptance.compose(
        "甲村", parcels, parcels.assign(why="核减"), MARKED, least_m2=400.0, checked_on={1: DAY},
        photos={1: 2},
    )  # fmt: skip


PERIOD = planted((0.5, 0.9, 0.5))
SAMPLES: dict[str, Callable[[], Document]] = {
    "bulletin": lambda: bulletin.compose(PERIOD, [], [], MARKED, office=OFFICE),
    "check_report": lambda: check_report.compose(
        judged(), [layer_read()], POLICY, {"parcels_overlap": 2}, MARKED,
        pictures=(Picture("图", png()),),
    ),
    "check_result": lambda: check_result.compose(
        a_project(), judged(), POLICY, MARKED,
        of_parcels=[Finding("null_geometry", 2, {"row": 2})], of_structures=[],
    ),
    "evidence_cards": lambda: evidence_cards.compose(
        [Card("图斑 012", (("面积", "900.00 m²（1.35亩）"),), ("无构筑物。",), (jpeg(), jpeg()))],
        MARKED, area="甲镇",
    ),
    "county_daily": lambda: county_daily.compose(example(), MARKED),
    "field_measure": lambda: field_measure.compose(a_project(), judged(), POLICY, MARKED),
    "interview": lambda: papers.interview(a_notice(), "甲镇", MARKED, office=OFFICE),
    "ledger": lambda: ledger.compose(ledger_frame(), MARKED),
    "means": lambda: means.compose(every_means(), MARKED, idle_days=10),
    "notice": lambda: notice.compose(a_notice(), [], NAMES[TOWNSHIP_A], MARKED, office=OFFICE),
    "publication_sheet": published,
    "reply": lambda: papers.reply(
        a_notice(), a_step(NoticeState.REPLIED), "甲镇", MARKED, office=OFFICE
    ),
    "return_visit": lambda: papers.return_visit(
        a_notice(), a_step(NoticeState.REVISITED), None, "甲镇", MARKED, office=OFFICE
    ),
    "township_sheet": sheet_of_township,
    "village_acceptance": of_village,
    "weekly_summary": lambda: weekly_summary.compose(PERIOD, MARKED, with_county=True),
}  # fmt: skip


def foot_in_chinese() -> str:
    return f"内部资料·未经审定 · {MARKED.check_code} · {MARKED.audit_head[:12]}"


def composed(name: str) -> Document:
    with speaking(CHINESE):
        return SAMPLES[name]()


def poisoned(made: Document) -> Document:
    """Put hostile words wherever a document has words, each of them somewhere."""
    texts = iter(lambda: next(endless), None)
    endless = (text for _round in range(10_000) for text in (*HOSTILE, "长" * 12_000))

    def table(one: Table) -> Table:
        places = [at for at, column in enumerate(one.columns) if column.kind is Kind.TEXT]
        few = one.rows[:2] or (tuple(None for _column in one.columns),)
        rows = tuple(
            tuple(next(texts)[:200] if at in places else cell for at, cell in enumerate(cells))
            for cells in (*few, *few, *few)
        )
        heads = tuple(
            replace(column, title=f"{place}{next(texts)[:40]}", summed_from=None)
            for place, column in enumerate(one.columns)
        )
        return replace(one, title=next(texts)[:60], columns=heads, rows=rows, totals=0,
                       note=next(texts))  # fmt: skip

    return replace(
        made,
        title=next(texts)[:80],
        about=tuple((next(texts)[:40], next(texts)[:300]) for _fact in made.facts),
        paragraphs=tuple((next(texts)[:40], next(texts)) for _part in made.paragraphs),
        tables=tuple(map(table, made.tables)),
        pictures=tuple(replace(one, title=next(texts)[:60]) for one in made.pictures),
        cards=tuple(
            Card(
                next(texts)[:40],
                ((next(texts)[:40], next(texts)[:300]),),
                (next(texts), next(texts)[:2_000]),
                one.pictures,
            )
            for one in made.cards
            for _hostile in HOSTILE
        ),
        letter=made.letter and Letter(next(texts)[:40], next(texts)[:40], next(texts)[:40], DAY),
    )


def test_every_document_has_its_row_here() -> None:
    assert set(SAMPLES) == set(CATALOG)
    assert {name: composed(name).name for name in SAMPLES} == {name: name for name in SAMPLES}


UNITS = {
    Kind.MU: ("亩",), Kind.HA: ("公顷",), Kind.AREA_M2: ("m²", "平方米"), Kind.POINTS: ("百分点",),
}  # fmt: skip


def test_every_column_of_areas_names_its_unit() -> None:
    columns = [(name, column) for name in SAMPLES for table in composed(name).tables
               for column in table.columns if column.kind in UNITS]  # fmt: skip
    assert {column.kind for _name, column in columns} == set(UNITS)
    assert not [
        (name, column.title)
        for name, column in columns
        if not any(unit in column.group + column.title for unit in UNITS[column.kind])
    ]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_document_says_what_it_rests_on_and_what_it_is_worth(
    name: str, tmp_path: Path
) -> None:
    made = composed(name)
    for suffix in CATALOG[name].formats:
        with speaking(CHINESE):
            content = RENDERERS[suffix](made, LOOK)
        said = words_of(suffix, content, tmp_path)
        for words in (MARKED.project, MARKED.basis, "内部资料·未经审定", MARKED.check_code,
                      MARKED.audit_head[:12]):  # fmt: skip
            assert words in said, (suffix, words)
        if suffix == "pdf":
            pages = len(pages_of(content, tmp_path))
            assert said.count(f"页，共{pages}页") == pages
            assert said.count(MARKED.audit_head[:12]) >= pages
        if suffix == "docx":
            fields = [p._p.xml for s in docx.Document(io.BytesIO(content)).sections
                      for p in s.footer.paragraphs]  # fmt: skip
            assert all("NUMPAGES" in xml and "，共" in xml for xml in fields)
        if suffix == "xlsx":
            sheets = load_workbook(io.BytesIO(content)).worksheets
            for foot in (sheet.oddFooter for sheet in sheets):
                assert foot.left.text == foot_in_chinese()
                assert foot.right.text == "第&P页，共&N页"


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_hostile_words_in_any_field_stay_words(name: str, tmp_path: Path) -> None:
    made = poisoned(composed(name))
    cells = [clean(str(cell)) for table in made.tables for row in table.rows
             for column, cell in zip(table.columns, row, strict=True)
             if column.kind is Kind.TEXT]  # fmt: skip
    for suffix in CATALOG[name].formats:
        content = RENDERERS[suffix](made, LOOK)
        if suffix == "xlsx":
            book = load_workbook(io.BytesIO(content))
            found = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
            assert not [cell.coordinate for cell in found if cell.data_type == "f"]
            assert not [cell.coordinate for cell in found if cell.hyperlink]
            values = {str(cell.value) for cell in found}
        elif suffix == "docx":
            word = docx.Document(io.BytesIO(content))
            values = {c.text for t in word.tables for row in t.rows for c in row.cells}
        elif suffix == "csv":
            read = csv.reader(io.StringIO(content.decode("utf-8-sig")))
            every = [cell for row in read for cell in row]
            assert not [cell for cell in every if re.match(r"[=@\t]|[+-](?!\d)", cell)]
            values = {cell.removeprefix("'") for cell in every} | set(every)
        else:
            said = text_of(content, tmp_path)
            values = {cell for cell in cells if re.sub(r"\s", "", cell) in said}
            cells = list(filter(is_plain, cells))
        assert not [cell for cell in cells if cell not in values], suffix


def is_plain(text: str) -> bool:
    """Tell whether pdftotext gives a text back in its own order."""
    kept = ("L", "EN", "ES", "CS", "ET", "ON", "WS", "AN")
    return len(text) < 60 and all(
        unicodedata.bidirectional(letter) in kept and ord(letter) < 0x20000 for letter in text
    )


def words_of(suffix: str, content: bytes, folder: Path) -> str:
    """Every word of a file, white space left out."""
    if suffix == "pdf":
        return text_of(content, folder)
    if suffix == "csv":
        return re.sub(r"\s", "", content.decode("utf-8-sig"))
    if suffix == "docx":
        word = docx.Document(io.BytesIO(content))
        parts = [paragraph.text for paragraph in word.paragraphs]
        parts += [p.text for section in word.sections for p in section.footer.paragraphs]
        return re.sub(r"\s", "", "".join(parts))
    book = load_workbook(io.BytesIO(content))
    return re.sub(r"\s", "", "".join(
        str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
    ))  # fmt: skip
