"""A long ledger as a workbook, made in the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gis.language import _, say
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.read_project import project_for
from reports.renderers import MEDIA_TYPES
from reports.services.export_ledger import ledger_file


def run(job: Job) -> Mapping[str, Any]:
    """Make the workbook of the person's region. Result: files."""
    job.progress(0.1, say("Writing the files …"))
    project = project_for(job.store, job.actor, Action.EXPORT_SUMMARY, job.project_id, job.region)
    content = ledger_file(job.store, job.actor, project, now=job.now())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        path.write_bytes(content)
        name = f"{project.name} {say('Ledger')}.xlsx"
        return {"files": [job.keep(path, name, MEDIA_TYPES["xlsx"])]}


KIND = JobKind("export_ledger", _("The ledger as a workbook"), run, Action.EXPORT_SUMMARY)
