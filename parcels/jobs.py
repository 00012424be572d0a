"""Heavy work: which kinds there are, what each is handed, and how a job moves.

A page submits a job (``parcels.services.jobs``), the worker runs it (``parcels.worker``), one at a
time; the page shows its progress. A kind's ``run`` returns what JSON can hold. What a person can
mend it raises as ``Problem``; the service it calls asks the person's rights again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from gis.language import Text, _
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.store.engine import Store


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


JOB_STATE_TITLES: dict[JobState, Text] = {
    JobState.WAITING: _("Waiting"),
    JobState.RUNNING: _("Running"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
    JobState.CANCELLED: _("Cancelled"),
}

NEXT_JOB_STATES: dict[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset(
        {
            JobState.RUNNING,  # taken again from a worker that died
            JobState.WAITING,  # handed back by a worker that is told to stop
            JobState.DONE,
            JobState.FAILED,
            JobState.CANCELLED,
        }
    ),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELLED: frozenset(),
}
OPEN = frozenset(state for state, targets in NEXT_JOB_STATES.items() if targets)


@dataclass(frozen=True)
class Job:
    """A job as its kind's ``run`` sees it.

    ``progress`` takes a share (0–1) and a sentence, and may be called as often as one likes, also
    inside a transaction. ``end_in`` ends the job in the connection's own transaction, with its
    result: what the job wrote and its end then stand or fall together, so a worker that dies
    leaves neither half done nor done twice. ``keep`` puts a file into the store and returns what
    the result's list ``files`` holds of it; the person then finds it at ``/files/job/…``.
    """

    id: int
    store: Store
    actor: Actor
    project_id: int | None
    region: str
    wanted: Mapping[str, Any]
    progress: Callable[[float, str], None]
    end_in: Callable[[Any, Mapping[str, Any]], None]
    keep: Callable[[Path, str, str], dict[str, Any]]  # path, file name, media type
    now: Callable[[], datetime]


@dataclass(frozen=True)
class JobKind:
    """A row of the table of kinds; ``action`` is the right to ask for it within a region."""

    name: str
    title: Text
    run: Callable[[Job], Mapping[str, Any]]
    action: Action = Action.SEE_PROGRESS
    is_awaited: bool = False  # a person waits for it on the page: taken before the others


JOB_KINDS: dict[str, JobKind] = {}
ROUNDS: list[Callable[[Store, datetime], None]] = []
"""What the worker looks after by itself when nothing waits, about once a minute."""


def hand_in_job(kind: JobKind) -> JobKind:
    """Add a package's kind to the one table that pages and the worker read."""
    if JOB_KINDS.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"the job kind {kind.name} is defined twice")
    return kind


def hand_in_round(look: Callable[[Store, datetime], None]) -> None:
    """Let the worker call ``look`` about once a minute; it does what has fallen due, and only then.

    Several workers may call it at once: what it does must be safe to be done twice.
    """
    ROUNDS.append(look)


def job_moved(state: JobState, to: JobState) -> JobState:
    """Return the new state; a move the table does not know is a bug."""
    if to not in NEXT_JOB_STATES[state]:
        raise ValueError(f"a job cannot go from {state} to {to}")
    return to
