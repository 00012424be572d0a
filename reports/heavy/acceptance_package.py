"""A village's acceptance package, made in the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gis.language import _
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.read_project import project_for
from reports.services.acceptance_package import village_package


def run(job: Job) -> Mapping[str, Any]:
    """Make it; the job's region is the village. Result: files, parcels."""
    project = project_for(job.store, job.actor, Action.EXPORT_MAP, job.project_id, job.region)
    made = village_package(
        job.store, job.actor, project, job.region, now=job.now(), progress=job.progress
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(made.content)
        return {"files": [job.keep(path, made.name, "application/zip")], "parcels": made.parcels}


KIND = JobKind("acceptance_package", _("Acceptance package of a village"), run, Action.EXPORT_MAP)
