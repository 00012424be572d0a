"""Published figures kept as files, made in the worker as soon as they are published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.language import _, say
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from reports.services.issue_papers import keep_figures


def run(job: Job) -> Mapping[str, Any]:
    """Keep them; wanted: snapshot_id. Result: count (how many files were kept)."""
    job.progress(0.1, say("Writing the files …"))
    wanted = int(job.wanted["snapshot_id"])
    return {"count": keep_figures(job.store, job.actor, wanted, now=job.now())}


KIND = JobKind("keep_figures", _("Published figures as files"), run, Action.PUBLISH_FIGURES)
