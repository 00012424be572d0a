"""The check of a large layer: the same answers whatever way it is read, and gone when stopped."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.formats.records import WORTH_COMPILED
from parcels.__main__ import INTERRUPTED, main
from parcels.result_files import RESULT_FILES
from tests.builders import ZONE_38

ROOT = Path(__file__).resolve().parents[2]
OVER = 1  # some parcels do not pass
LIMITS = ("--min-share", "30%", "--min-new-arable", "400")
ORIGIN = np.array([38_500_000.0, 4_000_000.0])


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand parcels, many houses over one another, courtyards and crossing outlines."""
    folder = tmp_path_factory.mktemp("layers")
    rng = np.random.default_rng(3)
    side = 40 * np.c_[np.divmod(np.arange(1024), 32)] + ORIGIN
    parcels = shapely.box(*side.T, *(side + rng.uniform(15, 39, (1024, 2)).round(3)).T)
    low = (ORIGIN + rng.uniform(0, 1280, (WORTH_COMPILED + 1000, 2))).round(3)
    houses = shapely.box(*low.T, *(low + rng.uniform(2, 6, low.shape).round(3)).T)
    yards = houses[::97]
    houses[::97] = shapely.difference(yards, shapely.buffer(shapely.centroid(yards), 0.5))
    x, y = low[5::89].T
    corners = np.stack([x, y, x + 4, y + 5, x + 4, y, x, y + 5, x, y], axis=1).reshape(-1, 5, 2)
    houses[5::89] = shapely.polygons(corners)
    numbers = [f"{number}" for number in range(len(parcels))]
    area = {"TBBH": numbers, "XZGDMJ": rng.uniform(200, 900, len(parcels)).round(2)}
    gpd.GeoDataFrame(area, geometry=parcels, crs=ZONE_38).to_file(folder / "parcels.shp")
    classes = {"GZWLX": np.where(np.arange(len(houses)) % 5, "house", "wall")}
    built = gpd.GeoDataFrame(classes, geometry=houses, crs=ZONE_38)
    built.to_file(folder / "structures.shp")
    built.to_file(folder / "structures.gpkg")
    return folder


def test_records_taken_as_they_lie_give_the_very_answers_of_gdal_and_geos(layers: Path) -> None:
    told = {}
    for suffix in ("shp", "gpkg"):
        result = layers / f"{suffix}.csv"
        structures = str(layers / f"structures.{suffix}")
        main(["check", str(layers / "parcels.shp"), "--structures", structures, *LIMITS,
              "--csv", str(result), "--quiet"])  # fmt: skip
        told[suffix] = result.read_bytes()
    assert told["shp"] == told["gpkg"]
    assert told["shp"].count(b"\r\n") == 1025
    assert b",pass," in told["shp"]
    assert b",fail," in told["shp"]


def test_stopping_a_check_ends_its_children_and_leaves_nothing(
    layers: Path, tmp_path: Path
) -> None:
    result, rooms = tmp_path / "result.csv", tmp_path / "rooms"
    rooms.mkdir()
    status = OVER
    for _attempt in range(5):  # on a busy machine its children may be through before they stop
        result.write_text("yesterday's")
        if (status := _stopped(layers, result, rooms)) != OVER:
            break
        assert result.read_text() != "yesterday's", "a signal was lost"
    assert status == INTERRUPTED
    assert result.read_text() == "yesterday's"
    assert {path.name for path in tmp_path.iterdir()} == {"result.csv", "rooms"}
    assert list(rooms.iterdir()) == []


def _stopped(layers: Path, result: Path, rooms: Path) -> int:
    """Interrupt a check at its first words on a terminal; return its exit status."""
    told, terminal = pty.openpty()
    check = subprocess.Popen(
        [sys.executable, "-m", "parcels", "check", str(layers / "parcels.shp"),
         "--structures", str(layers / "structures.gpkg"), *LIMITS, "--csv", str(result)],
        cwd=ROOT, stdout=terminal, env=os.environ | {"TMPDIR": str(rooms)},
        preexec_fn=_hears_the_keyboard,
    )  # fmt: skip
    os.close(terminal)
    while not os.read(told, 4096):  # the first words: the children are at work
        pass
    for child in _children(check.pid):  # and get no further: the check cannot be over by itself
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGSTOP)
    check.send_signal(signal.SIGINT)
    try:
        return check.wait(60)
    finally:
        os.close(told)


def _hears_the_keyboard() -> None:
    """Undo what a shell does to whatever it starts in the background: no Ctrl-C reaches that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _children(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]


def test_stopping_while_results_are_written_leaves_the_old_ones(
    layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_arguments: object) -> bytes:
        assert [path.suffix for path in tmp_path.glob(".*")] == [".part"]  # the CSV is under way
        raise KeyboardInterrupt

    monkeypatch.setitem(RESULT_FILES, ".gpkg", stopped)
    for name in ("result.csv", "result.gpkg"):
        (tmp_path / name).write_text("yesterday's")
    status = main(["check", str(layers / "parcels.shp"), "--structures",
                   str(layers / "structures.gpkg"), *LIMITS, "--quiet", "--csv",
                   str(tmp_path / "result.csv"),
                   "--out", str(tmp_path / "result.gpkg")])  # fmt: skip
    assert status == INTERRUPTED
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "result.csv": "yesterday's", "result.gpkg": "yesterday's"
    }  # fmt: skip


def test_a_terminal_is_told_that_time_passes(layers: Path) -> None:
    told, terminal = pty.openpty()
    program = (
        "import time; from parcels.commands.inputs import passing\n"
        "with passing(): time.sleep(2.5)\nprint('done')"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, stdout=terminal, check=True)
    os.close(terminal)
    time.sleep(0.1)
    words = os.read(told, 4096).decode()
    os.close(told)
    assert "2 s" in words
    assert words.rstrip().endswith("done")
    quiet = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert quiet.stdout == "done\n"
