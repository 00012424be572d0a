"""Checking every parcel of a layer, in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.language import _
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.run_check import run_check


def run(job: Job) -> Mapping[str, Any]:
    """Check; wanted: parcel_layer_id, structure_layer_id. Result: check_id."""
    assert job.project_id is not None  # noqa: S101  a check has a project
    check_id = run_check(
        job.store,
        job.actor,
        job.project_id,
        parcel_layer_id=int(job.wanted["parcel_layer_id"]),
        structure_layer_id=int(job.wanted["structure_layer_id"]),
        now=job.now(),
        tell=job.progress,
        beside=lambda connection, made: job.end_in(connection, {"check_id": made}),
    )
    return {"check_id": check_id}


KIND = JobKind(
    "check_parcels", _("Checking every parcel"), run, Action.UPLOAD_LAYER, is_awaited=True
)
