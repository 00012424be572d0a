"""Parcel tiles by themselves, and thirty people who pan a map while townships send reports."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta
from urllib.request import Request, urlopen

import geopandas as gpd
import numpy as np

from benchmarks.county_year import COUNTY, Year
from gis.tiles import Style, TileShapes, to_mercator
from parcels.people.actor import Actor, Role
from parcels.store.changes import Changes
from reports.daily import DailyReport, ZeroReason
from reports.services.file_report import file_report
from tests.browser.wire import enter_demo

VIEWERS, REPORTS = 30, 40


def tile_ms(lonlat: gpd.GeoSeries) -> float:
    """Return the 95th percentile of drawing a tile of zooms 13 to 17 around the layer's middle."""
    shapes = TileShapes(lonlat.to_numpy())
    styles = [Style((30, 120, 90, 200), (60, 60, 60, 255))]
    style_of = np.zeros(len(lonlat), dtype=np.int64)
    west, south, east, north = lonlat.total_bounds
    x, y = to_mercator((west + east) / 2, (south + north) / 2)
    waits = []
    for z in range(13, 18):
        side = 2 * np.pi * 6_378_137.0 / 2**z
        column, row = int(x / side + 2**z / 2), int(2**z / 2 - y / side)
        for across in (-1, 0, 1):
            for down in (-1, 0, 1):
                start = time.perf_counter()
                shapes.draw(z, column + across, row + down, style_of, styles)
                waits.append(time.perf_counter() - start)
    return float(np.quantile(waits, 0.95)) * 1000


def crowded(address: str, year: Year, lonlat: gpd.GeoSeries) -> dict[str, float]:
    """Send reports alone, then while thirty viewers ask for tiles as they pan."""
    day = date(2026, 3, 10)
    alone = [_send(year, number, day) for number in range(REPORTS)]
    cookies = enter_demo(address, "bureau")
    version = Changes().newest(year.store)[:16]  # as the viewers' pages have it when they open
    root = f"{address}/gis/{COUNTY}/days/1/{COUNTY}/{version}/stage/2025-09-01"
    west, south, east, north = lonlat.total_bounds
    x, y = to_mercator((west + east) / 2, (south + north) / 2)
    side = 2 * np.pi * 6_378_137.0 / 2**15
    column, row = int(x / side + 2**14), int(2**14 - y / side)
    is_over = threading.Event()

    def pan(viewer: int) -> None:
        step = viewer
        while not is_over.is_set():
            for across in range(4):  # a pan brings a column of new tiles
                place = f"15/{column - 6 + (step + across) % 12}/{row - 6 + step % 12}"
                wanted = Request(f"{root}/{place}.png")
                wanted.add_header("Cookie", "; ".join(f"{k}={v}" for k, v in cookies.items()))
                urlopen(wanted, timeout=60).read()
            step += 1
            is_over.wait(2.0)

    threads = [threading.Thread(target=pan, args=[viewer]) for viewer in range(VIEWERS)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    panned = [_send(year, number, day + timedelta(days=2)) for number in range(REPORTS)]
    is_over.set()
    for thread in threads:
        thread.join()
    return {
        "alone": float(np.quantile(alone, 0.95)),
        "panned": float(np.quantile(panned, 0.95)),
    }


def _send(year: Year, number: int, day: date) -> float:
    day += timedelta(days=number // 30)
    town = number % 30
    actor = Actor(
        100 + town, f"town{town}", "", Role.TOWNSHIP_REPORTER, f"{COUNTY}{100 + town}", ""
    )
    report = DailyReport(
        1, actor.region, day, (), workers=0, machines=0, zero_reason=ZeroReason.RAIN
    )
    time.sleep(0.05)
    start = time.perf_counter()
    now = year.now + timedelta(days=(day - year.now.date()).days)
    file_report(year.store, actor, report, idempotency_key=f"{day}-{number}", now=now)
    return time.perf_counter() - start
