"""A report being written: every change is kept, by whoever made it, until the report is sent."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gis.language import Problem
from parcels.people.access import Refused
from parcels.people.actor import Role
from parcels.store.engine import Store, open_store
from parcels.store.tables import AUDIT
from parcels.workflow import Step
from reports.daily import DailyReport, Entry, ReportState, ReturnReason, ZeroReason
from reports.drafts import Draft, content_of, correction_key, entry_key
from reports.means.money import Purpose
from reports.photos import photos_of
from reports.reading import entries_of, problem_reasons_between, reports_between
from reports.reasons import CorrectionReason, ProblemReason
from reports.services.file_report import Receipt, file_report
from reports.services.keep_draft import (
    AlreadyReported,
    draft_from_report,
    find_draft,
    open_drafts,
    save_draft,
)
from reports.services.keep_photo import keep_photo
from reports.tables import DAILY_REPORT, MONEY_MOVEMENT, REPORT_DRAFT
from tests.builders import DAY, NOW, TOWNSHIP_A, TOWNSHIP_B, County, at, person, working_county
from tests.reports.pictures import photo


@pytest.fixture
def here(store: Store) -> County:
    return working_county(store)


def save(here: County, **changes: object) -> Draft:
    return save_draft(here.store, here.reporter_a, here.project_id, TOWNSHIP_A, DAY, changes,
                      now=NOW)  # fmt: skip


def save_at(here: County, key: str, value: object) -> Draft:
    return save(here, **{key: value})


def found(here: County) -> Draft:
    return find_draft(here.store, here.reporter_a, here.project_id, TOWNSHIP_A, DAY)


def signed(here: County, number: str = "A1") -> str:
    return entry_key(int(here.parcels()["ledger_id"][number]), Step.AGREEMENT_SIGNED)


def send(here: County, draft: Draft, **how: object) -> Receipt:
    return file_report(
        here.store, here.reporter_a, draft.report(), idempotency_key=draft.key, now=NOW, **how
    )  # type: ignore[arg-type]


def test_every_change_is_there_again_after_the_server_has_started_anew(here: County) -> None:
    save(here, workers=12, problem="便道泥泞", **{signed(here): 900.0, "money:topsoil": 350_000})
    anew = open_store(here.store.folder, here.store.engine.url.render_as_string(False))
    draft = find_draft(anew, here.reporter_a, here.project_id, TOWNSHIP_A, DAY)
    anew.engine.dispose()
    assert (draft.number("workers", 0), draft.text("problem")) == (12, "便道泥泞")
    assert list(draft.entries.values()) == [900.0]
    assert draft.money == {Purpose.TOPSOIL: 350_000}
    assert (draft.saved_at, draft.saved_by) == (NOW, "Alice")


def test_two_devices_change_two_fields_and_both_stay(here: County) -> None:
    errors: list[Exception] = []

    def change(number: int) -> None:
        try:
            save_at(here, f"reason:{list(ProblemReason)[number]}", value=True)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=change, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not errors
    assert found(here).problem_reasons == tuple(ProblemReason)[:8]
    with here.store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(REPORT_DRAFT)) == 1


def test_a_zero_report_taken_back_leaves_nobody_at_work_typed_in(here: County) -> None:
    rain = DailyReport(here.project_id, TOWNSHIP_A, DAY, (), zero_reason=ZeroReason.RAIN)
    assert not {"workers", "machines"} & content_of(rain).keys()
    assert content_of(replace(rain, workers=2))["workers"] == 2
    worked = replace(rain, entries=(Entry(1, Step.DEMOLISHED, 5.0),), zero_reason=None)
    assert content_of(worked)["workers"] == 0


def test_what_is_taken_out_is_out(here: County) -> None:
    save_at(here, signed(here), 900.0)
    assert save_at(here, signed(here), None).entries == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("entry:1:demolished", -5),
        ("entry:1:demolished", "nan"),
        ("entry:x:demolished", 5),
        ("entry:1:exploded", 5),
        ("money:bribes", 5),
        ("correction:1:demolished", {"area_m2": 1, "reason": "mood", "text": ""}),
        ("correction:1:demolished", 5),
        ("state", "confirmed"),
        ("workers", "many"),
    ],
)
def test_a_draft_holds_nothing_a_report_could_not(here: County, key: str, value: object) -> None:
    with pytest.raises(Problem):
        save_at(here, key, value)
    assert found(here).id == 0


def test_numbers_and_words_beyond_measure_are_cut_down_not_lost(here: County) -> None:
    draft = save(here, workers=10**9, machines=-4, problem="长" * 9000 + "\x00")
    assert (draft.number("workers", 0), draft.number("machines", 0)) == (100_000, 0)
    assert draft.text("problem") == "长" * 2000


def test_a_draft_is_a_notepad_it_moves_no_audit_and_no_figures(here: County) -> None:
    def audited() -> int:
        with here.store.reading() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(AUDIT)) or 0)

    before = audited()
    save(here, workers=3)
    assert audited() == before
    assert reports_between(here.store, here.bureau, here.project, DAY, DAY).empty


def test_only_the_township_itself_sees_and_changes_its_draft(here: County) -> None:
    save(here, problem="只给自己看")
    for actor in (here.reporter_b, here.bureau, person(here.store, "x", Role.INSPECTOR)):
        with pytest.raises(Refused):
            find_draft(here.store, actor, here.project_id, TOWNSHIP_A, DAY)
        with pytest.raises(Refused):
            save_draft(here.store, actor, here.project_id, TOWNSHIP_A, DAY, {}, now=NOW)
    with pytest.raises(Problem):  # a township of another project's county
        save_draft(here.store, here.reporter_a, 99, TOWNSHIP_A, DAY, {}, now=NOW)


def test_a_day_to_come_cannot_be_drafted(here: County) -> None:
    with pytest.raises(Problem):
        save_draft(here.store, here.reporter_a, here.project_id, TOWNSHIP_A,
                   DAY + timedelta(days=1), {"workers": 1}, now=NOW)  # fmt: skip


def test_sending_the_draft_makes_one_report_of_all_of_it(here: County) -> None:
    save(here, workers=7, machines=2, problem="缺土", help_wanted="请协调客土", money_note="两台班",
         **{signed(here): 900.0, "reason:soil": True, "money:clearing": 120_050})  # fmt: skip
    keep_photo(here.store, here.reporter_a, photo(), "a.jpg", project_id=here.project_id,
               region=TOWNSHIP_A, about=found(here).about, now=NOW)  # fmt: skip
    draft = found(here)
    first = send(here, draft)
    again = send(here, draft)  # an impatient thumb, or a lost answer
    assert again.is_repeat
    assert again.receipt_no == first.receipt_no
    [report] = reports_between(here.store, here.bureau, here.project, DAY, DAY).to_dict("records")
    assert (report["workers"], report["machines"]) == (7, 2)
    assert entries_of(here.store, here.bureau, here.project, report["id"])["area_m2"].sum() == 900
    with here.store.reading() as connection:
        [spent] = connection.execute(sa.select(MONEY_MOVEMENT)).all()
    assert (spent.purpose, spent.amount_fen, spent.words) == ("clearing", 120_050, "两台班")
    reasons = problem_reasons_between(here.store, here.bureau, here.project, DAY, DAY)
    assert reasons["reason"].tolist() == [ProblemReason.SOIL]
    assert (
        len(photos_of(here.store, here.bureau, here.project, f"daily_report:{report['id']}")) == 1
    )
    assert found(here).id == 0, "the draft has done its work"


def test_a_change_that_comes_after_the_sending_is_told_so(here: County) -> None:
    draft = save_at(here, signed(here), 900.0)
    receipt = send(here, draft)
    with pytest.raises(AlreadyReported, match=receipt.receipt_no):
        save(here, problem="来迟了")
    assert found(here).id == 0


def test_a_refused_report_leaves_its_draft_as_it_was(here: County) -> None:
    number = int(here.parcels()["ledger_id"]["A1"])
    draft = save(here, problem="先拆后签", **{entry_key(number, Step.DEMOLISHED): 900.0})
    with pytest.raises(Problem):
        send(here, draft)
    assert found(here) == draft


def test_a_returned_report_comes_back_into_the_form_whole(here: County) -> None:
    save(here, workers=7, problem="缺土", **{signed(here): 900.0, "reason:soil": True,
                                         "money:topsoil": 100})  # fmt: skip
    keep_photo(here.store, here.reporter_a, photo(), "a.jpg", project_id=here.project_id,
               region=TOWNSHIP_A, about=found(here).about, now=NOW)  # fmt: skip
    receipt = send(here, found(here))
    here.move(receipt, ReportState.RETURNED, reason=ReturnReason.FIGURES, text="再核")
    number = here.report_id(receipt.receipt_no)
    draft = draft_from_report(here.store, here.reporter_a, number, now=NOW)
    assert draft.report(workers=1).workers == 7
    assert list(draft.entries.values()) == [900.0]
    assert (draft.problem_reasons, draft.money) == (
        (ProblemReason.SOIL,), {Purpose.TOPSOIL: 100},
    )  # fmt: skip
    assert len(photos_of(here.store, here.reporter_a, here.project, draft.about)) == 1
    assert len(photos_of(here.store, here.bureau, here.project, f"daily_report:{number}")) == 1
    mended = send(here, draft)
    assert mended.receipt_no != receipt.receipt_no


def test_a_report_is_a_draft_again_the_moment_it_is_withdrawn(here: County) -> None:
    """In one transaction: a server that dies right after it leaves what was typed in the form."""
    written = save_at(here, signed(here), 450.0)
    receipt = send(here, written)
    here.move(receipt, ReportState.WITHDRAWN, actor=here.reporter_a)
    assert found(here).entries == written.entries
    assert found(here).key != written.key, "another sending, another key"


def test_taking_up_a_report_never_overwrites_what_was_begun_since(here: County) -> None:
    receipt = send(here, save_at(here, signed(here), 900.0))
    here.move(receipt, ReportState.WITHDRAWN, actor=here.reporter_a)
    save(here, problem="新写的")
    draft = draft_from_report(
        here.store, here.reporter_a, here.report_id(receipt.receipt_no), now=NOW
    )
    assert draft.text("problem") == "新写的"
    with pytest.raises(Refused):
        draft_from_report(here.store, here.reporter_b, here.report_id(receipt.receipt_no), now=NOW)


def test_begun_days_are_listed(here: County) -> None:
    save(here, workers=1)
    assert open_drafts(here.store, here.reporter_a, here.project_id, TOWNSHIP_A) == {DAY: NOW}
    assert open_drafts(here.store, here.reporter_b, here.project_id, TOWNSHIP_B) == {}


def correct(here: County, number: str, step: Step, area_m2: float) -> Draft:
    key = correction_key(int(here.parcels()["ledger_id"][number]), step)
    told = {"area_m2": area_m2, "reason": CorrectionReason.NOT_DONE.value, "text": "南屋未签"}
    return save_at(here, key, told)


def test_an_earlier_claim_is_taken_back_by_todays_report_with_its_reason(here: County) -> None:
    day_before = DAY - timedelta(days=1)
    first = here.send(("A1", Step.AGREEMENT_SIGNED, 900.0), day=day_before, now=at(day_before))
    here.move(first, ReportState.CONFIRMED)
    receipt = send(here, correct(here, "A1", Step.AGREEMENT_SIGNED, 400.0))
    number = here.report_id(receipt.receipt_no)
    [taken] = entries_of(here.store, here.bureau, here.project, number).to_dict("records")
    assert taken["area_m2"] == -400.0
    assert taken["correction_reason"] is CorrectionReason.NOT_DONE
    assert taken["correction_text"] == "南屋未签"
    # the earlier report stands as it was sent; the ground is free again for other work
    before = here.report_id(first.receipt_no)
    assert entries_of(here.store, here.bureau, here.project, before)["area_m2"].tolist() == [900.0]
    here.move(receipt, ReportState.CONFIRMED)
    here.send(("A1", Step.AGREEMENT_SIGNED, 400.0), day=DAY + timedelta(days=1), key="next",
              now=at(DAY + timedelta(days=1)))  # fmt: skip


def test_more_than_stands_cannot_be_taken_back(here: County) -> None:
    day_before = DAY - timedelta(days=1)
    here.send(("A1", Step.AGREEMENT_SIGNED, 300.0), day=day_before, now=at(day_before))
    with pytest.raises(Problem) as told:
        send(here, correct(here, "A1", Step.AGREEMENT_SIGNED, 301.0))
    assert [breach.ceiling_m2 for breach in told.value.breaches] == [300.0]  # type: ignore[attr-defined]
    assert found(here).corrections


def test_a_late_report_must_fit_the_day_it_is_for(here: County) -> None:
    here.send(("A1", Step.AGREEMENT_SIGNED, 900.0))
    earlier_day = DAY - timedelta(days=1)
    with pytest.raises(Problem) as told:
        here.send(("A1", Step.DEMOLISHED, 900.0), day=earlier_day, key="late")
    [breach] = told.value.breaches  # type: ignore[attr-defined]
    assert str(earlier_day) in str(breach)
    with here.store.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(DAILY_REPORT)) == 1
