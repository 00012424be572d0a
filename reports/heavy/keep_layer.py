"""Taking a confirmed layer into the register, in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from gis.formats import read_layer
from gis.language import Problem, _, say
from parcels.heavy.read_layer import read_wanted
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.people.actor import system
from parcels.projects import one_project
from parcels.services.inbox import received
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from reports.services.find_contradictions import look_again


def run(job: Job) -> Mapping[str, Any]:
    """Read the file as it was confirmed and keep it.

    ``wanted`` has what ``read_wanted`` takes, and: sha256 (of what was confirmed), kind, mapping,
    image_date (ISO) or None, coverage (a layer of the file) or None, village (see
    ``place_parcels``) or empty. Result: layer_id, kind, rows.
    """
    wanted = job.wanted
    assert job.project_id is not None  # noqa: S101  a layer has a project
    job.progress(0.05, say("Reading the file …"))
    read = read_wanted(job)
    if read.understood.sha256 != wanted["sha256"]:
        raise Problem(_("The file is not the one that was confirmed; send it again."))
    path = received(job.store, wanted["file"])
    coverage = None
    if wanted["coverage"] is not None:
        area = read_layer(path, layer=wanted["coverage"], crs=wanted.get("crs"))
        coverage = area.frame.geometry.to_crs(read.frame.crs).union_all()
    job.progress(0.4, say("Keeping {rows} rows …", rows=read.understood.rows_in))
    kind = LayerKind(wanted["kind"])
    upload = Upload(
        kind,
        path,
        wanted["name"],
        read,
        wanted["mapping"],
        date.fromisoformat(wanted["image_date"]) if wanted["image_date"] else None,
        coverage,
        wanted.get("village", ""),
    )
    result = {"kind": kind.value, "rows": read.understood.rows_in}
    project_id = job.project_id

    def beside(connection: Any, layer_id: int) -> None:
        if kind is LayerKind.STRUCTURES:  # a younger image may contradict what was reported
            project = one_project(connection, project_id)
            look_again(connection, system(project.region), project, now=job.now())
        job.end_in(connection, result | {"layer_id": layer_id})

    layer_id = keep_layer(job.store, job.actor, project_id, upload, now=job.now(), beside=beside)
    return result | {"layer_id": layer_id}


KIND = JobKind("keep_layer", _("Keeping a layer"), run, Action.UPLOAD_LAYER, is_awaited=True)
