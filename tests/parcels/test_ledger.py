"""The ledger: who may write which cell, nobody over another's hand, out to Excel and in again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from gis.bounded.workbooks import FILLED
from gis.language import ENGLISH, Problem, speaking
from parcels import register
from parcels.answerable import Answerable, Officer
from parcels.ledger.columns import EDITABLE, CellKind, columns
from parcels.ledger.edits import Edit
from parcels.ledger.wanted import Order, Standing, WantedRows
from parcels.ledger.workbook import SEEN, SHEET, WorkbookFaults, edits_of, titles_read, workbook
from parcels.people.access import MAY, Refused
from parcels.people.actor import Actor, Role
from parcels.services.edit_ledger import edit_ledger
from parcels.services.name_answerable import name_answerable
from parcels.services.withdraw_parcel import restore_parcel, withdraw_parcel
from parcels.store.engine import Store
from parcels.store.tables import WITHDRAWAL
from parcels.workbook_cells import LONG, workbook_cells
from parcels.workflow import Step
from reports import ledger_columns as _columns  # noqa: F401  hands in
from reports.daily import ReportState
from tests.builders import COUNTY, NOW, TOWNSHIP_A, County, person, working_county


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def rows(here: County, actor: object = None) -> pd.DataFrame:
    found = register.ledger_rows(here.store, actor or here.bureau, here.project)  # type: ignore[arg-type]
    return found.set_index("parcel_no", drop=False)


def numbers(here: County, actor: Actor | None = None) -> dict[int, str]:
    return register.parcel_numbers(here.store, actor or here.bureau, here.project)


def edit(here: County, number: str, column: str, wanted: object, **seen: object) -> Edit:
    row = rows(here).loc[number]
    return Edit(int(row["ledger_id"]), int(seen.get("version", row["version"])), column,
                seen.get("seen", row[column]), wanted)  # type: ignore[arg-type]  # fmt: skip


def write(here: County, *edits: Edit, actor: object = None) -> object:
    by = actor or here.bureau
    return edit_ledger(here.store, by, here.project_id, list(edits), now=NOW)  # type: ignore[arg-type]


def test_the_ledger_has_every_column_and_a_row_for_each_parcel(here: County) -> None:
    found = rows(here)
    assert list(found.index) == ["A1", "A2", "B1"]
    assert {column.name for column in columns()} <= set(found.columns)
    first = found.loc["A1"]
    assert (first["township"], first["verdict_title"], first["inside_village"]) == (
        "甲镇", "合格", "是",
    )  # fmt: skip
    assert first["area_mu"] == pytest.approx(900 * 3 / 2000, abs=1e-3)


def test_stage_and_its_day_come_from_confirmed_work_on_the_whole_parcel(here: County) -> None:
    area_m2 = float(here.parcels().loc["A1", "area_m2"])
    sent = here.send(("A1", Step.AGREEMENT_SIGNED, area_m2), ("A2", Step.AGREEMENT_SIGNED, 5.0))
    assert rows(here)["stage"].isna().all()
    here.move(sent, ReportState.CONFIRMED)
    found = rows(here)
    assert found.loc["A1", "stage"] == "签订协议"
    assert found.loc["A1", "stage_on"] == date(2026, 3, 4)
    assert pd.isna(found.loc["A2", "stage"])


def test_a_township_sees_and_writes_its_own_rows_only(here: County) -> None:
    assert list(rows(here, here.reporter_b).index) == ["B1"]
    with pytest.raises(Refused):
        write(here, edit(here, "A1", "problem", "户主外出"), actor=here.reporter_b)
    write(here, edit(here, "A1", "problem", "户主外出"), actor=here.reporter_a)
    assert rows(here).loc["A1", "problem"] == "户主外出"


@pytest.mark.parametrize("role", list(Role))
def test_each_role_writes_just_the_columns_of_its_rights(here: County, role: Role) -> None:
    region = TOWNSHIP_A if role.value.startswith("township") else COUNTY
    someone = person(here.store, "someone", role, region)
    version = 0
    for column, known in EDITABLE.items():
        wanted = "2026-05-01" if known.kind is CellKind.DAY else "x"
        assert known.action is not None
        if role in MAY[known.action]:
            write(here, edit(here, "A1", column, wanted), actor=someone)
            version += 1
        else:
            with pytest.raises(Refused):
                write(here, edit(here, "A1", column, wanted), actor=someone)
        assert rows(here).loc["A1", "version"] == version, column


@pytest.mark.parametrize("column", ["verdict_title", "area_m2", "withdrawn_reason", "version", "x"])
def test_what_a_crafted_message_changes_beyond_its_cells_is_refused(
    here: County, column: str
) -> None:
    with pytest.raises(Problem):
        write(here, Edit(1, 0, column, "", "合格"))


def test_a_row_of_another_project_is_not_written(here: County) -> None:
    wanted = edit(here, "A1", "problem", "x")
    with pytest.raises(Problem):
        write(here, replace(wanted, ledger_id=999))


def test_the_second_editor_sees_both_values_and_overwrites_nothing(here: County) -> None:
    mine, theirs = (edit(here, "A1", "problem", words) for words in ("缺土", "缺机械"))
    write(here, theirs, actor=here.reporter_a)
    saved = write(here, mine)
    assert saved.cells == 0  # type: ignore[attr-defined]
    (conflict,) = saved.conflicts  # type: ignore[attr-defined]
    assert (conflict.theirs, conflict.yours, conflict.by) == ("缺机械", "缺土", "Alice")
    assert rows(here).loc["A1", "problem"] == "缺机械"


def test_two_editors_of_one_row_in_different_cells_do_not_hinder_each_other(here: County) -> None:
    one, other = edit(here, "A1", "problem", "缺土"), edit(here, "A1", "leader", "张三")
    write(here, one, actor=here.reporter_a)
    assert write(here, other).conflicts == ()  # type: ignore[attr-defined]
    row = rows(here).loc["A1"]
    assert (row["problem"], row["leader"], row["version"]) == ("缺土", "张三", 2)


def test_a_withdrawn_parcel_stays_with_its_reason_and_comes_back(here: County) -> None:
    ledger_id = int(rows(here).loc["A2", "ledger_id"])
    with pytest.raises(Problem):
        withdraw_parcel(here.store, here.bureau, ledger_id, reason=" ", now=NOW)
    with pytest.raises(Refused):
        withdraw_parcel(here.store, here.reporter_a, ledger_id, reason="x", now=NOW)
    withdraw_parcel(here.store, here.bureau, ledger_id, reason="位于生态红线内", now=NOW)
    assert rows(here).loc["A2", "withdrawn_reason"] == "位于生态红线内"
    assert here.parcels().loc["A2", "is_withdrawn"]
    restore_parcel(here.store, here.bureau, ledger_id, reason="红线已调整", now=NOW)
    assert not here.parcels().loc["A2", "is_withdrawn"]
    with here.store.reading() as connection:
        kept = connection.execute(sa.select(WITHDRAWAL)).one()
    assert (kept.reason, kept.undone_reason) == ("位于生态红线内", "红线已调整")


def cells(content: bytes) -> dict[str, list[list[object]]]:
    return workbook_cells(content, (SHEET, SEEN), only={SHEET: titles_read()})


def changed(content: bytes, *changes: tuple[str, object]) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    for cell, value in changes:
        book[SHEET][cell] = value
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def at(content: bytes, title: str, line: int) -> str:
    heads = [cell.value for cell in openpyxl.load_workbook(BytesIO(content))[SHEET][1]]
    return f"{openpyxl.utils.get_column_letter(heads.index(title) + 1)}{line}"


def test_a_workbook_that_nobody_changed_changes_nothing(here: County) -> None:
    write(here, edit(here, "A1", "due", "2026-05-01"), edit(here, "A1", "problem", "=1+1"))
    found = rows(here)
    assert edits_of(cells(workbook(found, [("x", "y")])), numbers(here)) == []


def test_a_long_ledger_is_one_small_file_with_every_row() -> None:
    blank = {column.name: "" for column in columns()}
    one = blank | {"version": 0, "area_m2": 900.5, "problem": "缺<土> & \n=1+1 _x0041_"}
    many = pd.DataFrame([one | {"due": date(2026, 5, 1)}] * 2_000)
    content = workbook(many.assign(ledger_id=range(1, 2_001)), [("x", "x")])
    assert len(content) < 300_000
    found = workbook_cells(content, (SHEET, SEEN), most_rows=LONG, only={SHEET: titles_read()})
    assert len(found[SHEET]) == len(found[SEEN]) == 2_001
    heads, last = found[SHEET][0], found[SHEET][-1]
    assert last[0] == "2000"
    assert last[heads.index("存在问题")] == "缺<土> & \n=1+1 _x0041_"
    assert last[heads.index("完成时限")] == {"odd": "2026-05-01 00:00:00"}
    assert FILLED in last, "the area, which nobody asks for on the way in"
    with pytest.raises(Problem):
        workbook_cells(content, (SHEET,), most_rows=2_001)  # where a short form is expected


def test_a_ledger_made_in_chinese_is_taken_in_by_an_english_reader(here: County) -> None:
    content = workbook(rows(here), [])
    filled = changed(content, (at(content, "存在问题", 2), "户主外出"))
    with speaking(ENGLISH):
        [only] = edits_of(cells(filled), numbers(here))
    assert (only.column, only.wanted) == ("problem", "户主外出")


def test_cells_filled_in_excel_come_into_the_ledger(here: County) -> None:
    found = rows(here)
    content = workbook(found, [])
    content = changed(
        content,
        (at(content, "责任人", 2), "李四"),
        (at(content, "完成时限", 3), datetime(2026, 6, 30)),  # noqa: DTZ001  a day of the sheet
    )
    edits = edits_of(cells(content), numbers(here))
    write(here, *edits)
    after = rows(here)
    assert after.loc["A1", "responsible"] == "李四"
    assert after.loc["A2", "due"] == date(2026, 6, 30)


def test_a_file_that_lay_on_a_desk_overwrites_nothing(here: County) -> None:
    content = workbook(rows(here), [])
    write(here, edit(here, "A1", "problem", "缺机械"), edit(here, "A2", "problem", "缺土"))
    filled = changed(content, (at(content, "存在问题", 2), "户主外出"))
    saved = write(here, *edits_of(cells(filled), numbers(here)))
    assert [c.parcel_no for c in saved.conflicts] == ["A1"]  # type: ignore[attr-defined]
    assert list(rows(here)["problem"]) == ["缺机械", "缺土", ""]


def test_each_bad_cell_is_named_and_nothing_is_written(here: County) -> None:
    found = rows(here)
    content = workbook(found, [])
    bad = changed(
        content,
        (at(content, "完成时限", 2), "下月底"),
        ("A3", "77"),
        (at(content, "图斑编号", 4), "A1"),
    )
    with pytest.raises(WorkbookFaults) as refused:
        edits_of(cells(bad), numbers(here))
    assert [fault.cell for fault in refused.value.faults] == [
        at(content, "完成时限", 2), "A3", at(content, "图斑编号", 4),
    ]  # fmt: skip


def test_a_township_cannot_write_another_by_its_workbook(here: County) -> None:
    own = numbers(here, here.reporter_b)
    content = workbook(rows(here), [])
    with pytest.raises(WorkbookFaults):
        edits_of(cells(content), own)


def test_a_township_fills_the_workbook_of_its_own_rows(here: County) -> None:
    content = workbook(rows(here, here.reporter_b), [])
    filled = changed(content, (at(content, "存在问题", 2), "便道未通"))
    edits = edits_of(cells(filled), numbers(here, here.reporter_b))
    write(here, *edits, actor=here.reporter_b)
    assert list(rows(here)["problem"]) == ["", "", "便道未通"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"text"])
def test_a_file_that_is_no_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Problem):
        workbook_cells(content, (SHEET,))


# --- which rows, in which order ---


def chosen(here: County, actor: Actor | None = None, **wanted: object) -> list[str]:
    asked = WantedRows(**wanted)  # type: ignore[arg-type]
    ids = register.ledger_ids(here.store, actor or here.bureau, here.project, asked)
    found = register.ledger_rows(here.store, actor or here.bureau, here.project, ids)
    assert list(found["ledger_id"]) == ids
    return list(found["parcel_no"])


def test_rows_are_found_by_what_they_say(here: County) -> None:
    write(here, edit(here, "A2", "problem", "50%_缺土"), edit(here, "B1", "leader", "王镇长"))
    assert chosen(here) == ["A1", "A2", "B1"]
    assert chosen(here, words="50%_") == ["A2"]
    assert chosen(here, words="%") == ["A2"]
    assert chosen(here, words="王镇") == ["B1"]
    assert chosen(here, words="乙村 b1") == ["B1"]
    assert chosen(here, words="无此") == []
    assert chosen(here, township_code=TOWNSHIP_A) == ["A1", "A2"]
    assert chosen(here, here.reporter_b) == ["B1"]
    assert chosen(here, here.reporter_b, township_code=TOWNSHIP_A) == []


def test_a_leader_nobody_wrote_is_found_by_the_townships(here: County) -> None:
    named = Answerable(Officer("李书记"))
    name_answerable(here.store, here.bureau, here.project_id, TOWNSHIP_A, named, now=NOW)
    write(here, edit(here, "A2", "leader", "王镇长"))
    assert chosen(here, words="李书") == ["A1"]


def test_rows_are_found_by_verdict_standing_and_stage(here: County) -> None:
    found = rows(here)
    withdraw_parcel(here.store, here.bureau, int(found.loc["A2", "ledger_id"]), reason="x", now=NOW)
    write(here, edit(here, "A1", "due", "2026-03-01"), edit(here, "B1", "due", "2026-03-04"))
    area_m2 = float(here.parcels().loc["A1", "area_m2"])
    here.move(here.send(("A1", Step.AGREEMENT_SIGNED, area_m2)), ReportState.CONFIRMED)
    assert chosen(here, standing=Standing.WITHDRAWN) == ["A2"]
    assert chosen(here, standing=Standing.IN_LAYER) == ["A1", "B1"]
    assert chosen(here, standing=Standing.OVERDUE, today=date(2026, 3, 4)) == ["A1"]
    assert chosen(here, verdicts=("pass",)) == ["A1", "A2", "B1"]
    assert chosen(here, verdicts=("fail",)) == []
    assert chosen(here, holding=("stage", "签订协议")) == ["A1"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.NEW_ARABLE, ["B1", "A2", "A1"]),
        (Order.DUE, ["A2", "B1", "A1"]),
        (Order.CHANGED, ["B1", "A2", "A1"]),
        (Order.PARCEL_NO, ["A1", "A2", "B1"]),
    ],
)
def test_rows_come_in_the_order_asked_for_and_unknown_last(
    here: County, order: Order, expected: list[str]
) -> None:
    write(here, edit(here, "A2", "due", "2026-03-01"))
    one = edit(here, "B1", "due", "2026-03-04")
    edit_ledger(here.store, here.bureau, here.project_id, [one], now=NOW + timedelta(hours=1))
    assert chosen(here, order=order) == expected
