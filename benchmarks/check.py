"""The whole check, from two zipped shapefiles to a CSV, process start included."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.cover import layers
from benchmarks.section import Section, table

ROOT = Path(__file__).resolve().parent.parent
KEPT_LAYERS = "TRACKER_BENCH_LAYERS"  # a folder to keep the written layers in, for the next run
ARROW_READ = "import pyogrio, sys; [pyogrio.read_arrow(p) for p in sys.argv[1:]]"
FRAME_READ = "import geopandas, sys; kept = [geopandas.read_file(p) for p in sys.argv[1:]]"
EVERY_S = 0.05


@dataclass(frozen=True)
class Run:
    """Seconds on the wall and the largest memory of a process with all its children."""

    seconds: float
    peak_mb: float


def measure(full: bool) -> str:
    """Time the command line's check against merely reading the same two files."""
    n_parcels, n_structures = (100_000, 3_000_000) if full else (5_000, 250_000)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.environ.get(KEPT_LAYERS, folder))
        parcels, structures = (
            written(home, name, n_parcels, n_structures) for name in ("parcels", "structures")
        )
        result = Path(folder) / "result.csv"
        checked = watched(
            [sys.executable, "-m", "parcels", "check", str(parcels.with_suffix(".zip")),
             "--structures", str(structures.with_suffix(".zip")), "--min-share", "30%",
             "--min-new-arable", "400", "--csv", str(result), "--quiet"]
        )  # fmt: skip
        rows = sum(1 for _ in result.open(encoding="utf-8-sig")) - 1
        if rows != n_parcels:
            raise AssertionError(f"{rows} rows of {n_parcels}")
        arrow = watched([sys.executable, "-c", ARROW_READ, str(parcels), str(structures)])
        frames = watched([sys.executable, "-c", FRAME_READ, str(parcels), str(structures)])
    lines = [
        _line("`python -m parcels check` of the two zips", checked, checked),
        _line("pyogrio.read_arrow of both, unzipped", arrow, checked),
        _line("geopandas.read_file of both, unzipped", frames, checked),
    ]
    head = ["", "time", "check takes", "peak memory", "check needs"]
    text = (
        f"{n_parcels:,} parcels × {n_structures:,} structures with their tables, process start"
        " included everywhere. The check reads in bounded children, proves the files whole, repairs"
        " outlines, judges both rules and the data, and writes one CSV row a parcel; its memory is"
        " that of all its processes together, pages they share counted once."
    )
    return f"{text}\n\n{table(head, lines)}"


def _line(name: str, run: Run, checked: Run) -> list[str]:
    ratio = f"{checked.seconds / run.seconds:.2f} ×"
    memory = f"{checked.peak_mb / run.peak_mb:.2f} ×"
    return [name, f"{run.seconds:.1f} s", ratio, f"{run.peak_mb:,.0f} MB", memory]


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
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT)
    peak = [0.0]

    def look() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], sum(map(_memory_mb, _tree(process.pid))))
            time.sleep(EVERY_S)

    eye = threading.Thread(target=look)
    eye.start()
    status = process.wait()
    seconds = time.perf_counter() - start
    eye.join()
    if status not in (0, 1):  # 1: some parcels do not pass
        raise AssertionError(f"{command} ended with {status}")
    return Run(seconds, peak[0])


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


SECTION = Section("check", "The whole check, files to CSV", measure)
