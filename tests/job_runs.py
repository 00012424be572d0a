"""A job run at once and in this process, and what it said on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parcels.jobs import Job, JobKind
from parcels.people.actor import Actor
from parcels.services.job_files import keep_result
from parcels.store.engine import Store
from tests.builders import NOW


@dataclass
class Ran:
    """The result of a job and the progress it told: share and words."""

    result: Mapping[str, Any] = field(default_factory=dict)
    told: list[tuple[float, str]] = field(default_factory=list)


def run_job(
    store: Store, actor: Actor, kind: JobKind, project_id: int, region: str, **wanted: Any
) -> Ran:
    """Run a kind as the worker would, for this person."""
    ran = Ran()
    job = Job(
        id=1, store=store, actor=actor, project_id=project_id, region=region, wanted=wanted,
        progress=lambda share, words: ran.told.append((share, words)),
        end_in=lambda _connection, _result: None,
        keep=lambda path, name, media: keep_result(store, path, name, media, now=NOW),
        now=lambda: NOW,
    )  # fmt: skip
    ran.result = kind.run(job)
    return ran
