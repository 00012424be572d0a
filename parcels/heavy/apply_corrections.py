"""New layer versions from corrected inputs, and their check, in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.language import _
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.correct_inputs import apply_corrections


def run(job: Job) -> Mapping[str, Any]:
    """Apply and check. Result: check_id."""
    assert job.project_id is not None  # noqa: S101  corrections have a project
    check_id = apply_corrections(
        job.store,
        job.actor,
        job.project_id,
        now=job.now(),
        tell=job.progress,
        beside=lambda connection, made: job.end_in(connection, {"check_id": made}),
    )
    return {"check_id": check_id}


KIND = JobKind(
    "apply_corrections", _("Checking with the corrected inputs"), run, Action.JUDGE, is_awaited=True
)
