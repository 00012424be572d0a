"""A child for content that came from outside: little air, no network, and gone afterwards.

The caller lays the content into a work folder and names a task, ``module:function``; the child runs
``function(request, folder)`` there within its limits and leaves its answer as ``answer.json``.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
START = "import sys; sys.path.insert(0, sys.argv[1]); from gis.bounded.child import child; child()"
MB = 1024**2
TOO_HEAVY = "too_heavy"


class Unusable(Exception):
    """The content cannot be used; ``code`` says why, the caller has the words for it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = {name: str(value) for name, value in values.items()}


@dataclass(frozen=True)
class Limits:
    """What a child may use."""

    seconds: int = 20
    memory_mb: int = 768
    output_mb: int = 64


def answer_of(
    task: str, request: Mapping[str, Any], folder: Path, *, limits: Limits | None = None
) -> dict[str, Any]:
    """Run a task of ours on what lies in the folder; raises Unusable with the child's code."""
    from gis.formats.room import without_network

    bounds = limits or Limits()
    asked = {"task": task, "request": dict(request), "limits": vars(bounds)}
    (folder / "request.json").write_text(json.dumps(asked), "utf-8")
    command = [*without_network(), sys.executable, "-I", "-c", START, str(ROOT)]
    errors = folder / "errors.txt"
    with errors.open("wb") as stream:
        child = subprocess.Popen(
            command, cwd=folder, env=_environment(folder), stdin=subprocess.DEVNULL,
            stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    try:
        with suppress(subprocess.TimeoutExpired):
            child.wait(bounds.seconds)
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    try:
        answer: dict[str, Any] = json.loads((folder / "answer.json").read_text("utf-8"))
    except (OSError, ValueError):
        told = errors.read_text("utf-8", "replace")
        if "Traceback" in told and "MemoryError" not in told:
            raise RuntimeError(f"the child failed at {task}:\n{told[-2000:]}") from None
        raise Unusable(TOO_HEAVY) from None
    if "unusable" in answer:
        raise Unusable(answer["unusable"], **answer["values"])
    return answer


def child() -> None:
    """Do what the request of this folder asks for; the child's own beginning."""
    work = Path.cwd()
    asked = json.loads((work / "request.json").read_text("utf-8"))
    _limit(Limits(**asked["limits"]))
    module, _colon, function = asked["task"].partition(":")
    try:
        answer = getattr(import_module(module), function)(asked["request"], work)
    except Unusable as error:
        answer = {"unusable": error.code, "values": error.values}
    except (MemoryError, RecursionError):
        answer = {"unusable": TOO_HEAVY, "values": {}}
    (work / "answer.json").write_text(json.dumps(answer, ensure_ascii=False), "utf-8")


def _limit(limits: Limits) -> None:
    """Bound this process; the clock on the wall is the parent's."""
    for what, most in (
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_DATA, limits.memory_mb * MB),
        (resource.RLIMIT_FSIZE, limits.output_mb * MB),
        (resource.RLIMIT_NOFILE, 128),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _environment(work: Path) -> dict[str, str]:
    """Nothing of the app's own environment: no passwords, no proxies, no plug-in folders."""
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": "/usr/bin:/bin", "HOME": str(work), "TMPDIR": str(work), "LANG": "C.UTF-8",
        "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "http_proxy": nowhere,
        "https_proxy": nowhere, "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
