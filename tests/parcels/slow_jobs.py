"""A kind of job for the tests, and a worker process that may be killed in the middle of one."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gis.language import _
from parcels.jobs import Job, JobKind
from parcels.people.actor import system
from parcels.store import audit
from parcels.store.engine import open_store
from parcels.worker import work
from reports import tables as _tables  # noqa: F401
from tests.builders import NOW


def run(job: Job) -> Mapping[str, Any]:
    """Write a row, say so in a file, and dawdle before the end as long as the file was not there.

    The row and the end stand in one transaction.
    """
    mark = Path(job.wanted["mark"])
    job.progress(0.5, "half")
    with job.store.writing() as connection:
        audit.record(connection, system(job.region), "effect", f"#{job.id}", now=NOW)
        if not mark.exists():
            mark.touch()
            time.sleep(60)
        job.end_in(connection, {"worth": 7})
    return {}


SLOW = JobKind("slow", _("Slow"), run)

if __name__ == "__main__":
    work(open_store(Path(sys.argv[1]), sys.argv[2]), [SLOW])
