"""A check's result as files, made in the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gis.language import _, say
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from reports.services.export_check import check_files


def run(job: Job) -> Mapping[str, Any]:
    """Make the files; wanted: check_id, names (of CHECK_FILES). Result: files."""
    job.progress(0.1, say("Writing the files …"))
    names, check_id = tuple(job.wanted["names"]), int(job.wanted["check_id"])
    kept = []
    files = check_files(job.store, job.actor, check_id, names, now=job.now(), tell=job.progress)
    for name, made in zip(names, files, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made"
            path.write_bytes(made.content)
            kept.append(job.keep(path, made.name, made.media_type) | {"format": name})
    return {"files": kept}


KIND = JobKind("export_check", _("Files of a check"), run, Action.EXPORT_CHECK)
