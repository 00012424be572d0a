"""Every act that the walk of the services does not meet, done once on a county of its own.

Each act is first tried by everybody who may not: ``Told.refused`` takes down who was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from gis.language import CHINESE, Problem, speaking
from parcels.__main__ import main as command
from parcels.heavy.check_parcels import KIND as CHECK
from parcels.imagery import Moment
from parcels.judgement.vocabulary import Shows
from parcels.people import passwords, sessions
from parcels.people.access import Refused
from parcels.people.actor import Actor, Role
from parcels.services.accounts import found_county, set_disabled
from parcels.services.adopt_as_built import adopt_as_built
from parcels.services.adopt_check import adopt_check, proposal, proposed_moves
from parcels.services.change_project import change_project, correction_of
from parcels.services.jobs import submit_job
from parcels.services.keep_imagery import cut_imagery
from parcels.services.keep_project import create_project
from parcels.services.keep_settings import change_settings
from parcels.services.note_refusal import note_refusal
from parcels.services.open_balance import open_balance
from parcels.services.record_judgement import record_judgement
from parcels.services.sign_in import FAILURES_ALLOWED, change_password, sign_in, sign_out
from parcels.services.withdraw_parcel import restore_parcel, withdraw_parcel
from parcels.store.engine import Store
from parcels.store.snapshot import open_snapshot
from parcels.worker import Worker
from parcels.workflow import REPORTED_BY_TOWNSHIP, Step
from reports.acceptance.inspection import Result
from reports.contradictions.states import State
from reports.daily import Correction, ReportState
from reports.holidays import CalendarDay
from reports.maps.kml import KML_ALLOWED
from reports.publication.chain import Link, Outcome
from reports.reasons import CorrectionReason
from reports.renderers.docx_template import default_template
from reports.services.acceptance_package import village_package
from reports.services.answer_contradiction import answer_contradiction
from reports.services.freeze import freeze
from reports.services.keep_calendar import drop_days, keep_days
from reports.services.keep_photo import drop_photo, keep_photo
from reports.services.keep_visit import end_visit
from reports.services.looks import keep_template, restore_template
from reports.services.map_files import map_files
from reports.services.move_notice import answer_extension, ask_extension, reopen_fallen_back
from reports.services.move_snapshot import move_snapshot
from reports.services.record_inspection import open_inspection, record_results
from reports.services.review_report import move_report
from reports.supervision.ladder import DEFAULT_LINES
from reports.supervision.notice import NoticeState
from tests.builders import (
    COUNTY,
    DAY,
    NOW,
    TOWNSHIP_A,
    VILLAGE_A,
    County,
    at,
    person,
    square,
    working_county,
)
from tests.parcels.test_adoption import checked, layer
from tests.parcels.test_as_built import survey
from tests.parcels.test_opening import HEAD
from tests.parcels.test_orthophotos import grey, registered
from tests.reports.pictures import photo
from tests.reports.test_contradictions import cards, cleared, image
from tests.reports.test_notices import RECOVERED, STILL_BEHIND, issue, move
from tests.reports.test_publication import MONDAY, WEEK
from tests.rights.recording import Recording

PASSWORD, NEXT = "Proof-Mianyang-7264", "Proof-Chengdu-9351"
NOBODY = "nobody"
Call = Callable[[Store, Actor], Any]


@dataclass
class Told:
    """What the story knows of itself: who may try, and who was refused what."""

    here: County
    store: Recording
    people: list[Actor]
    refused: set[str] = field(default_factory=set)

    def act(self, who: Actor | None, call: Call) -> Any:
        """Let everybody else try, then do it; ``who`` None: nobody's right is asked for."""
        shut: Refused | None = None
        if who is not None:
            trial = replace(self.store, is_kept=False, seen=[])
            for other in self.people:
                if other == who:
                    continue
                with suppress(Problem, LookupError):
                    try:
                        call(trial, other)
                    except Refused as refused:
                        assert not trial.seen, f"refused, and yet changed: {trial.seen}"
                        shut, by = refused, other
                trial.seen.clear()
        before = len(self.store.seen)
        done = call(self.store, who or self.here.bureau)
        if shut is not None:
            for one in self.store.seen[before:]:
                self.refused.update(one.actions)
            note_refusal(self.store, by, shut, now=NOW)
        return done


def tell(told: Told, folder: Path) -> None:
    """Do every act once."""
    for part in (_accounts, _calendar, _opening, _images, _parcels, _reports, _notices, _visit,
                 _jobs, _contradictions, _as_built, _adoption, _papers, _figures):  # fmt: skip
        part(told, folder)


def _accounts(told: Told, _folder: Path) -> None:
    here, store = told.here, told.store
    admin = person(here.store, "admin of nowhere", Role.ADMINISTRATOR, "")
    told.act(admin, lambda s, a: found_county(s, a, "419903", "丙县", now=NOW))
    keeper = person(here.store, "keeper", Role.ADMINISTRATOR)
    told.act(keeper, lambda s, a: set_disabled(s, a, "bob", disabled=True, now=NOW))
    told.act(keeper, lambda s, a: set_disabled(s, a, "bob", disabled=False, now=NOW))
    known = {"password_hash": passwords.hashed(PASSWORD), "password_set_at": NOW}
    person(here.store, "signer", Role.BUREAU_CLERK, **known)

    def enters(name: str, password: str, address: str) -> str:
        return sign_in(store, name, password, address=address, language=CHINESE, now=NOW)

    for _time in range(FAILURES_ALLOWED + 1):
        with suppress(Problem):
            enters(NOBODY, "wrong", "10.0.0.7")
    session = sessions.find_session(store, enters("signer", PASSWORD, "10.0.0.8"), NOW)
    assert session is not None
    change_password(store, session, PASSWORD, NEXT, now=NOW)
    for _time in range(FAILURES_ALLOWED + 1):
        with suppress(Problem):
            change_password(store, session, "wrong", PASSWORD, now=NOW)
    sign_out(store, session, everywhere=True, now=NOW)


def _calendar(told: Told, _folder: Path) -> None:
    day = CalendarDay(DAY + timedelta(days=60), is_working=False, name="x")
    bureau = told.here.bureau
    told.act(bureau, lambda s, a: keep_days(s, a, COUNTY, [day], now=NOW))
    told.act(bureau, lambda s, a: drop_days(s, a, COUNTY, [day.day], now=NOW))


def _opening(told: Told, folder: Path) -> None:
    file = folder / "opening.xlsx"
    file.write_bytes(b"as it came")
    rows = [HEAD, [VILLAGE_A, "A2", "清运", 50.0]]
    told.act(told.here.bureau, lambda s, a: open_balance(
        s, a, told.here.project_id, rows, day=DAY - timedelta(days=1), document="x", path=file,
        file_name="x.xlsx", now=NOW,
    ))  # fmt: skip


def _images(told: Told, folder: Path) -> None:
    here = told.here
    kept = {
        moment: registered(here, grey(folder / f"{moment}.tif"), moment=moment)
        for moment in (Moment.BEFORE, Moment.AFTER)
    }
    for image_id in kept.values():
        told.act(here.bureau, lambda s, a, it=image_id: cut_imagery(s, a, it, now=NOW))
    parcel_id = int(here.parcels().loc["A2", "id"])
    told.act(here.bureau, lambda s, a: record_judgement(
        s, a, here.project_id, parcel_id, before_shows=[Shows.BUILT], after_shows=[Shows.LEVELLED],
        explanation="x", before_id=kept[Moment.BEFORE], after_id=kept[Moment.AFTER], now=NOW,
    ))  # fmt: skip


def _parcels(told: Told, _folder: Path) -> None:
    here, bureau = told.here, told.here.bureau
    told.act(bureau, lambda s, a: create_project(
        s, a, code="P-2", name="x", region=COUNTY, approval_no="", approved_on=None,
        approved_scale_m2=9.0, approved_new_arable_m2=8.0, starts_on=DAY,
        deadline=DAY + timedelta(days=9), now=NOW,
    ))  # fmt: skip
    seen = correction_of(here.project)
    told.act(bureau, lambda s, a: change_project(
        s, a, here.project_id, replace(seen, name="改名"), seen=seen, reason="x", now=NOW
    ))  # fmt: skip
    ledger_id = int(here.parcels().loc["A2", "ledger_id"])
    told.act(bureau, lambda s, a: withdraw_parcel(s, a, ledger_id, reason="x", now=NOW))
    told.act(bureau, lambda s, a: restore_parcel(s, a, ledger_id, reason="x", now=NOW))


def _reports(told: Told, _folder: Path) -> None:
    here, report = told.here, "draft:1"
    work = [("B1", step, 450.0) for step in REPORTED_BY_TOWNSHIP]
    receipt = here.send(*work, actor=here.reporter_b, key="b", now=at(DAY))
    here.move(receipt, ReportState.CONFIRMED)
    photo_id = told.act(here.reporter_b, lambda s, a: keep_photo(
        s, a, photo(), "x.jpg", project_id=here.project_id, region=here.reporter_b.region,
        about=report, now=at(DAY),
    ))  # fmt: skip
    told.act(here.reporter_b, lambda s, a: drop_photo(
        s, a, photo_id, about=report, now=at(DAY)
    ))  # fmt: skip


def _notices(told: Told, _folder: Path) -> None:
    here = told.here
    inspector = next(one for one in told.people if one.role is Role.INSPECTOR)
    notice_id = issue(here, inspector)
    for number, is_granted in enumerate((True, False)):
        until = DAY + timedelta(days=9 + number)
        told.act(here.reporter_a, lambda s, a, u=until: ask_extension(
            s, a, notice_id, u, reason="x", now=NOW
        ))  # fmt: skip
        told.act(inspector, lambda s, a, g=is_granted: answer_extension(
            s, a, notice_id, is_granted=g, words="x", now=NOW
        ))  # fmt: skip
    _moved(told, here.reporter_a, notice_id, NoticeState.REPLIED)
    _moved(told, here.bureau, notice_id, NoticeState.CHECKED)
    _moved(told, inspector, notice_id, NoticeState.REVISITED)
    _moved(told, inspector, notice_id, NoticeState.CLOSED, facts=RECOVERED, lines=DEFAULT_LINES)
    told.act(inspector, lambda s, a: reopen_fallen_back(
        s, a, here.project_id, [STILL_BEHIND], DEFAULT_LINES, now=NOW
    ))  # fmt: skip


def _moved(told: Told, who: Actor, notice_id: int, to: NoticeState, **more: Any) -> None:
    told.act(who, lambda s, a: move(replace(told.here, store=s), a, notice_id, to, **more))


def _visit(told: Told, _folder: Path) -> None:
    here, bureau = told.here, told.here.bureau
    ledger_id = int(here.parcels().loc["B1", "ledger_id"])
    visit_id = told.act(bureau, lambda s, a: open_inspection(
        s, a, here.project_id, here.reporter_b.region, Step.COUNTY_ACCEPTED, day=DAY, people="x",
        now=NOW,
    ))  # fmt: skip
    found = [Result(ledger_id, is_accepted=True, area_m2=450.0)]
    told.act(bureau, lambda s, a: record_results(s, a, visit_id, found, now=NOW))
    told.act(bureau, lambda s, a: end_visit(s, a, visit_id, now=NOW))


def _jobs(told: Told, _folder: Path) -> None:
    here, worker = told.here, Worker(told.store)
    for layers in (
        {"parcel_layer_id": 1, "structure_layer_id": 2},
        {"parcel_layer_id": 98, "structure_layer_id": 99},
    ):  # one ends, one fails
        told.act(here.bureau, lambda s, a, wanted=layers: submit_job(
            s, a, CHECK, project_id=here.project_id, region=COUNTY, wanted=wanted, now=NOW
        ))  # fmt: skip
        assert worker.run_next()
    worker.close()


def _contradictions(told: Told, _folder: Path) -> None:
    here, bureau = told.here, told.here.bureau
    here.move(cleared(here), ReportState.CONFIRMED)
    image(here, [square(0, 0, 10)])
    [card] = cards(here)
    told.act(bureau, lambda s, a: answer_contradiction(
        s, a, card.id, State.SEEN_STANDING, text="x", now=NOW
    ))  # fmt: skip
    back = Correction(int(here.parcels()["ledger_id"]["A1"]), Step.CLEARED, 100.0,
                      CorrectionReason.NOT_DONE)  # fmt: skip
    later = DAY + timedelta(days=1)
    sent = here.send(day=later, now=at(later), key="back", corrections=(back,))
    move_report(here.store, bureau, here.report_id(sent.receipt_no), ReportState.CONFIRMED,
                now=at(later, 17))  # fmt: skip


def _as_built(told: Told, _folder: Path) -> None:
    found = survey(told.here)
    told.act(told.here.bureau, lambda s, a: adopt_as_built(s, a, found, reason="x", now=NOW))


def _adoption(told: Told, _folder: Path) -> None:
    here = told.here
    new = layer(A1=(0, 10), A1b=(10, 20), A2=(100, 30), B1=(200, 30))
    check_id = checked(here, new)
    plan = proposed_moves(here.store, proposal(here.store, here.bureau, check_id))
    told.act(here.bureau, lambda s, a: adopt_check(
        s, a, check_id, reason="x", now=NOW, seen=plan.mark
    ))  # fmt: skip


def _papers(told: Told, folder: Path) -> None:
    here, bureau, day = told.here, told.here.bureau, at(DAY, 20)
    keeper = next(one for one in told.people if one.role is Role.ADMINISTRATOR)
    content = default_template()
    told.act(keeper, lambda s, a: keep_template(s, a, "notice", "x.docx", content, now=NOW))
    told.act(keeper, lambda s, a: restore_template(s, a, "notice", now=NOW))
    with speaking(CHINESE):
        told.act(bureau, lambda s, a: map_files(
            s, a, here.project, TOWNSHIP_A, DAY, ("kml",), now=day
        ))  # fmt: skip
        told.act(bureau, lambda s, a: village_package(s, a, here.project, VILLAGE_A, now=day))

    def opened(path: Path) -> Store:
        """A restore writes its row into what comes back, and both come at once."""
        copy = open_snapshot(path)
        return replace(told.store, engine=copy.engine, folder=copy.folder)

    with (
        patch("parcels.store.engine.open_store", lambda _folder: told.store),
        patch("parcels.store.backup.open_snapshot", opened),
    ):
        # 1: the county's rows come from ``working_county``, without the file they name
        assert command(["backup", str(folder / "backup.zip")]) in (0, 1)
        assert command(["restore", "--replace", str(folder / "backup.zip")]) == 0


def _figures(told: Told, _folder: Path) -> None:
    here = told.here
    frozen = told.act(here.bureau, lambda s, a: freeze(s, a, here.project, WEEK, now=MONDAY))
    reviewer = next(one for one in told.people if one.role is Role.FIGURE_REVIEWER)
    told.act(reviewer, lambda s, a: move_snapshot(
        s, a, frozen.id, Link.FIRST_REVIEW, Outcome.PASSED, now=MONDAY + timedelta(hours=5)
    ))  # fmt: skip


def a_county(store: Recording) -> Told:
    """Return a county of the story's own, with a person of every role."""
    here = replace(working_county(store), store=store)
    people = [here.bureau, here.reporter_a, here.reporter_b]
    people += [person(store, f"own {role}", role) for role in Role if role not in (
        Role.BUREAU_CLERK, Role.TOWNSHIP_REPORTER, Role.TOWNSHIP_LEADER
    )]  # fmt: skip
    people.append(person(store, "leader", Role.TOWNSHIP_LEADER, TOWNSHIP_A))
    admin = next(one for one in people if one.role is Role.ADMINISTRATOR)
    change_settings(store, admin, {KML_ALLOWED.name: True}, now=NOW)
    return Told(here, store, people)
