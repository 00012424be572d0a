"""Adopting a checked version, in the worker: a large layer's shapes take their time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.language import _
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.adopt_check import adopt_check


def run(job: Job) -> Mapping[str, Any]:
    """Adopt; wanted: check_id, reason, seen (the mark of the moves). Result: added, withdrawn."""

    def told(added: int, gone: int) -> dict[str, int]:
        return {"added": added, "withdrawn": gone}

    added, gone = adopt_check(
        job.store,
        job.actor,
        int(job.wanted["check_id"]),
        reason=str(job.wanted["reason"]),
        seen=str(job.wanted["seen"]),
        now=job.now(),
        tell=job.progress,
        beside=lambda connection, *figures: job.end_in(connection, told(*figures)),
    )
    return told(added, gone)


KIND = JobKind("adopt_parcels", _("Adopting a version"), run, Action.ADOPT_CHECK, is_awaited=True)
