"""The worker process beside the app: started with it, started again when it dies, ended with it."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

LOG = logging.getLogger("tracker")
ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 15.0  # a job is handed back within that, or taken again by the next worker
FIRST_PAUSE_S, LONGEST_PAUSE_S, SOUND_AFTER_S = 1.0, 60.0, 60.0


@asynccontextmanager
async def worker_beside(folder: Path) -> AsyncIterator[None]:
    """Keep one worker of the store in ``folder`` alive for the length of the block."""
    keeping = asyncio.create_task(_keep(folder))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep(folder: Path) -> None:
    pause_s = FIRST_PAUSE_S
    while True:
        begun = asyncio.get_running_loop().time()
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "reports", "worker", "--parent", str(os.getpid()),
            cwd=ROOT, env={**os.environ, "TRACKER_VAR": str(folder)},
            stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            status = await worker.wait()
        except asyncio.CancelledError:
            await _end(worker)
            raise
        is_sound = asyncio.get_running_loop().time() - begun > SOUND_AFTER_S
        pause_s = FIRST_PAUSE_S if is_sound else min(pause_s * 2, LONGEST_PAUSE_S)
        LOG.error("the worker ended with %s; starting another in %.0f s", status, pause_s)
        await asyncio.sleep(pause_s)


async def _end(worker: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        worker.terminate()
        try:
            await asyncio.wait_for(worker.wait(), PATIENCE_S)
        except TimeoutError:
            worker.kill()
            await worker.wait()
