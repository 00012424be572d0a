"""Calls for help: the same words are one item, a named person answers, answers are for all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gis.language import ENGLISH, Problem
from parcels.people.access import Refused
from parcels.store.engine import Store
from parcels.workflow import Step
from reports.daily import ReportState, ZeroReason
from reports.guidance.items import Item, ItemState
from reports.guidance.reading import answers_for_all, items, matching
from reports.services.answer_guidance import answer, take_up
from tests.builders import DAY, NOW, County, working_county
from tests.reports.pages import session_of, shown_page
from ui.pages import guidance

CALL = "请县局派人指导覆土厚度"


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def ask(here: County, back: int = 0, words: str = CALL) -> int:
    sent = here.send(
        key=f"key-{back}", day=DAY - timedelta(days=back), zero_reason=ZeroReason.RAIN,
        help_wanted=words,
    )  # fmt: skip
    return here.report_id(sent.receipt_no)


def found(here: County) -> list[Item]:
    return items(here.store, here.bureau, here.project)


def test_the_same_words_on_two_days_are_one_item(here: County) -> None:
    ask(here, 1)
    ask(here, 0)
    (item,) = found(here)
    assert (item.state, item.days, item.asked_on) == (ItemState.OPEN, 2, DAY - timedelta(days=1))


def test_a_named_person_takes_it_up_with_a_date_and_answers(here: County) -> None:
    call = ask(here)
    take_up(here.store, here.bureau, here.project, call, DAY + timedelta(days=2), now=NOW)
    (item,) = found(here)
    assert (item.state, item.taker) == (ItemState.TAKEN, "Bureau")
    assert item.is_overdue(DAY + timedelta(days=3))
    answer(here.store, here.bureau, here.project, call, words="不少于50厘米", topic="", now=NOW)
    (item,) = found(here)
    assert (item.state, item.answer, item.answerer) == (
        ItemState.ANSWERED, "不少于50厘米", "Bureau",
    )  # fmt: skip
    assert not item.is_overdue(DAY + timedelta(days=3))
    assert item.answered_at == NOW


def test_said_again_after_the_answer_it_is_a_new_item(here: County) -> None:
    call = ask(here, 1)
    answer(here.store, here.bureau, here.project, call, words="已安排", now=NOW)
    ask(here, 0)
    assert [item.state for item in found(here)] == [ItemState.OPEN, ItemState.ANSWERED]


def test_an_item_is_answered_once(here: County) -> None:
    call = ask(here)
    answer(here.store, here.bureau, here.project, call, words="已安排", now=NOW)
    with pytest.raises(Problem):
        answer(here.store, here.bureau, here.project, call, words="再答", now=NOW)


def test_a_withdrawn_report_calls_for_nothing(here: County) -> None:
    sent = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), help_wanted=CALL)
    here.move(sent, ReportState.WITHDRAWN, actor=here.reporter_a)
    assert not found(here)


def test_a_township_answers_nobody_and_hears_no_neighbour(here: County) -> None:
    call = ask(here)
    with pytest.raises(Refused):
        answer(here.store, here.reporter_a, here.project, call, words="自答", now=NOW)
    assert not items(here.store, here.reporter_b, here.project)


def test_an_answer_on_the_list_shows_the_bureaus_words_to_all_townships(here: County) -> None:
    call = ask(here)
    answer(
        here.store, here.bureau, here.project, call,
        words="有效土层不少于50厘米", topic="覆土厚度要求", now=NOW,
    )  # fmt: skip
    listed = answers_for_all(here.store, here.reporter_b, here.project)
    assert [(one["topic"], one["answerer"]) for one in listed] == [("覆土厚度要求", "Bureau")]
    assert CALL not in str(listed)
    assert matching(listed, "覆土 厘米") == listed
    assert matching(listed, "覆土 道路") == []


def test_an_answer_without_topic_stays_with_the_township(here: County) -> None:
    answer(here.store, here.bureau, here.project, ask(here), words="已安排专人", now=NOW)
    assert not answers_for_all(here.store, here.reporter_b, here.project)


def test_the_page_puts_an_answer_on_the_list_unless_told_otherwise(
    here: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, session = ask(here), session_of(here.bureau, ENGLISH)
    with shown_page(here, guidance.PAGE, session, NOW, monkeypatch) as shown:
        shown.text_area(f"answer {call}").input("不少于50厘米").run()
        shown.button(f"send {call}").click().run()
        assert [error.value for error in shown.error], "under which topic do others find it?"
        assert found(here)[0].state is ItemState.OPEN
        shown.text_input(f"topic {call}").input("覆土厚度").run()
        shown.button(f"send {call}").click().run()
    assert [one["topic"] for one in answers_for_all(here.store, here.reporter_b, here.project)] == [
        "覆土厚度"
    ]
    other = ask(here, 1, "请派人来我镇")
    with shown_page(here, guidance.PAGE, session, NOW, monkeypatch) as shown:
        shown.text_area(f"answer {other}").input("周三到").run()
        shown.checkbox(f"for all {other}").uncheck().run()
        shown.button(f"send {other}").click().run()
    assert all(item.state is ItemState.ANSWERED for item in found(here))
    assert len(answers_for_all(here.store, here.reporter_b, here.project)) == 1
