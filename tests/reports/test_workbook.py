"""The Excel form: prefilled on its way out, checked cell by cell on its way in, filed once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gis.language import CHINESE, ENGLISH, Problem, speaking
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.store.engine import Store
from parcels.workflow import Step
from reports.__main__ import main
from reports.daily import ZERO_TITLES, ReportState, ReturnReason, ZeroReason
from reports.reading import details_of, entries_of, reports_between
from reports.services.file_workbook import FormFaults, file_form, make_form
from reports.workbook import form
from reports.workbook.read import number_of
from tests.builders import DAY, NOW, TOWNSHIP_A, County, at, person, working_county

SIGNED, DEMOLISHED = Step.AGREEMENT_SIGNED, Step.DEMOLISHED


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def blank(here: County, **how: Any) -> bytes:
    told = {"day": DAY, "now": NOW, "township": TOWNSHIP_A, "actor": here.reporter_a} | how
    actor = told.pop("actor")
    return make_form(here.store, actor, here.project, **told)


def filled(
    content: bytes,
    facts: Mapping[str, Any] | None = None,
    work: Mapping[tuple[str, Step], Any] | None = None,
) -> bytes:
    """Return the form as a person sends it back: by code of a row, by parcel number and step."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[form.FACTS]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for code, value in (facts or {}).items():
        sheet.cell(rows[code], form.VALUE + 1).value = value
    sheet = book[form.PARCELS]
    rows = {sheet.cell(row, form.NUMBER + 1).value: row for row in range(4, sheet.max_row + 1)}
    for (number, step), value in (work or {}).items():
        sheet.cell(rows[number], form.today_column(step) + 1).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def send(here: County, content: bytes, actor: Any = None) -> Any:
    return file_form(here.store, actor or here.reporter_a, content, now=NOW)


def faults(here: County, content: bytes) -> dict[str, str]:
    with pytest.raises(FormFaults) as told:
        send(here, content)
    assert reports_between(here.store, here.bureau, here.project, DAY, DAY).empty
    return {fault.cell: str(fault) for fault in told.value.faults}


def test_the_form_holds_the_townships_own_parcels_and_what_is_done(here: County) -> None:
    before = DAY - timedelta(days=1)
    here.send(("A1", SIGNED, 400.0), day=before, now=at(before), key="y", workers=9)
    book = openpyxl.load_workbook(io.BytesIO(blank(here)))
    sheet = book[form.PARCELS]
    numbers = [sheet.cell(row, form.NUMBER + 1).value for row in (4, 5, 6)]
    assert numbers == ["A1", "A2", None]
    assert sheet.cell(4, form.today_column(SIGNED)).value == 400.0
    facts = book[form.FACTS]
    values = {row[0].value: row[form.VALUE].value for row in facts.iter_rows(min_row=4)}
    assert values["workers"] == 9
    assert book[form.IDENTITY].sheet_state == "veryHidden"


def test_a_filled_form_is_filed_with_everything_in_it(here: County) -> None:
    work = {("A1", SIGNED): "全", ("A1", DEMOLISHED): "全部", ("A2", SIGNED): "１，００.5 ㎡"}
    facts = {"workers": 6, "machines": 2, "money:topsoil": "1,200.50", "money_note": "客土",
             "reason:soil": "是", "problem": "缺土", "help_wanted": "协调客土"}  # fmt: skip
    content = filled(blank(here), facts, work)
    first = send(here, content)
    assert not first.is_repeat
    [report] = reports_between(here.store, here.bureau, here.project, DAY, DAY).to_dict("records")
    assert (report["workers"], report["machines"], report["problem"]) == (6, 2, "缺土")
    kept = entries_of(here.store, here.bureau, here.project, report["id"])
    assert {(e.parcel_no, e.step): e.area_m2 for e in kept.itertuples()} == {
        ("A1", SIGNED): 900.0, ("A1", DEMOLISHED): 900.0, ("A2", SIGNED): 100.5,
    }  # fmt: skip
    details = details_of(here.store, here.bureau, here.project, report["id"])
    assert [(s.purpose, s.amount_fen) for s in details.money] == [("topsoil", 120_050)]


def test_the_same_file_twice_even_saved_anew_makes_one_report(here: County) -> None:
    content = filled(blank(here), {"workers": 6}, {("A1", SIGNED): 900})
    first = send(here, content)
    again = send(here, content)
    anew = send(here, filled(content))
    assert (again.is_repeat, anew.is_repeat) == (True, True)
    assert {first.receipt_no, again.receipt_no, anew.receipt_no} == {first.receipt_no}
    assert len(reports_between(here.store, here.bureau, here.project, DAY, DAY)) == 1


def test_a_form_whose_report_was_returned_says_so_and_a_mended_one_is_filed(here: County) -> None:
    content = filled(blank(here), work={("A1", SIGNED): 900})
    here.move(send(here, content), ReportState.RETURNED, reason=ReturnReason.FIGURES, text="重报")
    with pytest.raises(Problem):
        send(here, content)
    assert not send(here, filled(content, work={("A1", SIGNED): 800})).is_repeat


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_no_progress_is_chosen_from_the_list_of_either_language(
    here: County, language: str
) -> None:
    with speaking(language):
        content = filled(blank(here), {form.ZERO: str(ZERO_TITLES[ZeroReason.RAIN])})
    send(here, content)
    found = reports_between(here.store, here.bureau, here.project, DAY, DAY)
    assert found["zero_reason"].tolist() == ["rain"]


def test_every_cell_that_cannot_be_is_named_and_nothing_is_filed(here: County) -> None:
    facts = {"workers": 2.5, "machines": "many", "money:topsoil": "12.345", "reason:soil": "maybe",
             form.ZERO: "心情", "problem": "=HYPERLINK(1)"}  # fmt: skip
    work = {("A1", SIGNED): "一半", ("A2", SIGNED): -5, ("A1", DEMOLISHED): "=1+1",
            ("A2", Step.PLANTED): "全"}  # fmt: skip
    found = faults(here, filled(blank(here), facts, work))
    assert len(found) == len(facts) + len(work)
    assert {"C5", "C6"} <= set(found)  # people and machines
    assert "G4" in found
    assert "一半" in found["G4"]


def test_a_claim_above_its_ceiling_is_told_at_its_cell(here: County) -> None:
    found = faults(here, filled(blank(here), work={("A1", DEMOLISHED): 500}))
    assert list(found) == [form.cell_name(4, form.today_column(DEMOLISHED))]
    assert "500" in next(iter(found.values()))


def test_a_row_that_was_copied_or_made_up_is_refused(here: County) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(blank(here), work={("A1", SIGNED): 900})))
    sheet = book[form.PARCELS]
    sheet.cell(5, 1).value = sheet.cell(4, 1).value
    sheet.cell(5, form.today_column(SIGNED) + 1).value = 10
    ids = here.parcels()["ledger_id"]
    sheet.cell(7, 1).value = int(ids["B1"])  # a neighbour's parcel
    sheet.cell(7, form.today_column(SIGNED) + 1).value = 10
    target = io.BytesIO()
    book.save(target)
    assert set(faults(here, target.getvalue())) == {"C5", "C7"}


def test_another_township_can_neither_make_nor_send_the_form(here: County) -> None:
    with pytest.raises(Refused):
        blank(here, actor=here.reporter_b)
    content = filled(blank(here), work={("A1", SIGNED): 900})
    with pytest.raises(Refused):
        send(here, content, here.reporter_b)


def test_the_bureau_hands_in_the_form_of_a_township_without_a_line(here: County) -> None:
    content = blank(here, actor=here.bureau)
    assert set(openpyxl.load_workbook(io.BytesIO(content)).sheetnames) == set(form.SHEETS)
    facts = {"workers": 4, "machines": 1}
    receipt = send(here, filled(content, facts, {("A1", SIGNED): "全"}), here.bureau)
    [report] = reports_between(here.store, here.bureau, here.project, DAY, DAY).to_dict("records")
    assert (report["receipt_no"], report["township_code"]) == (receipt.receipt_no, TOWNSHIP_A)
    assert bool(report["is_for_township"])
    assert (report["workers"], report["machines"]) == (4, 1)
    stranger = person(here.store, "stranger", Role.BUREAU_CLERK, "419902")
    with pytest.raises(Refused):
        blank(here, actor=stranger)
    with pytest.raises(Refused):
        send(here, filled(content, work={("A2", SIGNED): "全"}), stranger)


def a_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (200 * 1024**2))
    return target.getvalue()


def other_book() -> bytes:
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"not a zip", a_bomb(), other_book(), other_book()[:900]],
    ids=["empty", "text", "bomb", "other", "cut"],
)  # fmt: skip
def test_what_is_not_our_form_is_refused_in_words(here: County, content: bytes) -> None:
    with pytest.raises(Problem) as told:
        send(here, content)
    assert str(told.value)


@pytest.mark.parametrize(
    ("value", "number"),
    [("９００", 900), ("1,200.5", 1200.5), (" 12 平方米", 12), (True, None), ("nan", None),
     ("1e99", None), ({"odd": "2026-03-04"}, None), (7, 7)],
)  # fmt: skip
def test_a_number_is_read_however_it_was_typed(value: Any, number: float | None) -> None:
    found = number_of(value)
    assert (float(found) if found is not None else None) == number


def test_the_server_writes_the_form_by_command(
    here: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("TRACKER_VAR", str(here.store.folder))
    monkeypatch.setenv("TRACKER_DATABASE_URL", here.store.engine.url.render_as_string(False))
    out = tmp_path / "form.xlsx"
    asked = ["report-form", "--township", TOWNSHIP_A, "--day", str(DAY), "--out", str(out)]
    assert main(asked) == 0
    assert str(out) in capsys.readouterr().out
    assert not send(here, filled(out.read_bytes(), work={("A1", SIGNED): 900})).is_repeat
    assert main([*asked[:2], "999901101", *asked[3:]]) == 2
