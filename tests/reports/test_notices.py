"""Notices: numbers without gaps, who may move what, closing on figures, falling back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.jobs import ROUNDS
from parcels.people.access import MAY, Refused
from parcels.people.actor import Actor, Role
from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from parcels.workflow import Step
from reports import heavy as _heavy  # noqa: F401  hands in what a worker looks for
from reports.completion import Completion
from reports.services.follow_notices import look_for_fallen_notices
from reports.services.issue_notice import NewNotice, decline_proposal, issue_notice
from reports.services.move_notice import (
    answer_extension,
    ask_extension,
    fallen_back,
    move_notice,
    reopen_fallen_back,
)
from reports.supervision.facts import Fact, Facts
from reports.supervision.ladder import DEFAULT_LINES, Rung
from reports.supervision.notice import (
    NEXT_NOTICE_STATES,
    NEXT_REMINDER_STATES,
    NOTICE_STATES,
    Notice,
    NoticeState,
    StepKind,
    moves_of,
    require_move,
    state_words,
)
from reports.supervision.reading import facts as facts_of
from reports.supervision.reading import lines, notices, proposed, steps_of
from reports.tables import NOTICE, NOTICE_STEP
from tests.builders import (
    COUNTY,
    DAY,
    NOW,
    TOWNSHIP_A,
    TOWNSHIP_B,
    County,
    person,
    working_county,
)

OPEN, REPLIED, CHECKED, REVISITED, CLOSED = NoticeState
STILL_BEHIND = Facts(TOWNSHIP_A, "甲镇", DAY, Completion(100.0, 10.0, 0.0, 0.4), gaps=(-0.3,))
RECOVERED = replace(STILL_BEHIND, gaps=(-0.01,))
WORDS = "已增派两个施工队"


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


@pytest.fixture
def inspector(here: County) -> Actor:
    return person(here.store, "inspector", Role.INSPECTOR)


def new(**fields: Any) -> NewNotice:
    values: dict[str, Any] = {
        "township_code": TOWNSHIP_A, "rung": Rung.NOTICE, "fact": Fact.BEHIND, "matter": "进度滞后",
        "evidence": "截至3月4日滞后30个百分点", "requirement": "五日内赶上序时进度",
        "due": DAY + timedelta(days=5), "cut_off": NOW, "figures": {"gap": -0.3},
    }  # fmt: skip
    return NewNotice(**values | fields)


def issue(here: County, inspector: Actor, **fields: Any) -> int:
    return issue_notice(here.store, inspector, here.project_id, new(**fields), now=NOW)


def one(here: County, notice_id: int) -> Notice:
    found = notices(here.store, here.bureau, here.project)
    return next(notice for notice in found if notice.id == notice_id)


def move(here: County, who: Actor, notice_id: int, to: NoticeState, **more: Any) -> None:
    given = {"words": WORDS, "measures": WORDS, "now": NOW} | more
    move_notice(here.store, who, notice_id, to, **given)


def to_be_closed(here: County, inspector: Actor, **fields: Any) -> int:
    notice_id = issue(here, inspector, **fields)
    move(here, here.reporter_a, notice_id, REPLIED)
    move(here, here.bureau, notice_id, CHECKED)
    move(here, inspector, notice_id, REVISITED)
    return notice_id


# --- numbers


def test_numbers_run_without_gaps_by_year(here: County, inspector: Actor) -> None:
    for _count in range(3):
        issue(here, inspector)
    with pytest.raises(Problem):
        issue(here, inspector, matter=" ")
    next_year = NOW + timedelta(days=365)
    issue_notice(
        here.store, inspector, here.project_id,
        new(due=DAY + timedelta(days=370)), now=next_year,
    )  # fmt: skip
    found = sorted((n.year, n.sequence) for n in notices(here.store, here.bureau, here.project))
    assert found == [(2026, 1), (2026, 2), (2026, 3), (2027, 1)]
    assert one(here, 2).number == "督〔2026〕第2号"


def test_the_database_itself_refuses_a_number_twice(here: County, inspector: Actor) -> None:
    issue(here, inspector)
    with here.store.reading() as connection:
        row = dict(connection.execute(sa.select(NOTICE)).mappings().one())
    with pytest.raises(sa.exc.IntegrityError), here.store.writing() as connection:
        connection.execute(sa.insert(NOTICE).values(**row | {"id": 99}))


@pytest.mark.parametrize("due", [DAY, DAY - timedelta(days=1), DAY + timedelta(days=400)])
def test_a_due_date_must_lie_ahead(here: County, inspector: Actor, due: date) -> None:
    with pytest.raises(Problem):
        issue(here, inspector, due=due)


# --- the tables of states


MOVES = {
    (OPEN, REPLIED), (REPLIED, CHECKED), (REPLIED, OPEN), (CHECKED, REVISITED), (CHECKED, OPEN),
    (REVISITED, CLOSED), (REVISITED, OPEN), (CLOSED, OPEN),
}  # fmt: skip
SHORT = {(OPEN, REPLIED), (OPEN, CLOSED), (REPLIED, CLOSED), (CLOSED, OPEN)}


def test_the_tables_say_every_move_and_nothing_else() -> None:
    assert set(NEXT_NOTICE_STATES) == set(NEXT_REMINDER_STATES) | {CHECKED, REVISITED}
    assert set(NEXT_NOTICE_STATES) == set(NoticeState) == set(NOTICE_STATES)
    for rung, (state, to) in product(Rung, product(NoticeState, repeat=2)):
        allowed = SHORT if rung is Rung.REMIND else MOVES
        if (state, to) in allowed:
            require_move(rung, state, to)
            continue
        with pytest.raises(Problem):
            require_move(rung, state, to)


def test_whoever_replies_never_checks_visits_or_closes() -> None:
    for state, targets in NEXT_NOTICE_STATES.items():
        for to, action in targets.items():
            if (state, to) != (OPEN, REPLIED):
                assert Role.TOWNSHIP_LEADER not in MAY[action]


# --- a notice's life


def test_a_notice_goes_from_reply_to_closing_on_figures(here: County, inspector: Actor) -> None:
    notice_id = to_be_closed(here, inspector)
    with pytest.raises(Problem, match="30"):
        move(here, inspector, notice_id, CLOSED, facts=STILL_BEHIND, lines=DEFAULT_LINES)
    with pytest.raises(Problem):
        move(here, inspector, notice_id, CLOSED)
    move(here, inspector, notice_id, CLOSED, facts=RECOVERED, lines=DEFAULT_LINES)
    assert one(here, notice_id).state is CLOSED
    states = [s["state"] for s in steps_of(here.store, here.reporter_a, here.project, notice_id)]
    assert states == [OPEN, REPLIED, CHECKED, REVISITED, CLOSED]


def test_a_reminder_closes_on_figures_without_paper(here: County, inspector: Actor) -> None:
    notice_id = issue(here, inspector, rung=Rung.REMIND)
    with pytest.raises(Problem):
        move(here, inspector, notice_id, CLOSED, facts=STILL_BEHIND, lines=DEFAULT_LINES)
    move(here, inspector, notice_id, CLOSED, facts=RECOVERED, lines=DEFAULT_LINES)
    assert one(here, notice_id).state is CLOSED


def test_who_checked_does_not_make_the_return_visit(here: County, inspector: Actor) -> None:
    notice_id = issue(here, inspector)
    move(here, here.reporter_a, notice_id, REPLIED)
    move(here, inspector, notice_id, CHECKED)
    with pytest.raises(Problem):
        move(here, inspector, notice_id, REVISITED)
    move(here, here.bureau, notice_id, REVISITED)


def test_a_township_replies_with_measures_to_its_own_notice_only(
    here: County, inspector: Actor
) -> None:
    notice_id = issue(here, inspector)
    with pytest.raises(Refused):
        move(here, here.reporter_b, notice_id, REPLIED)
    with pytest.raises(Problem):
        move(here, here.reporter_a, notice_id, REPLIED, measures=" ")
    assert not notices(here.store, here.reporter_b, here.project)
    assert not steps_of(here.store, here.reporter_b, here.project, notice_id)
    assert one(here, notice_id).state is OPEN


def test_a_township_issues_nothing(here: County) -> None:
    with pytest.raises(Refused):
        issue(here, here.reporter_a)


def test_a_reply_that_is_sent_back_gets_a_new_date(here: County, inspector: Actor) -> None:
    notice_id = issue(here, inspector)
    late = NOW + timedelta(days=20)
    move(here, here.reporter_a, notice_id, REPLIED)
    move(here, here.bureau, notice_id, OPEN, now=late)
    found = one(here, notice_id)
    assert found.due == DAY + timedelta(days=25)
    assert not found.is_overdue(DAY + timedelta(days=20))


def test_overdue_is_what_the_township_has_not_answered(here: County, inspector: Actor) -> None:
    notice_id = issue(here, inspector)
    due = one(here, notice_id).due
    assert not one(here, notice_id).is_overdue(due)
    assert one(here, notice_id).is_overdue(due + timedelta(days=1))
    move(here, here.reporter_a, notice_id, REPLIED)
    assert not one(here, notice_id).is_overdue(due + timedelta(days=1))


def test_an_extension_is_asked_before_the_due_date(here: County, inspector: Actor) -> None:
    notice_id = issue(here, inspector)
    due = one(here, notice_id).due
    later = due + timedelta(days=4)
    with pytest.raises(Problem):
        ask_extension(here.store, here.reporter_a, notice_id, later, reason="连阴雨",
                      now=NOW + timedelta(days=6))  # fmt: skip
    with pytest.raises(Problem):
        answer_extension(here.store, inspector, notice_id, is_granted=True, words="同意", now=NOW)
    ask_extension(here.store, here.reporter_a, notice_id, later, reason="连阴雨", now=NOW)
    with pytest.raises(Refused):
        answer_extension(
            here.store, here.reporter_a, notice_id, is_granted=True, words="同意", now=NOW
        )
    answer_extension(here.store, inspector, notice_id, is_granted=True, words="同意", now=NOW)
    found = one(here, notice_id)
    assert (found.due, found.extension_until) == (later, None)


def test_a_refused_extension_leaves_the_date(here: County, inspector: Actor) -> None:
    notice_id = issue(here, inspector)
    due = one(here, notice_id).due
    ask_extension(
        here.store, here.reporter_a, notice_id, due + timedelta(days=4), reason="雨", now=NOW
    )
    answer_extension(here.store, inspector, notice_id, is_granted=False, words="不同意", now=NOW)
    assert one(here, notice_id).due == due


# --- falling back


def test_a_closed_notice_reopens_when_the_figure_falls_back(here: County, inspector: Actor) -> None:
    notice_id = to_be_closed(here, inspector)
    move(here, inspector, notice_id, CLOSED, facts=RECOVERED, lines=DEFAULT_LINES)
    project = here.project
    assert not reopen_fallen_back(
        here.store, inspector, project.id, [RECOVERED], DEFAULT_LINES, now=NOW
    )
    closed = notices(here.store, inspector, project)
    assert fallen_back(closed, [STILL_BEHIND], DEFAULT_LINES) == [(TOWNSHIP_A, Fact.BEHIND)]
    for _twice in range(2):
        reopen_fallen_back(
            here.store, inspector, project.id, [STILL_BEHIND], DEFAULT_LINES, now=NOW
        )
    found = one(here, notice_id)
    assert (found.state, found.due) == (OPEN, DAY + timedelta(days=5))
    steps = steps_of(here.store, inspector, project, notice_id)
    assert [s["kind"] for s in steps].count(StepKind.REOPENED) == 1


def test_the_worker_reopens_it_without_anybody_looking(here: County, inspector: Actor) -> None:
    assert ROUNDS.count(look_for_fallen_notices) == 1, "a worker looks round by itself"
    notice_id = to_be_closed(here, inspector)
    move(here, inspector, notice_id, CLOSED, facts=RECOVERED, lines=DEFAULT_LINES)
    look_for_fallen_notices(here.store, NOW)  # the first day: nobody is behind yet
    assert one(here, notice_id).state is CLOSED
    weeks_later = NOW + timedelta(days=30)
    for _twice in range(2):
        look_for_fallen_notices(here.store, weeks_later)
    assert one(here, notice_id).state is OPEN
    steps = steps_of(here.store, inspector, here.project, notice_id)
    assert [(s["kind"], s["person"]) for s in steps].count((StepKind.REOPENED, "")) == 1


def test_only_one_notice_of_a_matter_reopens(here: County, inspector: Actor) -> None:
    for _count in range(2):
        notice_id = to_be_closed(here, inspector)
        move(here, inspector, notice_id, CLOSED, facts=RECOVERED, lines=DEFAULT_LINES)
    reopened = reopen_fallen_back(
        here.store, inspector, here.project_id, [STILL_BEHIND], DEFAULT_LINES, now=NOW
    )
    assert reopened == [notice_id]


def test_a_matter_that_a_person_found_closes_on_the_visit(here: County, inspector: Actor) -> None:
    notice_id = to_be_closed(here, inspector, fact=Fact.OTHER)
    move(here, inspector, notice_id, CLOSED)
    assert one(here, notice_id).state is CLOSED


# --- from the store


def test_the_facts_of_the_store_lead_to_a_proposal_and_a_declined_one_is_silent(
    here: County, inspector: Actor
) -> None:
    now = NOW + timedelta(days=12)
    today = DAY + timedelta(days=12)
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    every = facts_of(here.store, inspector, here.project, now=now)
    assert [one.code for one in every] == [TOWNSHIP_A, TOWNSHIP_B]
    assert all(one.missing == 7 for one in every)
    found = proposed(here.store, inspector, here.project, every, today=today)
    matters = {(one.code, one.fact) for one in found}
    assert (TOWNSHIP_A, Fact.MISSING) in matters
    assert (TOWNSHIP_A, Fact.BEHIND) in matters
    decline_proposal(
        here.store, inspector, here.project_id, TOWNSHIP_A, Fact.MISSING, Rung.REMIND,
        evidence="7 of 7", reason="停电", now=now,
    )  # fmt: skip
    left = proposed(here.store, inspector, here.project, every, today=today)
    assert {(one.code, one.fact) for one in left} == matters - {(TOWNSHIP_A, Fact.MISSING)}
    assert lines(here.store) == DEFAULT_LINES


def test_a_township_sees_only_its_own_facts(here: County) -> None:
    found = facts_of(here.store, here.reporter_b, here.project, now=NOW)
    assert [one.code for one in found] == [TOWNSHIP_B]


def test_every_move_leaves_its_audit_row(here: County, inspector: Actor) -> None:
    with here.store.reading() as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(AUDIT)) or 0
    to_be_closed(here, inspector)
    with here.store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(AUDIT)) == before + 4
        steps = connection.scalar(sa.select(sa.func.count()).select_from(NOTICE_STEP))
    assert steps == 4
    assert inspector.region == COUNTY


def test_a_notice_says_something_that_can_be_seen(here: County, inspector: Actor) -> None:
    with pytest.raises(Problem):
        issue_notice(here.store, inspector, here.project_id, new(matter=" \u200b"), now=NOW)


def test_an_extension_ends_when_a_notice_could(here: County, inspector: Actor) -> None:
    number = issue_notice(here.store, inspector, here.project_id, new(), now=NOW)
    with pytest.raises(Problem, match="180"):
        ask_extension(here.store, here.reporter_a, number, DAY + timedelta(days=181),
                      reason="材料未到", now=NOW)  # fmt: skip
    ask_extension(here.store, here.reporter_a, number, DAY + timedelta(days=180),
                  reason="材料未到", now=NOW)  # fmt: skip


def test_no_reply_to_a_reminder_is_said_to_await_a_check_that_never_comes() -> None:
    for rung in Rung:
        awaits_check = state_words(rung, REPLIED) == NOTICE_STATES[REPLIED]
        assert awaits_check == (CHECKED in moves_of(rung)[REPLIED]), rung
