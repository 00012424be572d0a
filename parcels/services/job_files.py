"""Files that a job made: in the file store, for the person who asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from gis.language import _
from parcels.people.access import Refused
from parcels.people.actor import Actor
from parcels.services.jobs import one_job
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import file_path, note_file, place_file


def keep_result(
    store: Store, path: Path, file_name: str, media_type: str, *, now: datetime
) -> dict[str, Any]:
    """Put a file into the store; return its row of the result's list ``files``."""
    sha256 = place_file(store, path)
    with store.writing() as connection:
        note_file(connection, sha256, path.stat().st_size, now)
    return {"name": file_name, "media_type": media_type, "sha256": sha256}


def hand_out(
    store: Store, actor: Actor, job_id: int, place: int, *, now: datetime
) -> tuple[Mapping[str, Any], Path]:
    """Return a file of the actor's own job and where it lies; raises Refused for any other."""
    job = one_job(store, actor, job_id)
    files = (job["result"] or {}).get("files", [])
    if job["person_id"] != actor.person_id or not 0 <= place < len(files):
        raise Refused(_("There is no such file for you."))
    with store.writing() as connection:
        audit.record(
            connection,
            actor,
            "export",
            f"{job['kind']} #{job_id} {files[place]['name']}",
            now=now,
            region=job["region"],
        )
    return files[place], file_path(store, files[place]["sha256"])
