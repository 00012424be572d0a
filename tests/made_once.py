"""What takes seconds to make is made once for all processes of a run, and only read after."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from parcels.demo import DemoFiles, write_demo

Made = TypeVar("Made")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """Return what ``make(folder)`` returned to the first process that asked for ``name``.

    ``TRACKER_TEST_SHARED`` (tests/run.sh sets it) is the room the runs share; without it the
    processes of one run do. The others wait while the first one makes it.
    """
    room = _shared(factory)
    room.mkdir(parents=True, exist_ok=True)
    kept = room / f"{name}.pickle"
    with (room / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            made = make(room / name)
            beside = kept.with_suffix(".part")
            beside.write_bytes(pickle.dumps(made))
            beside.replace(kept)
        found: Made = pickle.loads(kept.read_bytes())
    return found


def the_demo_files(factory: pytest.TempPathFactory) -> DemoFiles:
    """Return the demo county's files, drawn by the first who asks; never write to them."""
    return made_once(factory, "demo-files", write_demo)


def _shared(factory: pytest.TempPathFactory) -> Path:
    if wanted := os.environ.get("TRACKER_TEST_SHARED"):
        return Path(wanted)
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
