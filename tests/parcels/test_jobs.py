"""Heavy work: who may ask for it, that it is done once, and what is said when it fails."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gis.language import Problem, _, speaking
from parcels.heavy import KINDS
from parcels.heavy.check_parcels import KIND as CHECK
from parcels.jobs import (
    JOB_KINDS,
    JOB_STATE_TITLES,
    NEXT_JOB_STATES,
    OPEN,
    Job,
    JobKind,
    JobState,
    hand_in_job,
    job_moved,
)
from parcels.people import access
from parcels.people.access import Action, Refused
from parcels.people.actor import Role
from parcels.services.job_files import hand_out
from parcels.services.job_queue import LEASE, MOST_ATTEMPTS, LostJob, beat, end_job, take_job
from parcels.services.jobs import MOST_OPEN, cancel_job, find_jobs, one_job, submit_job
from parcels.services.keep_layer import LayerKind
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import AUDIT, CHECK_RUN, PERSON
from parcels.worker import Worker
from tests.builders import (
    COUNTY,
    NOW,
    TOWNSHIP_A,
    VILLAGE_A,
    County,
    county,
    layer_of,
    person,
    square,
    working_county,
)
from tests.parcels.slow_jobs import SLOW

Hand = Callable[..., JobKind]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Hand:
    """Hand in a kind for one test."""

    def made(run: Callable[[Job], Mapping[str, Any]], name: str = "test", **more: Any) -> JobKind:
        one = JobKind(name, _("Test"), run, **more)
        monkeypatch.setitem(JOB_KINDS, name, one)
        return one

    return made


def submit(made: County, one: JobKind, actor: Any = None, **wanted: Any) -> int:
    return submit_job(
        made.store, actor or made.bureau, one, project_id=made.project_id, region=COUNTY,
        wanted=wanted, now=NOW,
    )  # fmt: skip


def said(store: Store, *actions: str) -> list[str]:
    """The audit rows of these actions."""
    wanted = sa.select(AUDIT.c.action).where(AUDIT.c.action.in_(actions)).order_by(AUDIT.c.id)
    with store.reading() as connection:
        return list(connection.scalars(wanted))


def test_every_state_has_a_title_and_its_moves() -> None:
    assert set(JOB_STATE_TITLES) == set(NEXT_JOB_STATES) == set(JobState)
    assert {JobState.WAITING, JobState.RUNNING} == OPEN
    assert job_moved(JobState.WAITING, JobState.RUNNING) is JobState.RUNNING


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_what_has_ended_moves_no_more(state: JobState) -> None:
    for to in JobState:
        with pytest.raises(ValueError, match="cannot go"):
            job_moved(state, to)


def test_a_kind_is_handed_in_once() -> None:
    assert hand_in_job(KINDS[0]) is KINDS[0]
    with pytest.raises(ValueError, match="defined twice"):
        hand_in_job(replace(KINDS[0]))


def test_a_job_is_done_with_its_result_and_written_down(store: Store, kind: Hand) -> None:
    made = county(store)
    one = kind(lambda job: {"doubled": 2 * job.wanted["number"]})
    job_id = submit(made, one, number=21)
    assert one_job(store, made.bureau, job_id)["state"] == JobState.WAITING
    worker = Worker(store)
    assert worker.run_next()
    assert not worker.run_next()
    row = one_job(store, made.bureau, job_id)
    assert (row["state"], row["result"], row["share"]) == (JobState.DONE, {"doubled": 42}, 1.0)
    assert said(store, "submit_job", "end_job", "fail_job") == ["submit_job", "end_job"]


def test_the_check_of_a_project_runs_as_a_job(store: Store) -> None:
    made = county(store)
    parcels = made.keep(layer_of([square(0, 0, 30)], parcel_no=["1"], village_code=[VILLAGE_A]))
    built = made.keep(layer_of([square(0, 0, 20)]), LayerKind.STRUCTURES)
    job_id = submit(made, CHECK, parcel_layer_id=parcels, structure_layer_id=built)
    assert Worker(store).run_next()
    row = one_job(store, made.bureau, job_id)
    assert row["state"] == JobState.DONE, row["words"]
    with store.reading() as connection:
        assert connection.scalars(sa.select(CHECK_RUN.c.id)).all() == [row["result"]["check_id"]]


def test_a_township_cannot_ask_for_what_only_the_bureau_may(store: Store) -> None:
    made = county(store)
    with pytest.raises(Refused):
        submit(made, CHECK, made.reporter_a)
    with pytest.raises(Refused):  # nor for a county's work of any kind
        submit(made, JobKind("any", _("Test"), dict), made.reporter_a)
    assert find_jobs(store, made.bureau) == []


def test_a_refusal_inside_the_worker_leaves_its_row(store: Store, kind: Hand) -> None:
    made = county(store)

    def refused(job: Job) -> Mapping[str, Any]:
        access.require(job.actor, Action.KEEP_PEOPLE, COUNTY)
        return {}

    job_id = submit(made, kind(refused))
    assert Worker(store).run_next()
    assert one_job(store, made.bureau, job_id)["state"] == JobState.FAILED
    with store.reading() as connection:
        row = connection.execute(sa.select(AUDIT).where(AUDIT.c.action == "refused")).one()
    assert (row.person, row.subject) == ("bureau", Action.KEEP_PEOPLE.value)


def test_nobody_sees_the_jobs_of_another_region_or_right(store: Store, kind: Hand) -> None:
    made = county(store)
    one = kind(lambda _job: {})
    submit(made, one)
    of_a = submit_job(
        store, made.reporter_a, one, project_id=made.project_id, region=TOWNSHIP_A, wanted={},
        now=NOW,
    )  # fmt: skip
    assert [job["id"] for job in find_jobs(store, made.reporter_a)] == [of_a]
    assert find_jobs(store, made.reporter_b) == []
    assert len(find_jobs(store, made.bureau)) == 2
    with pytest.raises(Refused):
        one_job(store, made.reporter_b, of_a)
    with pytest.raises(Refused):
        cancel_job(store, made.reporter_b, of_a, now=NOW)


def test_the_same_work_asked_for_twice_is_one_job(store: Store, kind: Hand) -> None:
    made, one = county(store), kind(lambda _job: {})
    assert submit(made, one, number=1) == submit(made, one, number=1)
    assert submit(made, one, number=2) != submit(made, one, number=1)
    Worker(store).run_next()
    assert submit(made, one, number=1) == 3  # done is done: asked again, it is new work


def test_one_person_cannot_fill_the_line(store: Store, kind: Hand) -> None:
    made, one = county(store), kind(lambda _job: {})
    for number in range(MOST_OPEN):
        submit(made, one, number=number)
    with pytest.raises(Problem):
        submit(made, one, number=-1)


def test_what_a_person_can_mend_is_said_in_their_language(store: Store, kind: Hand) -> None:
    made = county(store)

    def fails(_job: Job) -> Mapping[str, Any]:
        raise Problem(_("There is no project {id}.", id=9))

    with speaking("zh_CN"):
        job_id = submit(made, kind(fails))
    with speaking("en"):
        Worker(store).run_next()
    row = one_job(store, made.bureau, job_id)
    assert (row["state"], row["words"]) == (JobState.FAILED, "没有编号为 9 的项目。")
    assert said(store, "end_job", "fail_job") == ["fail_job"]


def test_a_bug_shows_a_number_and_nothing_of_the_inside(store: Store, kind: Hand) -> None:
    made = county(store)

    def breaks(_job: Job) -> Mapping[str, Any]:
        raise RuntimeError("the inside")

    job_id = submit(made, kind(breaks))
    Worker(store).run_next()
    row = one_job(store, made.bureau, job_id)
    assert row["state"] == JobState.FAILED
    assert row["reference"] in row["words"]
    assert len(row["reference"]) == 8
    assert "inside" not in row["words"]


def test_rights_are_asked_again_when_the_work_begins(store: Store) -> None:
    made = county(store)
    job_id = submit(made, CHECK, parcel_layer_id=1, structure_layer_id=1)
    with store.writing() as connection:
        connection.execute(
            sa.update(PERSON)
            .where(PERSON.c.id == made.bureau.person_id)
            .values(role=Role.INSPECTOR.value)
        )
    Worker(store).run_next()
    row = one_job(store, made.bureau, job_id)
    assert row["state"] == JobState.FAILED
    assert "role" in row["words"] or "角色" in row["words"]


def test_the_work_of_a_closed_account_is_not_done(store: Store, kind: Hand) -> None:
    made, done = county(store), []
    job_id = submit(made, kind(lambda job: {"n": len(done) or done.append(job.id)}))
    with store.writing() as connection:
        connection.execute(sa.update(PERSON).values(disabled_at=NOW))
    Worker(store).run_next()
    assert one_job(store, made.bureau, job_id)["state"] == JobState.FAILED
    assert done == []


def test_a_cancelled_job_never_runs(store: Store, kind: Hand) -> None:
    made, done = county(store), []
    job_id = submit(made, kind(lambda job: {"n": done.append(job.id)}))
    cancel_job(store, made.bureau, job_id, now=NOW)
    assert not Worker(store).run_next()
    assert done == []
    assert said(store, "cancel_job") == ["cancel_job"]


def test_a_job_cancelled_in_the_middle_leaves_nothing(store: Store, kind: Hand) -> None:
    made = county(store)

    def run(job: Job) -> Mapping[str, Any]:
        cancel_job(job.store, made.bureau, job.id, now=NOW)
        with job.store.writing() as connection:
            audit.record(connection, made.bureau, "effect", "x", now=NOW)
            job.end_in(connection, {})
        return {}

    job_id = submit(made, kind(run))
    Worker(store).run_next()
    assert one_job(store, made.bureau, job_id)["state"] == JobState.CANCELLED
    assert said(store, "effect") == []


def test_progress_is_seen_from_outside(store: Store, kind: Hand) -> None:
    made, seen = county(store), {}

    def run(job: Job) -> Mapping[str, Any]:
        job.progress(0.25, "a quarter")
        until = time.monotonic() + 10
        while time.monotonic() < until and seen.get("words") != "a quarter":
            seen.update(one_job(store, made.bureau, job.id))
            time.sleep(0.05)
        return {}

    submit(made, kind(run))
    Worker(store).run_next()
    assert (seen["words"], seen["share"], seen["state"]) == ("a quarter", 0.25, JobState.RUNNING)


def test_a_lease_protects_a_job_of_a_worker_elsewhere(store: Store, kind: Hand) -> None:
    made = county(store)
    job_id = submit(made, kind(lambda _job: {}))
    assert take_job(store, "far", now=NOW) is not None
    assert take_job(store, "near", now=NOW + LEASE) is None
    assert beat(store, job_id, "far", share=0.1, words="", now=NOW + LEASE)
    assert take_job(store, "near", now=NOW + LEASE * 2) is None
    later = NOW + LEASE * 2 + timedelta(seconds=1)
    assert take_job(store, "near", now=later) is not None
    assert not beat(store, job_id, "far", share=0.9, words="", now=later)
    with pytest.raises(LostJob), store.writing() as connection:  # it comes back and is too late
        end_job(connection, job_id, "far", {}, now=later)


def test_a_living_worker_keeps_its_job_and_a_dead_one_loses_it(store: Store, kind: Hand) -> None:
    made = county(store)
    submit(made, kind(lambda _job: {}))
    first, second = Worker(store), Worker(store)
    late = NOW + LEASE * 9
    assert take_job(store, first.name, now=NOW) is not None
    assert take_job(store, second.name, now=late, is_alive=second.is_alive) is None
    first.close()
    assert take_job(store, second.name, now=NOW, is_alive=second.is_alive) is not None


def test_a_job_that_kills_every_worker_fails_in_words(store: Store, kind: Hand) -> None:
    made = county(store)
    job_id = submit(made, kind(lambda _job: {}))
    for number in range(MOST_ATTEMPTS):
        assert take_job(store, f"w{number}", now=NOW, is_alive=lambda _w: False) is not None
    assert take_job(store, "last", now=NOW, is_alive=lambda _w: False) is None
    row = one_job(store, made.bureau, job_id)
    assert (row["state"], row["reference"]) == (JobState.FAILED, f"J{job_id}")
    assert row["reference"] in row["words"]


def test_two_workers_never_take_one_job(store: Store, kind: Hand) -> None:
    made, done = county(store), []
    one = kind(lambda job: {"n": done.append(job.id)})
    wanted = [submit(made, one, number=number) for number in range(MOST_OPEN)]
    workers = [Worker(store) for _number in range(4)]
    begin = threading.Barrier(len(workers))

    def work(worker: Worker) -> None:
        begin.wait()
        for _attempt in range(200):
            if not worker.run_next() and len(done) == len(wanted):
                return

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == sorted(wanted)
    assert said(store, "end_job") == ["end_job"] * len(wanted)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_dies_in_the_middle_leaves_its_job_to_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, how: signal.Signals
) -> None:
    made, mark = county(store), tmp_path / "mark"
    monkeypatch.setitem(JOB_KINDS, SLOW.name, SLOW)
    job_id = submit(made, SLOW, mark=str(mark))
    url = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.parcels.slow_jobs", str(store.folder), url]
    process = subprocess.Popen(command)
    try:
        _until(mark.exists)
    finally:
        process.send_signal(how)
        process.wait(30)
    assert said(store, "effect", "end_job") == []
    attempts = one_job(store, made.bureau, job_id)["attempts"]
    assert attempts == (1 if how is signal.SIGKILL else 0)  # told to stop is not the job's fault
    assert Worker(store).run_next()
    row = one_job(store, made.bureau, job_id)
    assert (row["state"], row["result"]) == (JobState.DONE, {"worth": 7})
    assert said(store, "effect", "end_job") == ["effect", "end_job"]


def test_a_file_a_job_made_goes_to_who_asked_and_nobody_else(
    store: Store, kind: Hand, tmp_path: Path
) -> None:
    made = county(store)

    def run(job: Job) -> Mapping[str, Any]:
        path = tmp_path / "made"
        path.write_bytes(b"content")
        return {"files": [job.keep(path, "结果.txt", "text/plain")]}

    job_id = submit(made, kind(run))
    Worker(store).run_next()
    file, path = hand_out(store, made.bureau, job_id, 0, now=NOW)
    assert (file["name"], path.read_bytes()) == ("结果.txt", b"content")
    colleague = person(store, "colleague", Role.BUREAU_CLERK)
    for actor, place in ((colleague, 0), (made.reporter_a, 0), (made.bureau, 1), (made.bureau, -1)):
        with pytest.raises(Refused):
            hand_out(store, actor, job_id, place, now=NOW)
    assert said(store, "export") == ["export"]


def test_a_kind_that_people_wait_for_is_taken_first(store: Store, kind: Hand) -> None:
    made, done = working_county(store), []
    submit(made, kind(lambda _job: {"n": done.append("slow")}, "slow"))
    submit(made, kind(lambda _job: {"n": done.append("quick")}, "quick", is_awaited=True))
    worker = Worker(store)
    while worker.run_next():
        pass
    assert done == ["quick", "slow"]


def test_every_kind_of_the_register_names_its_right() -> None:
    assert all(one.action is not Action.SEE_PROGRESS for one in KINDS)


def _until(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and not is_true():
        time.sleep(0.05)
    assert is_true()
