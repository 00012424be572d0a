"""Parcel tiles by themselves, and thirty people who pan a map while townships send reports."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from typing import Any
from urllib.parse import urlencode, urlsplit

import geopandas as gpd
import numpy as np

from benchmarks.county_year import COUNTY
from gis.tiles import Style, TileShapes, to_mercator
from reports.daily import ZeroReason
from tests.browser.wire import ask, connected, enter_demo

VIEWERS, TOWNSHIPS, ROUNDS = 30, 30, 2
FIRST_DAY = date(2026, 3, 10)


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


def crowded(address: str, lonlat: gpd.GeoSeries, version: str) -> dict[str, float]:
    """Send reports alone, then while thirty viewers ask for tiles as they pan.

    Reports go through the application, as its plain page sends them: it draws the tiles as well.
    The viewers are a process of their own, as in an office they are other computers.
    """
    reporters = [Reporter(address, town) for town in range(TOWNSHIPS)]
    for reporter in reporters:
        reporter.send(FIRST_DAY)  # the first of each opens connections and reads what is kept
    alone = _sent(reporters, FIRST_DAY + timedelta(days=1))
    cookies = [enter_demo(address, f"viewer{viewer}") for viewer in range(VIEWERS)]
    root = f"{address}/gis/{COUNTY}/days/zh_CN/1/{COUNTY}/{version}/stage/2025-09-01"
    west, south, east, north = lonlat.total_bounds
    x, y = to_mercator((west + east) / 2, (south + north) / 2)
    side = 2 * np.pi * 6_378_137.0 / 2**15
    corner = (int(x / side + 2**14) - 6, int(2**14 - y / side) - 6)
    beside = get_context("spawn")
    is_over, tiles = beside.Event(), beside.Value("q", 0)
    crowd = beside.Process(target=_pan_together, args=(root, cookies, corner, is_over, tiles))
    crowd.start()
    try:
        while not tiles.value:  # the crowd's process loads its libraries first
            time.sleep(0.1)
        time.sleep(2)
        before, start = tiles.value, time.perf_counter()
        panned = _sent(reporters, FIRST_DAY + timedelta(days=1 + ROUNDS))
        rate = (tiles.value - before) / (time.perf_counter() - start)
    finally:
        is_over.set()
        crowd.join(30)
    if crowd.exitcode != 0 or rate < VIEWERS / 2:  # else nobody pans
        raise AssertionError(f"the viewers saw {rate:.0f} tiles a second, ended {crowd.exitcode}")
    return {
        "alone": float(np.quantile(alone, 0.95)),
        "panned": float(np.quantile(panned, 0.95)),
        "tiles a second": rate,
    }


def _pan_together(
    root: str, cookies: list[dict[str, str]], corner: tuple[int, int], is_over: Any, tiles: Any
) -> None:
    """Be thirty viewers: each asks for a column of new tiles every two seconds."""

    def pan(viewer: int) -> None:
        connection, step = connected(root), viewer
        cookie = "; ".join(f"{name}={value}" for name, value in cookies[viewer].items())
        path = urlsplit(root).path
        while not is_over.is_set():
            for across in range(4):
                place = f"15/{corner[0] + (step + across) % 12}/{corner[1] + step % 12}"
                connection.request("GET", f"{path}/{place}.png", headers={"Cookie": cookie})
                answer = connection.getresponse()
                if answer.status != 200 or not answer.read():
                    raise AssertionError(f"a tile was answered {answer.status}")
                with tiles.get_lock():
                    tiles.value += 1
            step += 1
            is_over.wait(2.0)

    with ThreadPoolExecutor(VIEWERS) as pool:
        list(pool.map(pan, range(VIEWERS)))


class Reporter:
    """A township's reporter with the plain page open."""

    def __init__(self, address: str, town: int) -> None:
        self.address = address
        cookies = enter_demo(address, f"town{town}")
        self.cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        page = ask(address, "/plain/report", cookies=cookies).body.decode()
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        if token is None:
            raise AssertionError(page)
        self.csrf = token[1]
        self.connection = connected(address)

    def send(self, day: date) -> float:
        """Send a day's report that nothing was done for rain; return the seconds it took."""
        form = {"csrf": self.csrf, "project": "1", "day": str(day), "zero": ZeroReason.RAIN.value,
                "workers": "3", "machines": "1", "do": "send"}  # fmt: skip
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.close()  # the server ends one that was idle
        self.connection.connect()
        start = time.perf_counter()
        self.connection.request("POST", "/plain/report", urlencode(form), headers)
        answer = self.connection.getresponse()
        said = answer.read()
        seconds = time.perf_counter() - start
        if answer.status != 303:
            raise AssertionError(said.decode()[:2000])
        return seconds


def _sent(reporters: list[Reporter], first: date) -> list[float]:
    waits = []
    for later in range(ROUNDS):
        for reporter in reporters:
            time.sleep(0.05)
            waits.append(reporter.send(first + timedelta(days=later)))
    return waits
