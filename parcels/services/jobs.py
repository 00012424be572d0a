"""Asking the worker for heavy work, and looking how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _, language
from parcels.jobs import JOB_KINDS, OPEN, JobKind, JobState, job_moved
from parcels.people import access
from parcels.people.access import Refused, may
from parcels.people.actor import Actor
from parcels.projects import one_project
from parcels.regions import contains
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import JOB
from parcels.store.within import within

MOST_OPEN = 20  # of one person: no finger on a button fills the line


def submit_job(
    store: Store,
    actor: Actor,
    kind: JobKind,
    *,
    project_id: int | None,
    region: str,
    wanted: Mapping[str, Any],
    now: datetime,
) -> int:
    """Put a job into the line; return its id.

    The same work asked for again while it waits or runs is the same job.
    """
    with store.writing() as connection:
        access.require(actor, kind.action, region)
        if project_id is not None and not contains(
            one_project(connection, project_id).region, region
        ):
            raise Refused(_("This lies outside the project's region; nothing was changed."))
        mine = connection.execute(
            sa.select(JOB).where(JOB.c.person_id == actor.person_id, JOB.c.state.in_(OPEN))
        ).mappings()
        present = [dict(row) for row in mine]
        asked = {
            "kind": kind.name,
            "project_id": project_id,
            "region": region,
            "wanted": dict(wanted),
        }
        for row in present:
            if all(row[name] == value for name, value in asked.items()):
                return int(row["id"])
        if len(present) >= MOST_OPEN and actor.person_id is not None:
            raise Problem(
                _("{count} jobs of yours are still waiting; wait or cancel some.", count=MOST_OPEN)
            )
        inserted = connection.execute(
            sa.insert(JOB).values(
                **asked,
                state=JobState.WAITING.value,
                person_id=actor.person_id,
                address=actor.address,
                language=language(),
                share=0.0,
                words="",
                reference="",
                attempts=0,
                worker="",
                submitted_at=now,
            )
        ).inserted_primary_key
        assert inserted is not None  # noqa: S101  an insert of one row has a key
        audit.record(
            connection, actor, "submit_job", f"{kind.name} #{inserted[0]}", now=now, region=region
        )
    return int(inserted[0])


def find_jobs(
    store: Store,
    actor: Actor,
    *,
    project_id: int | None = None,
    kinds: Collection[JobKind] = (),
    states: Collection[JobState] = (),
    is_mine: bool = False,
    most: int = 50,
) -> list[Mapping[str, Any]]:
    """Return the jobs of the actor's region that they may see, newest first.

    One's own, and those of a kind that one may ask for.
    """
    wanted = sa.select(JOB).where(within(JOB.c.region, actor.region))
    if project_id is not None:
        wanted = wanted.where(JOB.c.project_id == project_id)
    if kinds:
        wanted = wanted.where(JOB.c.kind.in_([kind.name for kind in kinds]))
    if states:
        wanted = wanted.where(JOB.c.state.in_([state.value for state in states]))
    mine = JOB.c.person_id == actor.person_id
    askable = [kind.name for kind in JOB_KINDS.values() if may(actor, kind.action)]
    wanted = wanted.where(mine if is_mine else mine | JOB.c.kind.in_(askable))
    with store.reading() as connection:
        rows = connection.execute(wanted.order_by(JOB.c.id.desc()).limit(most)).mappings()
        return [dict(row) for row in rows]


def one_job(store: Store, actor: Actor, job_id: int) -> Mapping[str, Any]:
    """Return a job that the actor may see; raises Refused for any other."""
    with store.reading() as connection:
        return _seen(connection, actor, job_id)


def cancel_job(store: Store, actor: Actor, job_id: int, *, now: datetime) -> None:
    """Take a job out of the line; one that runs is broken off and leaves nothing."""
    with store.writing() as connection:
        row = _seen(connection, actor, job_id)
        state = JobState(row["state"])
        if state not in OPEN:
            return
        connection.execute(
            sa.update(JOB)
            .where(JOB.c.id == job_id)
            .values(
                state=job_moved(state, JobState.CANCELLED).value, worker="", words="", ended_at=now
            )
        )
        audit.record(
            connection,
            actor,
            "cancel_job",
            f"{row['kind']} #{job_id}",
            now=now,
            region=row["region"],
        )


def _seen(connection: sa.Connection, actor: Actor, job_id: int) -> dict[str, Any]:
    wanted = sa.select(JOB).where(JOB.c.id == job_id, within(JOB.c.region, actor.region))
    row = connection.execute(wanted).mappings().first()
    if row is not None:
        kind = JOB_KINDS.get(row["kind"])
        is_mine = row["person_id"] == actor.person_id
        if is_mine or (kind is not None and may(actor, kind.action)):
            return dict(row)
    raise Refused(_("There is no such job for you."))
