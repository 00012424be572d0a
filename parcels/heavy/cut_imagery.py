"""Cutting an orthophoto into tiles, in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.language import _, say
from parcels.jobs import Job, JobKind
from parcels.people.access import Action
from parcels.services.keep_imagery import cut_imagery


def run(job: Job) -> Mapping[str, Any]:
    """Cut; wanted: imagery_id. Result: imagery_id, tiles."""
    image_id = int(job.wanted["imagery_id"])
    made = cut_imagery(
        job.store,
        job.actor,
        image_id,
        now=job.now(),
        progress=lambda share: job.progress(share, say("Cutting the image into tiles …")),
        beside=lambda connection: job.end_in(connection, {"imagery_id": image_id}),
    )
    return {"imagery_id": image_id, "tiles": made.tiles}


KIND = JobKind("cut_imagery", _("Cutting an orthophoto into tiles"), run, Action.KEEP_IMAGERY)
