"""Filing a report: once, by the township it is about, within its ceilings, in time or late."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.register import stage_events
from parcels.store.audit import broken_at
from parcels.store.engine import Store
from parcels.store.tables import AUDIT
from parcels.workflow import EventState, Step
from reports.daily import ReportState, ReturnReason, ZeroReason
from reports.reading import entries_of, reports_between
from reports.services.ceilings import TooMuchClaimed
from reports.tables import DAILY_REPORT
from tests.builders import (
    DAY,
    NOW,
    START,
    TOWNSHIP_A,
    County,
    at,
    person,
    working_county,
)

SIGNED = ("A1", Step.AGREEMENT_SIGNED, 900.0)


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def reports(here: County) -> list[tuple[str, ReportState]]:
    """Township and state of every report the store holds."""
    found = reports_between(here.store, here.bureau, here.project, START, DAY + timedelta(days=9))
    return list(zip(found["township_code"], found["state"], strict=True))


def claimed_m2(here: County) -> float:
    return float(stage_events(here.store, here.bureau, here.project)["area_m2"].sum())


def test_a_report_is_kept_with_its_work_and_a_receipt(here: County) -> None:
    receipt = here.send(SIGNED, ("A2", Step.AGREEMENT_SIGNED, 100.0), workers=5, problem=" 缺机械 ")
    assert not receipt.is_late
    assert not receipt.is_repeat
    assert reports(here) == [(TOWNSHIP_A, ReportState.FILED)]
    found = reports_between(here.store, here.bureau, here.project, DAY, DAY).iloc[0]
    assert found["receipt_no"] == receipt.receipt_no
    assert (found["workers"], found["problem"], found["filer"]) == (5, "缺机械", "Alice")
    kept = entries_of(here.store, here.bureau, here.project, int(found["id"]))
    assert dict(zip(kept["parcel_no"], kept["area_m2"], strict=True)) == {"A1": 900.0, "A2": 100.0}
    assert all(isinstance(step, Step) for step in kept["step"])


def test_what_comes_back_are_members_not_only_text(here: County) -> None:
    here.send(SIGNED)
    found = reports_between(here.store, here.bureau, here.project, DAY, DAY).iloc[0]
    assert found["state"] is ReportState.FILED
    event = stage_events(here.store, here.bureau, here.project).iloc[0]
    assert event["step"] is Step.AGREEMENT_SIGNED
    assert event["state"] is EventState.CLAIMED


def test_sending_twice_makes_one_report_and_the_same_receipt(here: County) -> None:
    first = here.send(SIGNED)
    again = here.send(SIGNED, now=NOW + timedelta(hours=5))
    assert again.is_repeat
    assert (again.receipt_no, again.filed_at, again.is_late) == (first.receipt_no, NOW, False)
    assert reports(here) == [(TOWNSHIP_A, ReportState.FILED)]
    assert claimed_m2(here) == 900.0


def test_two_sendings_at_the_same_moment_make_one_report(here: County) -> None:
    answers: list[object] = []

    def send(key: str) -> None:
        try:
            answers.append(here.send(SIGNED, key=key).is_repeat)
        except Problem as problem:
            answers.append(type(problem))

    threads = [threading.Thread(target=send, args=[key]) for key in ("one", "one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(answers) == 3
    assert answers.count(False) == 1  # exactly one was new; the others were told so in words
    assert len(reports(here)) == 1
    with here.store.reading() as connection:
        assert broken_at(connection) is None


def test_a_retry_that_arrives_after_the_return_files_nothing_new(here: County) -> None:
    receipt = here.send(SIGNED)
    here.move(receipt, ReportState.RETURNED, reason=ReturnReason.FIGURES, text="wrong")
    again = here.send(SIGNED)
    assert again.is_repeat
    assert again.receipt_no == receipt.receipt_no
    assert reports(here) == [(TOWNSHIP_A, ReportState.RETURNED)]


def test_a_mended_report_of_the_day_follows_a_returned_one(here: County) -> None:
    first = here.send(SIGNED)
    here.move(first, ReportState.RETURNED, reason=ReturnReason.FIGURES, text="wrong")
    second = here.send(("A1", Step.AGREEMENT_SIGNED, 800.0), key="key-2")
    assert second.receipt_no != first.receipt_no
    assert [state for _code, state in reports(here)] == [ReportState.RETURNED, ReportState.FILED]
    assert claimed_m2(here) == 800.0


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_second_report_of_the_day_is_refused_while_one_stands(
    here: County, confirmed: bool
) -> None:
    receipt = here.send(SIGNED)
    if confirmed:
        here.move(receipt, ReportState.CONFIRMED)
    with pytest.raises(Problem, match=receipt.receipt_no):
        here.send(("A2", Step.AGREEMENT_SIGNED, 1.0), key="key-2")
    assert len(reports(here)) == 1
    assert claimed_m2(here) == 900.0


def test_the_database_itself_refuses_a_second_live_report(here: County) -> None:
    here.send(SIGNED)
    with here.store.reading() as connection:
        row = dict(connection.execute(sa.select(DAILY_REPORT)).mappings().one())
    twin = row | {"id": 99, "sequence": 2, "idempotency_key": "other", "receipt_no": "other"}
    with pytest.raises(sa.exc.IntegrityError), here.store.writing() as connection:
        connection.execute(sa.insert(DAILY_REPORT).values(**twin))


def test_a_township_files_for_itself_only(here: County) -> None:
    inspector = person(here.store, "inspector", Role.INSPECTOR)
    with pytest.raises(Refused):
        here.send(SIGNED, actor=here.reporter_b, township_code=TOWNSHIP_A)
    with pytest.raises(Refused):
        here.send(SIGNED, actor=inspector, township_code=TOWNSHIP_A)
    assert reports(here) == []


def test_somebody_elses_key_opens_nothing(here: County) -> None:
    here.send(SIGNED)
    with pytest.raises(Problem):
        here.send(("B1", Step.AGREEMENT_SIGNED, 1.0), actor=here.reporter_b, key="key-1")


def test_a_township_cannot_claim_on_anothers_parcel(here: County) -> None:
    with pytest.raises(TooMuchClaimed) as told:
        here.send(("B1", Step.AGREEMENT_SIGNED, 1.0))
    assert [breach.ceiling_m2 for breach in told.value.breaches] == [0.0]


def test_work_of_earlier_days_counts_against_the_ceiling_confirmed_or_not(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 600.0), day=DAY - timedelta(days=1), key="y")
    with pytest.raises(TooMuchClaimed) as told:
        here.send(("A1", Step.AGREEMENT_SIGNED, 400.0))
    [breach] = told.value.breaches
    assert (breach.parcel_no, breach.ceiling_m2) == ("甲村 A1", 300.0)
    assert claimed_m2(here) == 600.0
    here.send(("A1", Step.AGREEMENT_SIGNED, 300.0))
    assert claimed_m2(here) == 900.0


def test_a_refused_report_leaves_no_row_anywhere(here: County) -> None:
    with here.store.reading() as connection:
        before = connection.scalar(sa.select(sa.func.count()).select_from(AUDIT))
    with pytest.raises(TooMuchClaimed):
        here.send(SIGNED, ("A2", Step.DEMOLISHED, 1.0))
    assert reports(here) == []
    assert claimed_m2(here) == 0
    with here.store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(AUDIT)) == before


@pytest.mark.parametrize(
    ("day", "is_refused"),
    [
        (DAY + timedelta(days=1), True),
        (DAY, False),
        (START, False),
        (START - timedelta(days=1), True),
    ],
)
def test_days_to_come_and_days_before_the_project_are_refused(
    here: County, day: object, is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(Problem):
            here.send(SIGNED, day=day)
        assert reports(here) == []
        return
    here.send(SIGNED, day=day)
    assert len(reports(here)) == 1


def test_today_begins_by_the_offices_clock(here: County) -> None:
    morning = at(DAY, hour=0, minute=30)  # still the day before in UTC
    assert not here.send(SIGNED, now=morning).is_late


@pytest.mark.parametrize(
    ("now", "late"),
    [
        (at(hour=17, minute=30), False),
        (at(hour=17, minute=31), True),
        (at(DAY + timedelta(days=2)), True),
    ],
)
def test_a_report_after_the_cut_off_is_late_and_still_taken(
    here: County, now: object, late: bool
) -> None:
    assert here.send(SIGNED, now=now).is_late is late
    found = reports_between(here.store, here.bureau, here.project, DAY, DAY)
    assert found["is_late"].tolist() == [late]


def test_no_progress_with_its_reason_is_a_report(here: County) -> None:
    here.send(zero_reason=ZeroReason.RAIN)
    found = reports_between(here.store, here.bureau, here.project, DAY, DAY)
    assert found["zero_reason"].tolist() == ["rain"]
    assert claimed_m2(here) == 0


def test_one_step_entered_twice_is_one_entry_with_the_sum(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 400.0), ("A1", Step.AGREEMENT_SIGNED, 500.0))
    assert claimed_m2(here) == 900.0


def test_a_township_sees_its_own_reports_only(here: County) -> None:
    here.send(SIGNED)
    here.send(("B1", Step.AGREEMENT_SIGNED, 1.0), actor=here.reporter_b, key="b")
    for actor, seen in ((here.reporter_a, 1), (here.reporter_b, 1), (here.bureau, 2)):
        found = reports_between(here.store, actor, here.project, START, DAY)
        assert len(found) == seen
    stranger = person(here.store, "stranger", Role.TOWNSHIP_REPORTER, "419902101")
    with pytest.raises(Refused):
        reports_between(here.store, stranger, here.project, START, DAY)


def test_hostile_words_are_kept_as_words(here: County) -> None:
    words = "'; DROP TABLE daily_report; -- <script> =1+1 {name}"
    here.send(SIGNED, problem=f"{words}\x00\x07", help_wanted="a" * 20_000)
    found = reports_between(here.store, here.bureau, here.project, DAY, DAY).iloc[0]
    assert found["problem"] == words
    assert len(found["help_wanted"]) == 10_000


def test_another_days_report_under_a_used_key_is_refused_aloud_not_swallowed(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), key="one")
    with pytest.raises(Problem, match="20260304"):
        here.send(
            ("A1", Step.AGREEMENT_SIGNED, 900.0),
            key="one",
            day=DAY + timedelta(days=1),
            now=NOW + timedelta(days=1),
        )


@pytest.mark.parametrize("area_m2", [1e308, float("nan"), float("inf"), 0.004, 0.0, -1.0])
def test_an_impossible_area_is_refused_in_words(here: County, area_m2: float) -> None:
    with pytest.raises(Problem) as refused:
        here.send(("A1", Step.AGREEMENT_SIGNED, area_m2))
    assert str(refused.value)
