"""The real application as a process of its own: a folder, a free port, a log."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError
from urllib.request import urlopen

PROJECT = Path(__file__).resolve().parents[2]
ONE_TIME = re.compile(r"\b\w{5}-\w{5}-\w{4}7Q")


@dataclass(frozen=True)
class Server:
    """A running application; ``address`` ends without a slash."""

    address: str
    folder: Path
    log: Path

    def said(self) -> str:
        """Return what it has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def first_password(self) -> str:
        """Return the one-time password that an empty office prints on its console."""
        found = ONE_TIME.search(self.said())
        assert found, self.said()
        return found.group()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def start(
    folder: Path, port: int, environment: Mapping[str, str] | None = None
) -> tuple[Server, subprocess.Popen[bytes]]:
    """Start the application on a folder of its own and wait until it answers."""
    log = folder.parent / f"{folder.name}.log"
    own = {"TRACKER_VAR": str(folder), "TRACKER_LANGUAGE": "zh_CN"}
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [*command, f"--server.port={port}"],
            cwd=PROJECT,
            env={**os.environ, **own, **(environment or {})},
            stdout=stream,
            stderr=stream,
        )
    below = (environment or {}).get("STREAMLIT_SERVER_BASE_URL_PATH", "")
    server = Server(f"http://127.0.0.1:{port}{below}", folder, log)
    try:
        wait_until_healthy(server, process)
    except BaseException:
        process.kill()
        process.wait()
        raise
    return server, process


class Running(Protocol):
    """A process that may have ended."""

    def poll(self) -> int | None:
        """Return how it ended; None while it lives."""


@contextmanager
def running(
    folder: Path, port: int | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start the application on a folder of its own, and end that very process."""
    server, process = start(folder, port or free_port(), environment)
    try:
        yield server
        assert process.poll() is None, f"it ended by itself: {process.returncode}\n{server.said()}"
    finally:
        process.terminate()
        process.wait(20)


def wait_until_healthy(server: Server, process: Running) -> None:
    """Wait until a server answers; fail when its process ended."""
    for _attempt in range(240):
        assert process.poll() is None, server.said()
        try:
            urlopen(f"{server.address}/_stcore/health", timeout=2).close()
        except HTTPError as error:
            raise AssertionError(server.said()) from error
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise AssertionError(server.said())


def fill_with_the_demo_county(folder: Path) -> None:
    """Make the demo database in an empty folder, by its own command."""
    subprocess.run(
        [sys.executable, "-m", "reports", "demo-database"],
        cwd=PROJECT,
        env={**os.environ, "TRACKER_VAR": str(folder)},
        check=True,
        timeout=240,
    )
