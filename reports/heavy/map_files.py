"""Maps of a region on a day as files, made in the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from gis.language import _
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.read_project import project_for
from reports.maps.sheet import Colour, Paper
from reports.services.map_files import map_files


def run(job: Job) -> Mapping[str, Any]:
    """Draw; wanted: day, colour, paper, suffixes; the job's region. Result: files."""
    project = project_for(job.store, job.actor, Action.EXPORT_MAP, job.project_id, job.region)
    wanted = job.wanted
    made = map_files(
        job.store,
        job.actor,
        project,
        job.region,
        date.fromisoformat(wanted["day"]),
        tuple(wanted["suffixes"]),
        colour=Colour(wanted["colour"]),
        paper=Paper(wanted["paper"]),
        now=job.now(),
        progress=job.progress,
    )
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        for one in made:
            path = Path(folder) / "map"
            path.write_bytes(one.content)
            kept.append(job.keep(path, one.name, one.media_type))
    return {"files": kept}


KIND = JobKind("map_files", _("Maps as files"), run, Action.EXPORT_MAP)
