"""Documents of a county: the day's set, each document alone, a ledger of 50 000 rows, maps."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from benchmarks.county_year import Year, a_year
from benchmarks.section import Section, table, timed
from gis.language import CHINESE, speaking
from parcels.policy import Policy
from reports.catalog import check_report
from reports.daily import OFFICE_TIME
from reports.document import Look, Picture, Stamp
from reports.maps import drawing
from reports.maps.compose import verdict_sheet
from reports.renderers import RENDERERS
from reports.services.issue_documents import FORMATS, coded_set, formats_of
from reports.services.looks import look_of
from reports.services.make_documents import DAY_SET, MAKERS, Made

LEDGER_TIMES = 17  # 51 000 parcels
ALONE = ("county_daily", "weekly_summary", "bulletin", "means", "ledger")


def measure(full: bool) -> str:
    """Time each document of a 30-township county, the day's set, and a ledger of 51 000 rows."""
    with tempfile.TemporaryDirectory() as folder, speaking(CHINESE):
        year = a_year(Path(folder))
        day = year.now.astimezone(OFFICE_TIME).date()
        rows = [_alone(year, day, name) for name in ALONE]
        rows.append(_set(year, day))
        rows.append(_check_report(look_of(year.store)))
        year.store.engine.dispose()
    rows.append(_large_ledger())
    words = (
        "A county of 30 townships and 3,000 parcels after a year of reports: read from the store, "
        "composed and rendered afresh, check codes kept. The check report is of as many drawn "
        "parcels, a fifth of which fail. The ledger of 51,000 rows is made in a process of its "
        "own, so that its memory is its own."
    )
    return f"{words}\n\n{table(['', 'formats', 'time', 'goal'], rows)}"


def _alone(year: Year, day: date, name: str) -> list[str]:
    look = look_of(year.store)

    def make(suffix: str) -> None:
        [made] = _made(year, day, (name,))
        assert RENDERERS[suffix](made.document, look)

    [made] = _made(year, day, (name,))
    return [name, *_slowest(make, formats_of(made, FORMATS)), "3 s"]


def _slowest(make: Callable[[str], None], suffixes: Sequence[str]) -> tuple[str, str]:
    """Return the formats, and what the slowest of them took: by the clock, and of a core."""
    times = {}
    for suffix in suffixes:
        before = time.process_time()
        seconds = timed(lambda s=suffix: make(s))[1]  # type: ignore[misc]
        times[suffix] = seconds, time.process_time() - before
    slowest = max(times, key=lambda suffix: times[suffix][1])
    seconds, core = times[slowest]
    return ", ".join(times), f"{seconds:.1f} s ({core:.1f} s of a core, {slowest})"


def _set(year: Year, day: date) -> list[str]:
    look = look_of(year.store)

    def make() -> int:
        return sum(
            len(RENDERERS[suffix](made.document, look)) > 0
            for made in _made(year, day, DAY_SET)
            for suffix in FORMATS
        )

    count, seconds = timed(make)
    if count != 31 * len(FORMATS):
        raise AssertionError(f"{count} files")
    return ["the day's set: 30 sheets and the county", ", ".join(FORMATS), f"{seconds:.0f} s",
            "60 s"]  # fmt: skip


def _made(year: Year, day: date, only: tuple[str, ...]) -> list[Made]:
    assert set(only) <= set(MAKERS)
    return coded_set(year.store, year.bureau, year.project, day, only=only, now=year.now)


def _check_report(look: Look) -> list[str]:
    """Compose and render a check report with a map sheet of each of 30 townships."""
    parcels, regions = judged_county(), gpd.GeoDataFrame({"code": [], "name": []}, geometry=[])
    stamp = Stamp("P", "v1", datetime(2026, 3, 1, tzinfo=UTC), "0" * 64)

    def make(suffix: str) -> None:
        pictures = [
            Picture(code, drawing.map_only(verdict_sheet(code, own, regions, title=code)))
            for code, own in parcels.groupby("township_code")
        ]
        document = check_report.compose(
            parcels, [], Policy(Decimal("0.3"), Decimal(400)), {}, stamp, pictures=tuple(pictures)
        )
        assert RENDERERS[suffix](document, look)

    words = f"check report, {parcels['township_code'].nunique()} map sheets"
    return [words, *_slowest(make, ("pdf", "docx")), "3 s"]


def judged_county() -> gpd.GeoDataFrame:
    """Return 3 000 judged parcels of 30 townships as a check gives them, in lon/lat."""
    count, chance = 3_000, Random(7)
    codes = [f"419901{100 + n % 30}" for n in range(count)]
    fails = [chance.random() < 0.2 for _n in range(count)]
    outlines = [
        box(x, y, x + 3e-4, y + 3e-4)
        for x, y in ((114 + n % 30 * 0.02 + n // 30 % 10 * 1e-3, 35 + n // 300 * 1e-3)
                     for n in range(count))
    ]  # fmt: skip
    same = {
        "village": "村", "area_m2": 900.0, "structure_m2": 300.0, "structure_share": 1 / 3,
        "new_arable_m2": 800.0, "structure_verdict": "pass", "new_arable_verdict": "pass",
        "near_limit": False, "min_share": "0.3", "is_withdrawn": False, "withdrawn_reason": "",
        "declared_area_m2": 900.0, "declared_new_arable_m2": 800.0, "retained_m2": 0.0,
        "inside_village": None, "ownership": "", "land_class": "0702", "block_no": "",
    }  # fmt: skip
    reasons = [[{"code": "no_structures", "values": {}}] if fail else [] for fail in fails]
    rows = pd.DataFrame(
        {"row": range(1, count + 1), "parcel_no": [str(n) for n in range(count)],
         "township_code": codes, "township": codes, "village_code": [f"{c}201" for c in codes],
         "verdict": ["fail" if fail else "pass" for fail in fails], "reasons": reasons,
         "ledger_id": range(1, count + 1)}
    ).assign(**same)  # fmt: skip
    return gpd.GeoDataFrame(rows, geometry=outlines, crs=4490)


def _large_ledger() -> list[str]:
    """Make the large ledger in a child: its memory is not that of the filling."""
    with tempfile.TemporaryDirectory() as folder:
        year = a_year(Path(folder), times=LEDGER_TIMES, entries_a_parcel=7)
        year.store.engine.dispose()
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.documents", folder, year.now.isoformat()],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    shown = f"{found['seconds']:.0f} s ({found['core']:.0f} s of a core), {found['mb']:,} MB"
    return [f"ledger of {found['rows']:,} rows", "xlsx", shown, "20 s, 1 GB"]


def _child(folder: str, moment: str) -> None:
    from parcels.people.actor import Actor, Role
    from parcels.projects import one_project
    from parcels.store.engine import open_store

    store = open_store(Path(folder), f"sqlite:///{folder}/tracker.db")
    with store.reading() as connection:
        project = one_project(connection, 1)
    bureau = Actor(1, "bureau", "bureau", Role.BUREAU_CLERK, project.region, "localhost")
    year = Year(store, project, bureau, datetime.fromisoformat(moment), 0, 0)

    def make() -> tuple[int, bytes]:
        [made] = _made(year, year.now.astimezone(OFFICE_TIME).date(), ("ledger",))
        rows = sum(len(one.rows) - one.totals for one in made.document.tables[1:])
        return rows, RENDERERS["xlsx"](made.document, look_of(store))

    with speaking(CHINESE):
        before = time.process_time()
        (rows, _content), seconds = timed(make)
        core = time.process_time() - before
    # not ru_maxrss: that of the process which started this one would count
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    peak_mb = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "core": core, "mb": peak_mb}))


SECTION = Section("documents", "Documents", measure)

if __name__ == "__main__":
    _child(*sys.argv[1:])
