"""The real server, born of a process that has read the program already: a start without the wait.

What runs is the same command line as ``tests.browser.running.start``, on the same code; only the
reading of the libraries, two thirds of a start, is not done again before every kill. The worker is
not started anew with each server either: one runs beside them all, as a unit of its own does.
"""

from __future__ import annotations

import atexit
import ctypes
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.running import PROJECT, Server, free_port, wait_until_healthy

WITH_PARENT = 1  # PR_SET_PDEATHSIG
OURS = "TRACKER_"


@dataclass(frozen=True)
class Nursery:
    """A process that gives birth to servers."""

    process: subprocess.Popen[str]

    def start(
        self, folder: Path, port: int, environment: Mapping[str, str] | None = None
    ) -> tuple[Server, Child]:
        """Start the application on a folder of its own and wait until it answers."""
        log = folder.parent / f"{folder.name}.log"
        own = {name: value for name, value in os.environ.items() if name.startswith(OURS)}
        own |= {"TRACKER_VAR": str(folder), "TRACKER_LANGUAGE": "zh_CN", **(environment or {})}
        pid = int(self._told({"start": own, "port": port, "log": str(log)}))
        server, child = Server(f"http://127.0.0.1:{port}", folder, log), Child(self, pid)
        try:
            wait_until_healthy(server, child)
        except BaseException:
            child.kill()
            child.wait()
            raise
        return server, child

    @contextmanager
    def running(self, folder: Path) -> Iterator[Server]:
        """Run the application on a folder of its own, and end it."""
        server, child = self.start(folder, free_port())
        try:
            yield server
            assert child.poll() is None, server.said()
        finally:
            child.kill()
            child.wait()

    def _told(self, wanted: Mapping[str, object]) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def ended(self, pid: int, *, is_awaited: bool) -> int | None:
        """Return how a server ended; None while it lives."""
        return json.loads(self._told({"pid": pid, "is_awaited": is_awaited}))


@dataclass(frozen=True)
class Child:
    """A server as ``subprocess`` would show it."""

    nursery: Nursery
    pid: int

    def kill(self) -> None:
        """``kill -9``."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int | None:
        return self.nursery.ended(self.pid, is_awaited=True)

    def poll(self) -> int | None:
        return self.nursery.ended(self.pid, is_awaited=False)


@functools.cache
def nursery() -> Nursery:
    """Return a process that has read the program; the first call starts it, our end ends it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.prove.forked"], cwd=PROJECT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    atexit.register(process.kill)
    return Nursery(process)


def _serve() -> None:
    """Answer orders, one JSON line each, until nobody sends any."""
    import streamlit.web.cli
    import streamlit.web.server.starlette  # noqa: F401

    import ui.office
    import ui.pages
    import ui.routes

    ui.office.worker_beside = _worker_elsewhere
    ends: dict[int, int] = {}
    for line in sys.stdin:
        wanted = json.loads(line)
        if "start" in wanted:
            sys.stdout.write(f"{_born(wanted)}\n")
        else:
            sys.stdout.write(json.dumps(_end_of(ends, **wanted)) + "\n")
        sys.stdout.flush()


@asynccontextmanager
async def _worker_elsewhere(_folder: Path) -> AsyncIterator[None]:
    yield


@contextmanager
def worker(folder: Path) -> Iterator[None]:
    """Let one worker run on a store meanwhile."""
    command = [sys.executable, "-m", "reports", "worker", "--parent", str(os.getpid())]
    with subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, "TRACKER_VAR": str(folder)},
        stdin=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield
            assert process.poll() is None, "the worker ended by itself"
        finally:
            process.terminate()


def _end_of(ends: dict[int, int], pid: int, is_awaited: bool) -> int | None:
    if pid not in ends:
        found, status = os.waitpid(pid, 0 if is_awaited else os.WNOHANG)
        if found:
            ends[pid] = os.waitstatus_to_exitcode(status)
    return ends.get(pid)


def _born(wanted: dict[str, object]) -> int:
    child = os.fork()
    if child:
        return child
    ctypes.CDLL(None).prctl(WITH_PARENT, signal.SIGKILL)  # broken off, a proof leaves nobody behind
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]
    tempfile.tempdir = None  # asked for anew: it may be another one here
    os.environ.update(wanted["start"])  # type: ignore[call-overload]
    log = os.open(str(wanted["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, its in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(mine, its)
    sys.argv = ["streamlit", "run", "streamlit_app.py", f"--server.port={wanted['port']}"]
    try:
        from streamlit.web.cli import main

        main()
    finally:
        os._exit(1)


if __name__ == "__main__":
    _serve()
