"""The room an image is opened in: a fresh child with little air, and a clean floor afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gis.formats.room import MB, ROOT, child_environment, without_network
from gis.imagery.problems import IMAGERY_PROBLEMS, problem
from gis.tiles import to_lonlat

SECONDS, SECONDS_PER_MB = 300, 20  # a compressed aerial image takes about 1 s a MB
MEMORY_BYTES = 3 * 1024**3
LOOK_EVERY_S = 0.5
START = "import sys; sys.path.insert(0, sys.argv[1]); from gis.imagery.child import main; main('.')"


@dataclass(frozen=True)
class Cut:
    """What an image turned out to be; bounds in degrees; ``taken`` as its file says, if it does."""

    bounds_lonlat: tuple[float, float, float, float]
    max_zoom: int
    pixel_m: float
    tiles: int
    width: int
    height: int
    crs: int | None
    taken: date | None


def cut_tiles(
    path: Path,
    target: Path,
    *,
    name: str = "",
    crs: int | None = None,
    extent_lonlat: tuple[float, float, float, float] | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> Cut:
    """Cut a GeoTIFF, MBTiles file or zipped tile folder into a ``TileFile`` at ``target``.

    ``name`` is how the person calls the file; ``crs`` an EPSG number for one that does not say;
    ``extent_lonlat`` tells which way rows are counted. Raises Problem with what to send instead.
    """
    shown = name or path.name
    if not path.is_file():
        raise problem("not_found", shown, {})
    size_mb = path.stat().st_size / MB
    seconds = round(SECONDS + SECONDS_PER_MB * size_mb)
    request = {
        "path": str(path.resolve()),
        "crs": crs,
        "extent_3857": None if extent_lonlat is None else list(_to_mercator(extent_lonlat)),
        "cpu_s": seconds,
        "memory_bytes": MEMORY_BYTES,
        "output_bytes": round(60 * size_mb + 4096) * MB,
    }
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".imagery_") as folder:
        work = Path(folder)
        (work / "request.json").write_text(json.dumps(request), "utf-8")
        status = _run(work, seconds, progress)
        answer = _answer(work, shown, status)
        made = Cut(
            bounds_lonlat=_to_degrees(answer["bounds_3857"]),
            max_zoom=int(answer["max_zoom"]),
            pixel_m=float(answer["pixel_m"]),
            tiles=int(answer["tiles"]),
            width=int(answer["width"]),
            height=int(answer["height"]),
            crs=answer["crs"],
            taken=_day(answer["taken"]),
        )
        shutil.move(work / "tiles.sqlite", target)
    return made


def _run(work: Path, seconds: int, progress: Callable[[float], None]) -> int:
    command = [*without_network(), sys.executable, "-I", "-c", START, str(ROOT)]
    with (work / "errors.txt").open("wb") as errors:
        child = subprocess.Popen(
            command, cwd=work, env=child_environment(work), stdin=subprocess.DEVNULL,
            stdout=errors, stderr=errors, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + seconds
    try:
        while child.poll() is None and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                child.wait(LOOK_EVERY_S)
            with suppress(OSError, ValueError):
                progress(float((work / "share.txt").read_text("utf-8")))
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return child.returncode


def _answer(work: Path, name: str, status: int) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads((work / "answer.json").read_text("utf-8"))
    except (OSError, ValueError):
        if status in (-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT):
            raise problem("damaged", name, {}) from None
        told = (work / "errors.txt").read_text("utf-8", "replace")
        if "Traceback" in told and "MemoryError" not in told and "malloc" not in told:
            raise RuntimeError(f"the imagery child failed on {name}:\n{told[-2000:]}") from None
        raise problem("too_heavy", name, {}) from None
    if "problem" in answer:
        code = answer["problem"]
        raise problem(code if code in IMAGERY_PROBLEMS else "damaged", name, answer["values"])
    return answer


def _to_mercator(
    lonlat: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    from gis.tiles import to_mercator

    west, south = to_mercator(lonlat[0], lonlat[1])
    east, north = to_mercator(lonlat[2], lonlat[3])
    return west, south, east, north


def _to_degrees(bounds: list[float]) -> tuple[float, float, float, float]:
    west, south = to_lonlat(bounds[0], bounds[1])
    east, north = to_lonlat(bounds[2], bounds[3])
    return west, south, east, north


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told.replace(":", "-"))
    except ValueError:
        return None
