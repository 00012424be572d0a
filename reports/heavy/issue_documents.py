"""A day's documents, made and kept in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from gis.language import _
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.projects import projects
from reports.services.issue_documents import issue_documents


def run(job: Job) -> Mapping[str, Any]:
    """Issue them; wanted: day, only, formats. Result: files (how many were kept)."""
    project = next(one for one in projects(job.store, job.actor) if one.id == job.project_id)
    count = issue_documents(
        job.store,
        job.actor,
        project,
        date.fromisoformat(job.wanted["day"]),
        only=tuple(job.wanted["only"]),
        formats=tuple(job.wanted["formats"]),
        now=job.now(),
        progress=job.progress,
    )
    return {"count": count}


KIND = JobKind("issue_documents", _("The day's documents"), run, Action.ISSUE_DOCUMENT)
