"""The worker's side of the jobs: take one, beat while at it, end it; nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _, say, speaking
from parcels.jobs import JOB_KINDS, JobState, job_moved
from parcels.people.actor import Actor, Role, system
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import JOB, PERSON

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3


class LostJob(Exception):
    """The job was cancelled, or another worker has it: what was being written is rolled back."""


def take_job(
    store: Store,
    worker: str,
    *,
    now: datetime,
    is_alive: Callable[[str], bool | None] = lambda _worker: None,
) -> Mapping[str, Any] | None:
    """Take the next job for a worker, or one whose worker died; None when there is none.

    ``is_alive`` tells of another worker whether it lives (None: not known here; then the lease
    decides). A job that outlived ``MOST_ATTEMPTS`` workers has failed.
    """
    first = [kind.name for kind in JOB_KINDS.values() if kind.is_awaited]
    wanted = (
        sa.select(JOB)
        .where(JOB.c.kind.in_(list(JOB_KINDS)))
        .where(JOB.c.state.in_([JobState.WAITING.value, JobState.RUNNING.value]))
        .order_by(sa.case((JOB.c.kind.in_(first), 0), else_=1), JOB.c.id)
    )
    with store.reading() as connection:  # the writers' lock only where there is something to take
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
    if not any(_is_free(row, now, is_alive) for row in rows):
        return None
    given_up = None
    with store.beside() as connection:
        locked = connection.execute(wanted.with_for_update(skip_locked=True)).mappings()
        rows = [dict(row) for row in locked]
        row = next((row for row in rows if _is_free(row, now, is_alive)), None)
        if row is None:
            return None
        if row["attempts"] >= MOST_ATTEMPTS:
            given_up = row
        new = {
            "state": job_moved(JobState(row["state"]), JobState.RUNNING).value,
            "worker": worker,
            "attempts": row["attempts"] + (given_up is None),
            "started_at": row["started_at"] or now,
            "seen_at": now,
        }
        connection.execute(sa.update(JOB).where(JOB.c.id == row["id"]).values(**new))
    if given_up is None:
        return row | new
    with speaking(row["language"]):
        words = say(
            "The worker ended {times} times while at it: the input may be too large for this "
            "machine. Tell the administrator the number {reference}.",
            times=MOST_ATTEMPTS,
            reference=f"J{row['id']}",
        )
    fail_job(store, row["id"], worker, words=words, reference=f"J{row['id']}", now=now)
    return None


def beat(
    store: Store, job_id: int, worker: str, *, share: float, words: str, now: datetime
) -> bool:
    """Tell that the worker lives and how far it is; False: the job is no longer its own."""
    with store.beside() as connection:
        changed = connection.execute(
            sa.update(JOB)
            .where(_is_of(job_id, worker))
            .values(seen_at=now, share=min(max(share, 0.0), 1.0), words=words)
        )
        return bool(changed.rowcount)


def hand_back(store: Store, job_id: int, worker: str) -> None:
    """Put a job back into the line: the worker is told to stop, and that is not the job's fault."""
    with store.beside() as connection:
        connection.execute(
            sa.update(JOB)
            .where(_is_of(job_id, worker))
            .values(
                state=job_moved(JobState.RUNNING, JobState.WAITING).value,
                worker="",
                words="",
                share=0.0,
                attempts=JOB.c.attempts - 1,
            )
        )


def end_job(
    connection: sa.Connection,
    job_id: int,
    worker: str,
    result: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """End a job with its result, in a transaction of ``Store.writing``; raises LostJob."""
    _end(
        connection, job_id, worker, JobState.DONE, "end_job", {}, now,
        result=dict(result), share=1.0, words="",
    )  # fmt: skip


def fail_job(
    store: Store, job_id: int, worker: str, *, words: str, reference: str, now: datetime
) -> None:
    """End a job that failed, with words for the person; raises LostJob."""
    said = {"words": words, "reference": reference}
    with store.writing() as connection:
        _end(connection, job_id, worker, JobState.FAILED, "fail_job", said, now, **said)


def actor_of(store: Store, job: Mapping[str, Any]) -> Actor:
    """Return who asked for the job, with the role and region they have now.

    Raises Problem for an account that was closed meanwhile.
    """
    with store.reading() as connection:
        return _actor(connection, job)


def _actor(connection: sa.Connection, job: Mapping[str, Any]) -> Actor:
    if job["person_id"] is None:
        return system(job["region"])
    row = connection.execute(sa.select(PERSON).where(PERSON.c.id == job["person_id"])).one()
    if row.disabled_at is not None:
        raise Problem(_("The account {name} was closed; the work was not done.", name=row.name))
    return Actor(row.id, row.name, row.display_name, Role(row.role), row.region, job["address"])


def _end(
    connection: sa.Connection,
    job_id: int,
    worker: str,
    state: JobState,
    action: str,
    after: Mapping[str, Any],
    now: datetime,
    **values: Any,
) -> None:
    row = connection.execute(sa.select(JOB).where(_is_of(job_id, worker))).mappings().first()
    if row is None:
        raise LostJob(job_id)
    to = job_moved(JobState(row["state"]), state)
    connection.execute(
        sa.update(JOB)
        .where(JOB.c.id == job_id)
        .values(state=to.value, worker="", ended_at=now, **values)
    )
    try:
        actor = _actor(connection, dict(row))
    except Problem:
        actor = system(row["region"])
    audit.record(
        connection,
        actor,
        action,
        f"{row['kind']} #{job_id}",
        now=now,
        region=row["region"],
        after=after,
    )


def _is_of(job_id: int, worker: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        JOB.c.id == job_id, JOB.c.worker == worker, JOB.c.state == JobState.RUNNING.value
    )


def _is_free(row: Mapping[str, Any], now: datetime, is_alive: Callable[[str], bool | None]) -> bool:
    if row["state"] == JobState.WAITING.value:
        return True
    alive = is_alive(row["worker"])
    return now - row["seen_at"] > LEASE if alive is None else not alive
