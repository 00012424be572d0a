"""The whole check, from two zipped shapefiles to a CSV, process start included."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.cover import layers
from benchmarks.phases import BEGAN
from benchmarks.section import Section, table

ROOT = Path(__file__).resolve().parent.parent
KEPT_LAYERS = "TRACKER_BENCH_LAYERS"  # a folder to keep the written layers in, for the next run
ARROW_READ = "import pyogrio, sys; [pyogrio.read_arrow(p) for p in sys.argv[1:]]"
FRAME_READ = "import geopandas, sys; kept = [geopandas.read_file(p) for p in sys.argv[1:]]"
EVERY_S = 0.05


@dataclass(frozen=True)
class Run:
    """A process with all its children: seconds on the wall and of processors, largest memory."""

    seconds: float
    busy_s: float
    peak_mb: float


COUNTY, CITY = (5_000, 250_000), (100_000, 3_000_000)
COUNTY_GOAL_S, READ_GOAL, MEMORY_GOAL = 4, "≤ 1.6 ×", "≤ 1.2 ×"
TURNS = 3  # of a county's check: a machine is busy now and then


def measure(full: bool) -> str:
    """Time the command line's check against merely reading the same two files."""
    return _measured(*(CITY if full else COUNTY))


def county(_full: bool) -> str:
    """Time the command line's check of one county from process start, best of a few turns."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.environ.get(KEPT_LAYERS, folder))
        zips = [
            written(home, name, *COUNTY).with_suffix(".zip") for name in ("parcels", "structures")
        ]
        result = Path(folder) / "result.csv"
        runs = [
            watched([sys.executable, "-m", "parcels", "check", str(zips[0]),
                     "--structures", str(zips[1]), "--min-share", "30%", "--min-new-arable", "400",
                     "--csv", str(result), "--quiet"])
            for _turn in range(TURNS)
        ]  # fmt: skip
        rows = sum(1 for _ in result.open(encoding="utf-8-sig")) - 1
    if rows != COUNTY[0]:
        raise AssertionError(f"{rows} rows of {COUNTY[0]}")
    best = min(runs, key=lambda run: run.seconds)
    every = ", ".join(f"{run.seconds:.1f} s" for run in runs)
    head = ["", "time", "processors busy", "peak memory", "goal"]
    line = ["`python -m parcels check` of the two zips", f"{best.seconds:.1f} s",
            f"{best.busy_s:.1f} s", f"{best.peak_mb:,.0f} MB", f"< {COUNTY_GOAL_S} s"]  # fmt: skip
    text = (
        f"{COUNTY[0]:,} parcels × {COUNTY[1]:,} structures with their tables, two zipped shapefiles"
        f" to one CSV row a parcel, process start included; the best of {TURNS} turns ({every})."
    )
    return f"{text}\n\n{table(head, [line])}"


def _measured(n_parcels: int, n_structures: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.environ.get(KEPT_LAYERS, folder))
        parcels, structures = (
            written(home, name, n_parcels, n_structures) for name in ("parcels", "structures")
        )
        result, noted = Path(folder) / "result.csv", Path(folder) / "phases.json"
        checked = watched(
            [sys.executable, "-m", "benchmarks.phases", str(noted),
             "check", str(parcels.with_suffix(".zip")),
             "--structures", str(structures.with_suffix(".zip")), "--min-share", "30%",
             "--min-new-arable", "400", "--csv", str(result), "--quiet"]
        )  # fmt: skip
        rows = sum(1 for _ in result.open(encoding="utf-8-sig")) - 1
        if rows != n_parcels:
            raise AssertionError(f"{rows} rows of {n_parcels}")
        at = json.loads(noted.read_text())
        arrow = watched([sys.executable, "-c", ARROW_READ, str(parcels), str(structures)])
        frames = watched([sys.executable, "-c", FRAME_READ, str(parcels), str(structures)])
    rules_s = at["check_ends"] - at["judge_ends"]
    output_s = checked.seconds - at["check_ends"]
    apart = replace(checked, seconds=checked.seconds - rules_s - output_s)
    parts = [
        ["start, reading, hand-over of both layers", at["check_begins"]],
        ["survey areas, cover, both rules", at["judge_ends"] - at["check_begins"]],
        ["data rules", rules_s],
        ["one CSV row a parcel, and the end", output_s],
    ]
    goals = ("", "", READ_GOAL, MEMORY_GOAL)
    runs = (
        ("`python -m parcels check` of the two zips", checked, checked),
        ("the same without data rules and output", apart, apart),
        ("pyogrio.read_arrow of both, unzipped", arrow, apart),
        ("geopandas.read_file of both, unzipped", frames, apart),
    )
    lines = [[*_line(*run), goal] for run, goal in zip(runs, goals, strict=True)]
    head = ["", "time", "check takes", "processors busy", "peak memory", "check needs", "goal"]
    text = (
        f"{n_parcels:,} parcels × {n_structures:,} structures with their tables, process start"
        " included everywhere. The check reads in bounded children, proves the files whole, repairs"
        " outlines, judges both rules and the data, and writes one CSV row a parcel; its memory is"
        " that of all its processes together, pages they share counted once. The ratios are those"
        " of the check without data rules and output, in the very same run; *processors busy* is"
        " the processor time of all processes together, which a loaded machine changes less."
    )
    shown = [[name, f"{seconds:.1f} s"] for name, seconds in parts]
    return f"{text}\n\n{table(head, lines)}\n\n{table(['part of the check', 'time'], shown)}"


def _line(name: str, run: Run, checked: Run) -> list[str]:
    ratio = f"{checked.seconds / run.seconds:.2f} ×"
    memory = f"{checked.peak_mb / run.peak_mb:.2f} ×"
    busy = f"{run.busy_s:.1f} s"
    return [name, f"{run.seconds:.1f} s", ratio, busy, f"{run.peak_mb:,.0f} MB", memory]


def written(home: Path, name: str, n_parcels: int, n_structures: int) -> Path:
    """Return a layer as a shapefile with its zip beside it, written unless it is there."""
    path = home / f"{name}_{n_parcels}_{n_structures}.shp"
    if path.with_suffix(".zip").is_file():
        return path
    home.mkdir(parents=True, exist_ok=True)
    shapes = layers(n_parcels, n_structures, seed=20)[0 if name == "parcels" else 1]
    number = np.arange(1, len(shapes) + 1)
    area_m2 = shapely.area(shapes).round(2)
    columns = {"TBBH": number.astype(str), "TBMJ": area_m2}
    if name == "parcels":
        village = 510181001001 + number % 40
        columns |= {"ZLDWDM": pd.Series(village).astype(str) + "0000000",
                    "XZGDMJ": (area_m2 * 0.8).round(2)}  # fmt: skip
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4526).to_file(path, encoding="utf-8")
    with zipfile.ZipFile(path.with_suffix(".part"), "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            archive.write(path.with_suffix(suffix), path.with_suffix(suffix).name)
    path.with_suffix(".part").rename(path.with_suffix(".zip"))
    return path


def watched(command: list[str]) -> Run:
    """Run a command and look at the memory of its process tree all the while."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {BEGAN: str(start)})
    peak = [0.0]

    def look() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], sum(map(_memory_mb, _tree(process.pid))))
            time.sleep(EVERY_S)

    eye = threading.Thread(target=look)
    eye.start()
    status = process.wait()
    seconds = time.monotonic() - start
    eye.join()
    if status not in (0, 1):  # 1: some parcels do not pass
        raise AssertionError(f"{command} ended with {status}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, busy_s, peak[0])


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [pid, *(one for child in children.split() for one in _tree(int(child)))]


def _memory_mb(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in told.splitlines() if "Pss:" in line), 0.0)


COUNTY_SECTION = Section("check_county", "The whole check of one county", county)
SECTION = Section("check", "The whole check, files to CSV", measure)
