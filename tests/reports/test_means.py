"""Teams, plans and start-up money: what is kept, who may keep it, and how long money lies idle."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from gis.language import Problem
from parcels.answerable import Officer
from parcels.people.access import Refused
from parcels.store.engine import Store
from parcels.workflow import EventState, Step
from reports.daily import ReportState, ReturnReason
from reports.means.money import (
    MoneyKind,
    Purpose,
    Spending,
    format_wan,
    format_yuan,
    purse,
    require_sound_spending,
)
from reports.means.plan import Plan
from reports.means.reading import movements, plan_curves, plans, teams
from reports.means.team import Team
from reports.schedule import Milestone
from reports.services.ceilings import source_of
from reports.services.keep_means import keep_plan, keep_team
from reports.services.move_money import give_money, record_spending, strike_money
from tests.builders import DAY, NOW, START, TOWNSHIP_A, TOWNSHIP_B, County, working_county

MEMBERS = (Officer("王建国", "镇长", "13800000001"), Officer("刘志强", "副镇长", "13800000002"))
TEAM = Team("拆旧复垦工作专班", START, MEMBERS, "甲政〔2026〕3号")
PLAN = Plan("实施方案", "甲政〔2026〕4号", START, (Milestone(START + timedelta(days=9), 0.4),))
SPENT = Spending(Purpose.DEMOLITION, 1_200_050, "拆除费")


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def give(here: County, fen: int = 50_000_000, day: date = DAY, code: str = TOWNSHIP_A) -> int:
    return give_money(
        here.store, here.bureau, here.project_id, code, fen,
        day=day, words="县财〔2026〕12号", now=NOW,
    )  # fmt: skip


def spend(here: County, report: str, day: date = DAY) -> None:
    with here.store.writing() as connection:
        record_spending(
            connection, here.reporter_a, project_id=here.project_id, township_code=TOWNSHIP_A,
            day=day, spent=[SPENT], source=report, now=NOW,
        )  # fmt: skip


def left(here: County, day: date = DAY) -> int:
    return purse(movements(here.store, here.bureau, here.project, until=day), day).left_fen


# --- teams and plans


def test_a_team_and_a_plan_are_read_back(here: County) -> None:
    keep_team(here.store, here.bureau, here.project_id, TOWNSHIP_A, TEAM, now=NOW)
    keep_plan(here.store, here.bureau, here.project_id, TOWNSHIP_A, PLAN, now=NOW)
    assert teams(here.store, here.bureau, here.project) == {TOWNSHIP_A: TEAM}
    assert plans(here.store, here.reporter_a, here.project) == {TOWNSHIP_A: PLAN}
    assert not teams(here.store, here.reporter_b, here.project)


def test_a_new_plan_needs_a_reason_and_becomes_the_schedule(here: County) -> None:
    keep_plan(here.store, here.bureau, here.project_id, TOWNSHIP_A, PLAN, now=NOW)
    slower = Plan("方案（修订）", "5号", DAY, (Milestone(DAY + timedelta(days=40), 0.2),))
    with pytest.raises(Problem):
        keep_plan(here.store, here.bureau, here.project_id, TOWNSHIP_A, slower, now=NOW)
    version = keep_plan(
        here.store, here.bureau, here.project_id, TOWNSHIP_A, slower, reason="连阴雨", now=NOW
    )
    assert version == 2
    assert plan_curves(here.store, here.bureau, here.project)[TOWNSHIP_A] == slower.milestones


def test_a_township_keeps_neither_team_nor_plan_nor_money(here: County) -> None:
    with pytest.raises(Refused):
        keep_team(here.store, here.reporter_a, here.project_id, TOWNSHIP_A, TEAM, now=NOW)
    with pytest.raises(Refused):
        keep_plan(here.store, here.reporter_a, here.project_id, TOWNSHIP_A, PLAN, now=NOW)
    with pytest.raises(Refused):
        give_money(
            here.store, here.reporter_a, here.project_id, TOWNSHIP_A, 100,
            day=DAY, words="x", now=NOW,
        )  # fmt: skip


def test_a_member_without_a_phone_is_refused() -> None:
    with pytest.raises(Problem):
        Team("专班", START, (Officer("王建国", "镇长", ""),))


# --- money


def test_a_slip_of_the_year_gives_no_money(here: County) -> None:
    with pytest.raises(Problem, match="1926"):
        give(here, day=date(1926, 3, 4))
    give(here, day=START - timedelta(days=90))  # money may come before the works


def test_spending_of_a_returned_report_comes_back_into_the_purse(here: County) -> None:
    give(here)
    receipt = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    spend(here, source_of(here.report_id(receipt.receipt_no)))
    assert left(here) == 50_000_000 - 1_200_050
    here.move(receipt, ReportState.RETURNED, reason=ReturnReason.FIGURES, text="票据不符")
    assert left(here) == 50_000_000


def test_confirming_a_report_confirms_its_spending(here: County) -> None:
    give(here)
    receipt = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    spend(here, source_of(here.report_id(receipt.receipt_no)))
    here.move(receipt, ReportState.CONFIRMED)
    moved = movements(here.store, here.bureau, here.project, until=DAY)
    assert list(moved["state"]) == [EventState.CONFIRMED, EventState.CONFIRMED]


def test_money_struck_out_stays_as_a_row_but_counts_no_more(here: County) -> None:
    strike_money(here.store, here.bureau, give(here), reason="重复录入", now=NOW)
    assert left(here) == 0
    assert len(movements(here.store, here.bureau, here.project, until=DAY)) == 1


def test_a_township_sees_its_own_money_only(here: County) -> None:
    give(here, code=TOWNSHIP_B)
    assert movements(here.store, here.reporter_a, here.project, until=DAY).empty


def moved(*rows: tuple[int, MoneyKind, int]) -> pd.DataFrame:
    """Movements by day after the start."""
    return pd.DataFrame(
        [
            {"day": START + timedelta(days=day), "kind": kind, "amount_fen": fen,
             "state": EventState.CONFIRMED}
            for day, kind, fen in rows
        ],
        columns=["day", "kind", "amount_fen", "state"],
    )  # fmt: skip


GIVEN, PAID = MoneyKind


@pytest.mark.parametrize(
    ("rows", "left_fen", "idle_days"),
    [
        ([], 0, 0),
        ([(0, GIVEN, 100)], 100, 20),
        ([(0, GIVEN, 100), (5, PAID, 30)], 70, 15),
        ([(0, GIVEN, 100), (5, PAID, 100)], 0, 0),
        ([(0, GIVEN, 100), (5, PAID, 30), (10, GIVEN, 50)], 120, 15),  # the old rest still lies
        ([(0, GIVEN, 100), (5, PAID, 100), (10, GIVEN, 50)], 50, 10),
        ([(0, PAID, 40), (5, GIVEN, 100)], 60, 15),  # paid from the township's own pocket first
        ([(30, GIVEN, 100)], 0, 0),  # not there yet
    ],
)
def test_money_lies_idle_since_the_last_spending(
    rows: list[tuple[int, MoneyKind, int]], left_fen: int, idle_days: int
) -> None:
    found = purse(moved(*rows), START + timedelta(days=20))
    assert (found.left_fen, found.idle_days) == (left_fen, idle_days)


def test_a_sum_must_be_above_nothing_and_other_needs_words() -> None:
    with pytest.raises(Problem):
        require_sound_spending([Spending(Purpose.CLEARING, 0)])
    with pytest.raises(Problem):
        require_sound_spending([Spending(Purpose.OTHER, 100)])
    require_sound_spending([Spending(Purpose.OTHER, 100, "误工补贴")])


@pytest.mark.parametrize(
    ("fen", "yuan", "wan"),
    [(0, "0.00", "0.00"), (5_000, "50.00", "0.01"), (4_999, "49.99", "0.00"),
     (123_456_789, "1,234,567.89", "123.46"), (-5, "-0.05", "0.00")],
)  # fmt: skip
def test_fen_are_shown_as_yuan_and_ten_thousand_yuan(fen: int, yuan: str, wan: str) -> None:
    assert format_yuan(fen) == yuan
    assert format_wan(fen) == wan
