"""The ladder: facts as pure functions, rules as a table, proposals one rung at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.completion import Completion
from reports.means.money import Purse
from reports.punctuality import ExpectedReport
from reports.punctuality import Standing as ReportStanding
from reports.schedule import scheduled_share
from reports.supervision.facts import (
    Fact,
    Facts,
    behind_run,
    contradiction_facts,
    daily_gaps,
    is_behind,
    missing_lately,
    standing_facts,
)
from reports.supervision.ladder import (
    BY_FACT,
    DEFAULT_LINES,
    RULES,
    RUNG_TITLES,
    RUNGS,
    Declined,
    Line,
    Rung,
    Standing,
    line_name,
    lines_of,
    proposals,
    reached,
    still_stands,
)
from tests.builders import DAY, START, TOWNSHIP_A, TOWNSHIP_B, a_project

REMIND, NOTICE, KEY, INTERVIEW, REFER = RUNGS
WELL = Facts(TOWNSHIP_A, "甲镇", DAY, Completion(1000.0, 500.0, 0.0, 0.5), gaps=(0.0,))


def behind(points: float, days: int) -> Facts:
    return replace(WELL, gaps=(0.0, *[-points / 100] * days))


def idle_money(days: int) -> Facts:
    return replace(WELL, purse=Purse(100, 40, DAY - timedelta(days=days), DAY))


# --- facts


def test_gaps_of_earlier_days_follow_by_taking_away_what_was_added() -> None:
    project = a_project()
    now = Completion(1000.0, 300.0, 0.0, scheduled_share(project, DAY))
    gaps = daily_gaps(project, now, {DAY: 100.0, DAY - timedelta(days=1): 50.0}, (), day=DAY)
    assert len(gaps) == (DAY - START).days + 1
    shares = [0.15, 0.2, 0.3]
    expected = [share - place / 100 for place, share in enumerate(shares, start=1)]
    assert gaps == pytest.approx(expected)


def test_a_township_with_nothing_eligible_is_never_behind() -> None:
    assert daily_gaps(a_project(), Completion(0.0, 0.0, 0.0, 0.5), {}, (), day=DAY) == ()
    assert reached(BY_FACT[Fact.BEHIND], replace(WELL, gaps=()), DEFAULT_LINES) is None


@pytest.mark.parametrize(
    ("gaps", "points", "run"),
    [
        ((), 5, 0),
        ((-0.05,), 5, 1),  # on the line counts as behind
        ((-0.049999,), 5, 0),
        ((-0.1, -0.1, -0.04), 5, 0),
        ((-0.1, 0.0, -0.1, -0.06), 5, 2),
        ((0.3,), 5, 0),
    ],
)
def test_days_behind_are_counted_back_from_the_last(
    gaps: tuple[float, ...], points: float, run: int
) -> None:
    assert behind_run(gaps, points) == run


def test_the_noise_of_dividing_does_not_decide() -> None:
    assert is_behind(0.1 + 0.2 - 0.35, 5)  # -0.04999999999999999


T, L, M = ReportStanding.ON_TIME, ReportStanding.LATE, ReportStanding.MISSING


@pytest.mark.parametrize(
    ("days", "missing", "idle"),
    [
        ([], 0, 0),
        ([(T, ""), (L, ""), (M, "")], 1, 0),
        ([(M, "")] * 3 + [(T, "")] * 7, 0, 0),  # longer ago than the last seven
        ([(T, "no_team"), (T, "machines")], 0, 2),
        ([(T, "no_team"), (T, "rain"), (T, "machines")], 0, 2),  # rain neither adds nor ends
        ([(T, "no_team"), (T, ""), (T, "machines")], 0, 1),
        ([(T, "no_team"), (M, "")], 1, 1),
    ],
)
def test_missing_reports_and_idle_days(
    days: list[tuple[ReportStanding, str]], missing: int, idle: int
) -> None:
    expected = [
        ExpectedReport(TOWNSHIP_A, START + timedelta(days=place), standing, reason)
        for place, (standing, reason) in enumerate(days)
    ]
    assert standing_facts(expected) == (missing, idle)
    assert missing_lately(expected) == missing


def test_the_oldest_open_contradiction_of_the_township_counts() -> None:
    cards = pd.DataFrame(
        {
            "region": [f"{TOWNSHIP_A}201", f"{TOWNSHIP_A}202", f"{TOWNSHIP_B}201"],
            "found_on": [DAY - timedelta(days=3), DAY, DAY - timedelta(days=30)],
        }
    )
    assert contradiction_facts(cards, TOWNSHIP_A, DAY) == (3, 2)
    assert contradiction_facts(cards.iloc[:0], TOWNSHIP_A, DAY) == (0, 0)


# --- the table


def test_every_fact_but_a_persons_has_one_rule_with_every_rung() -> None:
    assert [rule.fact for rule in RULES] == [fact for fact in Fact if fact is not Fact.OTHER]
    for rule in RULES:
        assert tuple(rule.defaults) == RUNGS
        lines = [line.least for line in rule.defaults.values()]
        assert lines == sorted(lines)
    assert set(RUNG_TITLES) == set(Rung)


@pytest.mark.parametrize(
    ("facts", "fact", "rung"),
    [
        (WELL, Fact.BEHIND, None),
        (behind(5, 2), Fact.BEHIND, None),
        (behind(5, 3), Fact.BEHIND, REMIND),
        (behind(10, 4), Fact.BEHIND, REMIND),
        (behind(10, 5), Fact.BEHIND, NOTICE),
        (behind(15, 7), Fact.BEHIND, KEY),
        (behind(20, 10), Fact.BEHIND, INTERVIEW),
        (behind(30, 20), Fact.BEHIND, REFER),
        (replace(WELL, missing=0), Fact.MISSING, None),
        (replace(WELL, missing=1), Fact.MISSING, REMIND),
        (replace(WELL, missing=3), Fact.MISSING, KEY),
        (replace(WELL, missing=7), Fact.MISSING, REFER),
        (replace(WELL, idle=1), Fact.IDLE, None),
        (replace(WELL, idle=4), Fact.IDLE, NOTICE),
        (replace(WELL, idle=13), Fact.IDLE, INTERVIEW),
        (idle_money(9), Fact.MONEY, None),
        (idle_money(10), Fact.MONEY, REMIND),
        (idle_money(45), Fact.MONEY, INTERVIEW),
        (replace(WELL, purse=None), Fact.MONEY, None),
        (replace(WELL, contradiction_days=1), Fact.CONTRADICTION, None),
        (replace(WELL, contradiction_days=7), Fact.CONTRADICTION, KEY),
    ],
)
def test_the_facts_reach_the_rung_whose_line_they_cross(
    facts: Facts, fact: Fact, rung: Rung | None
) -> None:
    assert reached(BY_FACT[fact], facts, DEFAULT_LINES) is rung


def test_an_office_moves_a_line_or_switches_a_rung_off() -> None:
    lines = lines_of({line_name(Fact.MISSING, REMIND): 0.0, line_name(Fact.MISSING, NOTICE): 4.0})
    assert lines[Fact.MISSING][NOTICE] == Line(4.0)
    assert reached(BY_FACT[Fact.MISSING], replace(WELL, missing=2), lines) is None
    assert lines[Fact.IDLE] == DEFAULT_LINES[Fact.IDLE]


def test_every_proposal_says_its_figures() -> None:
    bad = replace(
        behind(31, 25), completion=Completion(1000.0, 190.0, 0.0, 0.5), missing=7, idle=14,
        purse=Purse(300_000_000, 12_345_600, DAY - timedelta(days=60), DAY),
        contradiction_days=20, contradictions=3,
    )  # fmt: skip
    found = {one.fact: one.evidence.values for one in proposals([bad], DEFAULT_LINES, today=DAY)}
    assert set(found) == set(BY_FACT)
    assert str(found[Fact.BEHIND]["share"]) == "19.00"
    assert str(found[Fact.BEHIND]["points"]) == "31.00"
    assert found[Fact.MONEY]["left"] == "287.65"
    assert found[Fact.MONEY]["days"] == 60
    assert all(str(one.evidence) for one in proposals([bad], DEFAULT_LINES, today=DAY))


# --- climbing


def issued(rung: Rung, *, is_open: bool = True) -> Standing:
    return Standing(TOWNSHIP_A, Fact.MISSING, rung, is_open, DAY - timedelta(days=5))


WORST = replace(WELL, missing=7)


@pytest.mark.parametrize(
    ("facts", "notices", "rung"),
    [
        (WORST, [], REMIND),  # the first step is always a reminder
        (WORST, [issued(REMIND)], NOTICE),
        (WORST, [issued(REMIND, is_open=False)], NOTICE),
        (WORST, [issued(REMIND), issued(NOTICE)], KEY),
        (WORST, [issued(REFER)], None),
        (replace(WELL, missing=1), [issued(REMIND)], None),  # it stands already
        (replace(WELL, missing=2), [issued(NOTICE)], None),
        (replace(WELL, missing=1), [issued(REMIND), issued(NOTICE, is_open=False)], None),
        (replace(WELL, missing=1), [issued(REMIND, is_open=False)], REMIND),
        (WELL, [issued(REMIND)], None),
    ],
)
def test_a_proposal_climbs_one_rung_and_never_repeats_what_stands(
    facts: Facts, notices: list[Standing], rung: Rung | None
) -> None:
    found = proposals([facts], DEFAULT_LINES, notices=notices, today=DAY)
    assert [one.rung for one in found] == ([rung] if rung else [])


def test_a_notice_of_another_township_or_fact_does_not_count() -> None:
    others = [
        replace(issued(KEY), code=TOWNSHIP_B),
        replace(issued(KEY), fact=Fact.MONEY),
    ]
    found = proposals([WORST], DEFAULT_LINES, notices=others, today=DAY)
    assert [one.rung for one in found] == [REMIND]


@pytest.mark.parametrize(("days_ago", "rung", "is_silent"), [
    (0, REMIND, True), (6, REMIND, True), (7, REMIND, False), (1, NOTICE, True),
])  # fmt: skip
def test_a_declined_proposal_stays_silent_for_a_week(
    days_ago: int, rung: Rung, is_silent: bool
) -> None:
    said = [Declined(TOWNSHIP_A, Fact.MISSING, rung, DAY - timedelta(days=days_ago))]
    found = proposals([WORST], DEFAULT_LINES, declined=said, today=DAY)
    assert bool(found) is not is_silent


def test_a_higher_rung_speaks_although_the_lower_was_declined() -> None:
    said = [Declined(TOWNSHIP_A, Fact.MISSING, REMIND, DAY)]
    found = proposals([WORST], DEFAULT_LINES, notices=[issued(REMIND)], declined=said, today=DAY)
    assert [one.rung for one in found] == [NOTICE]


@given(
    st.lists(st.tuples(st.sampled_from(RUNGS), st.booleans()), max_size=5),
    st.integers(0, 7),
)  # fmt: skip
def test_no_proposal_is_above_the_facts_or_two_rungs_up(
    notices: list[tuple[Rung, bool]], missing: int
) -> None:
    standing = [issued(rung, is_open=is_open) for rung, is_open in notices]
    facts = replace(WELL, missing=missing)
    for one in proposals([facts], DEFAULT_LINES, notices=standing, today=DAY):
        assert RUNGS.index(one.rung) <= RUNGS.index(one.reached)
        highest = max((RUNGS.index(n.rung) for n in standing), default=-1)
        assert RUNGS.index(one.rung) <= highest + 1
        assert not any(n.is_open and n.rung is one.rung for n in standing)


@pytest.mark.parametrize(
    ("facts", "rung", "stands"),
    [
        (behind(10, 1), NOTICE, True),  # one day is enough to keep it open
        (behind(9.99, 9), NOTICE, False),
        (WELL, REMIND, False),
    ],
)
def test_a_notice_stands_while_the_figure_is_over_its_line(
    facts: Facts, rung: Rung, stands: bool
) -> None:
    assert still_stands(Fact.BEHIND, rung, facts, DEFAULT_LINES) is stands
    assert not still_stands(Fact.OTHER, rung, facts, DEFAULT_LINES)
