"""The worker beside the app: there, there again after it died, and gone with the app."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from parcels import heavy as of_register
from parcels.jobs import OPEN, JobState
from parcels.services.jobs import find_jobs, submit_job
from parcels.store.engine import open_store
from parcels.store.migrate import migrate
from reports import heavy as of_reports
from tests.builders import COUNTY, NOW, county
from ui import worker_beside as beside


def workers() -> set[int]:
    """The worker processes of this process."""
    found = set()
    for path in Path("/proc").iterdir():
        if not path.name.isdigit():
            continue
        try:
            command = (path / "cmdline").read_bytes().split(b"\0")
            is_gone = b"State:\tZ" in (path / "status").read_bytes()
        except OSError:
            continue
        if not is_gone and b"worker" in command and str(os.getpid()).encode() in command:
            found.add(int(path.name))
    return found


async def until_ready(folder: Path, seen: set[str]) -> int:
    """Wait for a worker whose lock is not among those seen; return its process."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        new = {path.name for path in (folder / "workers").glob("*")} - seen
        if new:
            seen |= new
            return int(new.pop().split(":")[1])
        await asyncio.sleep(0.1)
    raise AssertionError("no worker came")


def test_a_worker_is_started_again_and_ends_with_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "FIRST_PAUSE_S", 0.05)
    monkeypatch.delenv("TRACKER_DATABASE_URL", raising=False)
    migrate(open_store(tmp_path))

    async def live() -> None:
        seen: set[str] = set()
        async with beside.worker_beside(tmp_path):
            first = await until_ready(tmp_path, seen)
            assert workers() == {first}
            assert os.getpriority(os.PRIO_PROCESS, first) > os.getpriority(os.PRIO_PROCESS, 0)
            os.kill(first, signal.SIGKILL)
            second = await until_ready(tmp_path, seen)
            assert workers() == {second}

    asyncio.run(live())
    assert workers() == set()


def test_the_worker_beside_does_every_kind_of_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRACKER_DATABASE_URL", raising=False)
    store = open_store(tmp_path)
    migrate(store)
    made = county(store)
    asked = [
        submit_job(
            store, made.bureau, kind, project_id=made.project_id, region=COUNTY, wanted={}, now=NOW
        )
        for kind in (*of_register.KINDS, *of_reports.KINDS)
    ]

    async def live() -> None:
        async with beside.worker_beside(tmp_path):
            end = time.monotonic() + 60
            while time.monotonic() < end and find_jobs(store, made.bureau, states=OPEN):
                await asyncio.sleep(0.2)

    asyncio.run(live())
    ended = find_jobs(store, made.bureau)
    assert [job["id"] for job in ended] == asked[::-1]
    # nothing was wanted, and tried: the whole ledger can be written without a wish
    assert {job["state"] for job in ended} <= {JobState.FAILED, JobState.DONE}
