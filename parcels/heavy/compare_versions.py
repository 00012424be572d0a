"""Comparing a proposal with what is in force, in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.language import _
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.compare_versions import compare_versions


def run(job: Job) -> Mapping[str, Any]:
    """Compare; wanted: check_id. Result: comparison_id."""
    made = compare_versions(
        job.store,
        job.actor,
        int(job.wanted["check_id"]),
        now=job.now(),
        tell=job.progress,
        beside=lambda connection, kept: job.end_in(connection, {"comparison_id": kept}),
    )
    return {"comparison_id": made}


KIND = JobKind(
    "compare_versions", _("Comparing both versions"), run, Action.SEE_PROPOSALS, is_awaited=True
)
