"""The room an upload is opened in: a fresh child with little air, and a clean floor afterwards."""

from __future__ import annotations

import errno
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gis.formats.problems import PROBLEMS, problem

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_MB = 1024
MB = 1024**2
SECONDS, FREE_MB, SECONDS_PER_MB = 60, 50, 0.5
MEMORY_BYTES, OUTPUT_BYTES = 2 * 1024**3, 4 * 1024**3
LEAST_FREE_BYTES = 64 * 1024
START = "import sys; sys.path.insert(0, sys.argv[1]); from gis.formats.child import main; main('.')"


@contextmanager
def started(
    path: Path, request: dict[str, Any]
) -> Iterator[Callable[[], tuple[Path, dict[str, Any]]]]:
    """Let a child begin to read; the function given waits for its work folder and answer.

    Leaving the block ends the child, should it still be at work, and clears its folder.
    """
    name = path.name
    if not path.is_file():
        raise problem("not_found", name, {})
    size_mb = path.stat().st_size / MB
    if size_mb > MOST_MB:
        raise problem("too_large", name, {"size_mb": round(size_mb), "limit_mb": MOST_MB})
    seconds = round(SECONDS + max(0.0, size_mb - FREE_MB) * SECONDS_PER_MB)
    limits = {
        "cpu_s": seconds,
        "memory_bytes": MEMORY_BYTES + round(20 * size_mb) * MB,
        "output_bytes": OUTPUT_BYTES,
    }
    with tempfile.TemporaryDirectory(prefix="layer_", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        asked = {**request, **limits, "path": str(path.resolve())}
        (work / "request.json").write_text(json.dumps(asked), "utf-8")
        child, deadline = _start(work), time.monotonic() + seconds

        def answered() -> tuple[Path, dict[str, Any]]:
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
            _end(child)
            if child.returncode in (-signal.SIGSEGV, -signal.SIGBUS):
                raise problem("damaged", name, {"format": path.suffix.lstrip(".").upper()})
            return work, _checked(work, name)

        try:
            yield answered
        finally:
            _end(child)


@contextmanager
def answer_of(path: Path, request: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Let a child read the file; give its work folder and answer, and clear both afterwards."""
    with started(path, request) as answered:
        yield answered()


def _start(work: Path) -> subprocess.Popen[bytes]:
    command = [*without_network(), sys.executable, "-I", "-c", START, str(ROOT)]
    with (work / "errors.txt").open("wb") as errors:
        return subprocess.Popen(
            command, cwd=work, env=child_environment(work), stdin=subprocess.DEVNULL,
            stdout=errors, stderr=errors, start_new_session=True,
        )  # fmt: skip


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started, should it still be at work."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _checked(work: Path, name: str) -> dict[str, Any]:
    """Return the child's answer, or raise what it says in our words."""
    try:
        answer: dict[str, Any] = json.loads((work / "answer.json").read_text("utf-8"))
    except (OSError, ValueError):
        told = (work / "errors.txt").read_text("utf-8", "replace")
        if os.strerror(errno.ENOSPC) in told:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(work)) from None
        if "Traceback" in told and "MemoryError" not in told and "malloc" not in told:
            raise RuntimeError(f"the reading child failed on {name}:\n{told[-2000:]}") from None
        if shutil.disk_usage(work).free < LEAST_FREE_BYTES:  # no fault of the file's
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(work)) from None
        raise problem("too_heavy", name, {}) from None
    if "problem" in answer:
        code = answer["problem"]
        raise problem(code if code in PROBLEMS else "unknown", name, dict(answer["values"]))
    return answer


def child_environment(work: Path) -> dict[str, str]:
    """Nothing of the app's own environment: no passwords, no proxies, no plug-in folders."""
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": "/usr/bin:/bin", "HOME": str(work), "TMPDIR": str(work), "LANG": "C.UTF-8",
        "CPL_TMPDIR": str(work), "GDAL_DRIVER_PATH": "disable", "OGR_DRIVER_PATH": "disable",
        "GDAL_HTTP_PROXY": nowhere, "GDAL_HTTP_TIMEOUT": "1", "GDAL_HTTP_MAX_RETRY": "0",
        "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "http_proxy": nowhere,
        "https_proxy": nowhere, "ALL_PROXY": nowhere, "PROJ_NETWORK": "OFF",
        "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE", "GDAL_VRT_ENABLE_PYTHON": "NO",
        "OGR_SQLITE_LOAD_EXTENSIONS": "", "OGR_GPKG_FOREIGN_KEY_CHECK": "NO",
        "GML_SKIP_RESOLVE_ELEMS": "ALL", "GML_GFS_TEMPLATE": "", "GML_DOWNLOAD_SCHEMA": "NO",
        "GDAL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


@functools.cache
def without_network() -> tuple[str, ...]:
    """Return the prefix that takes the network away, where this machine allows it."""
    tool = shutil.which("unshare")
    if tool is None:
        return ()
    tried = subprocess.run([tool, "-rn", "true"], capture_output=True, check=False, timeout=10)
    return (tool, "-rn") if tried.returncode == 0 else ()
