"""The opening balance counts in cumulative figures and never as anybody's day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gis.language import Problem
from parcels import register
from parcels.ledger.opening import is_opening
from parcels.ledger.workbook import WorkbookFaults
from parcels.people.access import Refused
from parcels.services.open_balance import open_balance, opening_balances, undo_opening
from parcels.store.engine import Store
from parcels.workflow import EventState, Step
from reports.completion import completion, done_m2
from reports.daily import ReportState
from reports.services.ceilings import TooMuchClaimed
from tests.builders import DAY, NOW, VILLAGE_A, VILLAGE_B, County, working_county

HEAD: list[object] = ["村代码", "图斑编号", "已完成环节", "完成面积"]
BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def brought(here: County, *rows: list[object], actor: object = None, day: date = BEFORE) -> int:
    path = here.store.folder / "opening.xlsx"
    path.write_bytes(b"the file as it came")
    return open_balance(
        here.store, actor or here.bureau, here.project_id, [HEAD, *rows], day=day,  # type: ignore[arg-type]
        document="县台账（2026年2月）", path=path, file_name="期初.xlsx", now=NOW,
    )  # fmt: skip


def done(here: County, number: str, step: Step, since: date | None = None) -> float:
    events = register.stage_events(here.store, here.bureau, here.project)
    ledger_id = int(here.parcels().loc[number, "ledger_id"])
    table = done_m2(events, since=since)
    return float(table[step].get(ledger_id, 0.0))


def test_a_step_reached_counts_with_every_step_before_it(here: County) -> None:
    assert brought(here, [VILLAGE_A, "A1", "清运", 500.0], [VILLAGE_B, "B1", "拆除", None]) == 2
    assert [done(here, "A1", step) for step in list(Step)[:4]] == [500.0, 500.0, 500.0, 0.0]
    whole = float(here.parcels().loc["B1", "area_m2"])
    assert done(here, "B1", Step.DEMOLISHED) == pytest.approx(whole, abs=0.01)


def test_it_is_in_no_days_and_no_weeks_figure_but_in_the_cumulative_one(here: County) -> None:
    brought(here, [VILLAGE_A, "A1", "种植", None])
    assert done(here, "A1", Step.PLANTED, since=BEFORE) == 0.0
    sums = register.work_sums(here.store, here.bureau, here.project, first=BEFORE, until=DAY)
    assert sums["within_m2"].sum() == 0.0
    assert sums["before_m2"].sum() > 0
    by_day = register.new_arable_by_day(
        here.store, here.bureau, here.project, first=BEFORE, last=DAY
    )
    assert by_day.empty
    events = register.stage_events(here.store, here.bureau, here.project)
    assert events["source"].map(is_opening).all()
    found = completion(here.project, here.parcels(), events, day=DAY)
    assert found.done_m2 == pytest.approx(800.0)


def test_ceilings_hold_with_what_was_brought_in(here: County) -> None:
    brought(here, [VILLAGE_A, "A1", "拆除", 600.0])
    with pytest.raises(TooMuchClaimed):
        here.send(("A1", Step.AGREEMENT_SIGNED, 400.0))
    here.send(("A1", Step.CLEARED, 600.0))
    with pytest.raises(WorkbookFaults):
        brought(here, [VILLAGE_A, "A1", "拆除", 400.0])


def test_each_bad_cell_is_named_and_nothing_comes_in(here: County) -> None:
    with pytest.raises(WorkbookFaults) as refused:
        brought(
            here,
            [VILLAGE_A, "Z9", "拆除", 1.0],
            [VILLAGE_A, "A1", "拆了", 1.0],
            [VILLAGE_A, "A1", "拆除", 99_999.0],
            [VILLAGE_A, "A2", "拆除", "很多"],
            [VILLAGE_A, "A2", "拆除", 5.0],
            [VILLAGE_A, "A2", "拆除", 6.0],
        )
    assert [fault.cell for fault in refused.value.faults] == ["B2", "C3", "D4", "D5", "C7"]
    assert register.stage_events(here.store, here.bureau, here.project).empty


def test_only_the_bureau_brings_it_in_with_its_source(here: County) -> None:
    with pytest.raises(Refused):
        brought(here, [VILLAGE_A, "A1", "拆除", 1.0], actor=here.reporter_a)
    with pytest.raises(Problem):
        brought(here, [VILLAGE_A, "A1", "拆除", 1.0], day=DAY + timedelta(days=5))
    with pytest.raises(Problem):
        brought(here)


def test_a_wrong_balance_is_taken_back_unless_work_rests_on_it(here: County) -> None:
    brought(here, [VILLAGE_A, "A1", "签订协议", 600.0])
    (balance,) = opening_balances(here.store, here.bureau, here.project)
    sent = here.send(("A1", Step.DEMOLISHED, 600.0))
    with pytest.raises(Problem):
        undo_opening(here.store, here.bureau, balance["id"], reason="录错", now=NOW)
    assert done(here, "A1", Step.AGREEMENT_SIGNED) == 600.0
    here.move(sent, ReportState.WITHDRAWN, here.reporter_a)
    undo_opening(here.store, here.bureau, balance["id"], reason="录错", now=NOW)
    assert done(here, "A1", Step.AGREEMENT_SIGNED) == 0.0
    (balance,) = opening_balances(here.store, here.bureau, here.project)
    assert balance["undone_reason"] == "录错"
    assert EventState.VOID not in set(
        register.stage_events(here.store, here.bureau, here.project)["state"]
    )
