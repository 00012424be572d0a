"""What is missing, who is named in a bulletin, and its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from parcels.answerable import NOBODY, Answerable, Officer
from parcels.people.actor import Role
from parcels.store.engine import Store
from reports.completion import Completion
from reports.means.money import Purse
from reports.means.plan import Plan
from reports.means.standing import LACK_TITLES, Lack, Means, lacking, lacks, purse_words
from reports.means.team import Team
from reports.periods.period import PeriodKind, period_of
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.schedule import Milestone
from reports.services.issue_notice import NewNotice, issue_notice
from reports.services.week import summary_of
from reports.supervision.bulletin import bulletin
from reports.supervision.facts import Fact
from reports.supervision.ladder import Rung
from reports.supervision.mentions import commended, criticised
from reports.supervision.notice import Notice, NoticeState
from reports.supervision.reading import notices
from tests.builders import DAY, NOW, START, TOWNSHIP_A, TOWNSHIP_B, person, working_county

PERSON = Officer("王建国", "镇长", "13800000001")
COMPLETE = Means(
    TOWNSHIP_A, "甲镇", Purse(100, 60, DAY - timedelta(days=3), DAY), Answerable(PERSON, PERSON),
    Team("专班", START, (PERSON,)), Plan("方案", "1号", START, (Milestone(DAY, 0.5),)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("means", "lack"),
    [
        (COMPLETE, ()),
        (replace(COMPLETE, answerable=Answerable(PERSON)), (Lack.DEPUTY,)),
        (replace(COMPLETE, team=None), (Lack.TEAM,)),
        (replace(COMPLETE, plan=None), (Lack.PLAN,)),
        (replace(COMPLETE, purse=Purse(0, 0, None, DAY)), (Lack.MONEY,)),
        (
            replace(COMPLETE, purse=Purse(9, 1, DAY - timedelta(days=10), DAY)),
            (Lack.IDLE_MONEY,),
        ),
        (replace(COMPLETE, purse=Purse(9, 1, DAY - timedelta(days=9), DAY)), ()),
        (
            Means(TOWNSHIP_A, "甲镇", Purse(0, 0, None, DAY), NOBODY),
            (Lack.LEADER, Lack.DEPUTY, Lack.TEAM, Lack.PLAN, Lack.MONEY),
        ),
    ],
)
def test_what_a_township_lacks(means: Means, lack: tuple[Lack, ...]) -> None:
    assert lacks(means, idle_days=10) == lack
    assert Lack.IDLE_MONEY not in lacks(means, idle_days=0)
    assert set(LACK_TITLES) == set(Lack)
    assert bool(lacking([means], Lack.TEAM, idle_days=10)) is (Lack.TEAM in lack)
    assert str(purse_words(means.purse))


@pytest.fixture
def week(store: Store) -> tuple[PeriodSummary, Notice]:
    """Both townships reported nothing; township A has a notice that is due tomorrow."""
    here = working_county(store)
    inspector = person(store, "inspector", Role.INSPECTOR)
    wanted = NewNotice(
        TOWNSHIP_A, Rung.NOTICE, Fact.BEHIND, "滞后", "滞后30点", "整改",
        DAY + timedelta(days=1), NOW, {},
    )  # fmt: skip
    issue_notice(store, inspector, here.project_id, wanted, now=NOW)
    found = notices(store, inspector, here.project)
    return (
        summary_of(store, inspector, here.project, period_of(PeriodKind.WEEK, DAY), now=NOW),
        found[0],
    )


def at(row: PeriodRow, share: float, missing: int, rank: int) -> PeriodRow:
    return replace(
        row, completion=Completion(100.0, share * 100, 0.0, 0.5), rank=rank,
        punctuality=replace(row.punctuality, expected=5, missing=missing),
    )  # fmt: skip


def test_the_commended_are_on_schedule_reported_all_and_have_nothing_open(
    week: tuple[PeriodSummary, Notice],
) -> None:
    first, second = week[0].townships
    good, idle = at(first, 0.6, 0, 1), at(second, 0.5, 1, 2)
    assert [one.name for one in commended([good, idle], [])] == [first.name]
    assert not commended([at(first, 0.49, 0, 1)], [])
    mine = replace(week[1], township_code=first.code)
    assert not commended([good], [mine])
    closed = replace(mine, state=NoticeState.CLOSED)
    assert len(commended([good, at(second, 0.6, 0, 1)], [closed])) == 2


def test_the_criticised_are_behind_with_a_notice_open_or_overdue(
    week: tuple[PeriodSummary, Notice],
) -> None:
    summary, notice = week
    row = at(summary.townships[0], 0.3, 0, 2)
    mine = replace(notice, township_code=row.code)
    assert [one.name for one in criticised([row], [mine], DAY)] == [row.name]
    assert not criticised([at(row, 0.5, 0, 1)], [mine], DAY)
    reminder = replace(mine, rung=Rung.REMIND)
    assert not criticised([row], [reminder], DAY)
    assert criticised([row], [reminder], mine.due + timedelta(days=1))
    assert not criticised([row], [replace(mine, state=NoticeState.CLOSED)], DAY)


def test_the_bulletin_says_whose_report_is_missing_and_what_is_overdue(
    week: tuple[PeriodSummary, Notice],
) -> None:
    summary, notice = week
    tomorrow = notice.due + timedelta(days=1)
    text = bulletin(
        summary, now=NOW, today=tomorrow, reported={TOWNSHIP_A}, notices=[notice],
        blamed=criticised(summary.townships, [notice], tomorrow),
    )  # fmt: skip
    assert "内部资料·未经审定" in text
    assert "今日已报 1／2。未报：乙镇。" in text
    assert notice.number in text
    assert "逾期 1 天" in text
    assert "通报批评" in text
    assert "通报表彰" not in text
    assert TOWNSHIP_B not in text
