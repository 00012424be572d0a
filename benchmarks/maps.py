"""The map of days in a real browser at 3 000 and 50 000 parcels, beside plain folium GeoJSON."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import sqlalchemy as sa

from benchmarks.county_year import COUNTY, Year, a_year
from benchmarks.maps_crowd import VIEWERS, crowded, tile_ms
from benchmarks.maps_plain import plain_folium
from benchmarks.section import Section, table
from parcels.people.actor import Role
from parcels.store.changes import Changes
from parcels.store.tables import PARCEL, PERSON, REGION
from tests.browser.chromium import CHROMIUM, QUIET
from tests.browser.running import running

SIDE_M, STEP_M = 58.0, 70.0
ORIGIN = (38_470_000.0, 3_640_000.0)
FAR = (4526, 4490)
DAYS = "map.trackerDays"
READY = f"window.map && {DAYS} && !{DAYS}.isWaiting"
PAINTED = f"{READY} && ({DAYS}.drawn || {DAYS}.tiles) && document.querySelector('.days-card')"
SHOWN = f"document.querySelector('.days-legend summary').textContent.endsWith({DAYS}.iso(200))"
PARTS = ("/gis/", "/img/", "/assets/", "/component/")


def measure(full: bool) -> str:
    """Measure both sizes; the large one also against folium and under thirty viewers."""
    small, large = _measured(1), _measured(17, is_large=True, with_folium=full)
    goals = {"painted, cold": 2.5, "painted, warm": 1.5, "click to panel": 0.5, "day change": 0.4}
    rows = [
        [name, f"{small[name]:.2f} s", f"{large[name]:.2f} s", f"≤ {goal} s",
         _seen(large.get(f"folium {name}"), " s")]
        for name, goal in goals.items()
    ]  # fmt: skip
    rows += [
        ["asked by the map, one load", f"{small['MB, one load']:.2f} MB",
         f"{large['MB, one load']:.2f} MB", "≤ 0.5 MB", _seen(large.get("folium MB"), " MB")],
        ["asked by the map, a visit", f"{small['MB']:.2f} MB", f"{large['MB']:.2f} MB", "≤ 0.5 MB",
         "—"],
        ["JavaScript memory", f"{small['heap']:.0f} MB", f"{large['heap']:.0f} MB", "≤ 40 MB",
         _seen(large.get("folium heap"), " MB")],
        ["a parcel tile at zoom ≥ 13, p95", f"{small['tile']:.1f} ms", f"{large['tile']:.1f} ms",
         "≤ 10 ms", "—"],
        ["report sent, p95", "—", f"{large['alone']:.3f} s", "—", "—"],
        [f"the same while {VIEWERS} pan, {large['tiles a second']:.0f} tiles a second", "—",
         f"{large['panned']:.3f} s", f"≤ {1.5 * large['alone']:.3f} s", "—"],
    ]  # fmt: skip
    beside = (
        "The last column, the same large layer as one `folium.GeoJson` page, is measured by --full."
    )
    if full:
        times = large["folium painted, cold"] / large["painted, cold"]
        beside = (
            "The last column is the same large layer as one `folium.GeoJson` page, its assets "
            f"local: it takes {times:.0f} times as long."
        )
    head = ["", f"{small['parcels']:,.0f} parcels", f"{large['parcels']:,.0f} parcels", "goal",
            "folium GeoJSON"]  # fmt: skip
    return (
        "Debian's Chromium from `goto` to the last tile and the day's figures; cold is a browser "
        "with an empty cache, the server having started; times are medians of three, on the "
        "machine that serves too. Memory is the page's heap after collection, the whole page "
        "included. Reports are sent through the application's plain page while it draws the tiles; "
        "the viewers are a process of their own. "
        "One load is the cold one; a visit is all: cold, warm, a day changed, a click near. "
        f"{beside}\n\n{table(head, rows)}"
    )


def _seen(value: float | None, unit: str) -> str:
    return "—" if value is None else f"{value:,.1f}{unit}"


def _measured(times: int, *, is_large: bool = False, with_folium: bool = False) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "var"
        year = a_year(folder, times=times, entries_a_parcel=7)
        outlines = _place(year, 3_000 * times)
        found: dict[str, float] = {"parcels": 3_000.0 * times, "tile": tile_ms(outlines)}
        with running(folder) as server:
            time.sleep(3)  # it makes its layers ready when it starts
            found |= _browsed(server.address)
            if is_large:  # the viewers' pages were opened before the reports came
                version = Changes().newest(year.store)[:16]
                found |= crowded(server.address, outlines, version)
        year.store.engine.dispose()
        if with_folium:
            found |= plain_folium(Path(made), outlines)
        return found


def _place(year: Year, count: int) -> gpd.GeoSeries:
    """Give every parcel an outline of eight corners on a grid, townships side by side."""
    wide = int(np.ceil(np.sqrt(count / 30)))
    numbers = np.arange(1, count + 1)
    town, place = numbers % 30, numbers // 30
    east = ORIGIN[0] + (town % 6 * (wide + 3) + place % wide) * STEP_M
    north = ORIGIN[1] + (town // 6 * (wide + 3) + place // wide) * STEP_M
    turn = np.linspace(0, 2 * np.pi, 9)[:-1]
    corners = np.stack([np.cos(turn), np.sin(turn)], axis=1) * SIDE_M / 2
    shapes = shapely.polygons(np.stack([east, north], axis=1)[:, None, :] + corners)
    lonlat = gpd.GeoSeries(shapes, crs=FAR[0]).to_crs(FAR[1])
    bounds = lonlat.bounds
    rows = [
        {"of": int(number), "g": shapely.to_wkb(shape), "w": west, "s": south, "e": e, "n": n}
        for number, shape, (west, south, e, n) in zip(
            numbers, shapes, bounds.to_numpy().tolist(), strict=True
        )
    ]
    sides = {"geometry": "g", "west": "w", "south": "s", "east": "e", "north": "n"}
    change = sa.update(PARCEL).where(PARCEL.c.id == sa.bindparam("of"))
    change = change.values({name: sa.bindparam(key) for name, key in sides.items()})
    with year.store.writing() as connection:
        connection.execute(change, rows)
        connection.execute(
            sa.update(PERSON).values(is_demo=True, password_set_at=datetime.now(UTC))
        )
        for n in range(30):
            own = shapes[town == n]
            outline = shapely.box(*shapely.total_bounds(own)).buffer(STEP_M / 2, join_style="mitre")
            wanted = sa.update(REGION).where(REGION.c.code == f"{COUNTY}{100 + n}")
            connection.execute(wanted.values(geometry=shapely.to_wkb(outline), crs=FAR[0]))
        _accounts(connection)
    return lonlat


def _accounts(connection: sa.Connection) -> None:
    kept = connection.execute(sa.select(PERSON)).mappings().one()
    rows = [
        dict(kept) | {"id": 100 + n, "name": f"town{n}", "region": f"{COUNTY}{100 + n}",
                      "role": Role.TOWNSHIP_REPORTER.value}
        for n in range(30)
    ]  # fmt: skip
    rows += [dict(kept) | {"id": 200 + n, "name": f"viewer{n}"} for n in range(VIEWERS)]
    connection.execute(sa.insert(PERSON), rows)


def _browsed(address: str) -> dict[str, float]:
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET, "--js-flags=--expose-gc"]
        )
        for _time in range(3):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(f"{address}/account/sign-in")
            page.click('button[name="name"][value="bureau"]')
            page.wait_for_selector("h1", timeout=120_000)
            page.goto("about:blank")
            asked = _counted(context, page)
            for name, value in _one_visit(page, address, asked).items():
                found.setdefault(name, []).append(value)
            found.setdefault("MB", []).append(asked["bytes"] / 1e6)
            context.close()
        browser.close()
    return {name: statistics.median(values) for name, values in found.items()}


def _counted(context: Any, page: Any) -> dict[str, float]:
    """Count what is asked of the map's own addresses; iframes of a page share its session."""
    session, asked = context.new_cdp_session(page), {"bytes": 0.0}
    urls: dict[str, str] = {}
    session.send("Network.enable")
    session.on(
        "Network.responseReceived", lambda e: urls.update({e["requestId"]: e["response"]["url"]})
    )

    def ended(event: Any) -> None:
        if any(part in urls.get(event["requestId"], "") for part in PARTS):
            asked["bytes"] += event["encodedDataLength"]

    session.on("Network.loadingFinished", ended)
    return asked


def _one_visit(page: Any, address: str, asked: dict[str, float]) -> dict[str, float]:
    from playwright.sync_api import TimeoutError as TooLong

    found = {}
    start = time.perf_counter()
    frame = _painted(page, address)
    found["painted, cold"] = time.perf_counter() - start
    found["MB, one load"] = asked["bytes"] / 1e6
    start = time.perf_counter()
    frame = _painted(page, address)
    found["painted, warm"] = time.perf_counter() - start
    view = "[map.getZoom(), map.getCenter().lat, map.getCenter().lng]"
    before = frame.evaluate(view)
    start = time.perf_counter()
    frame.evaluate("map.trackerDays.go(200); 0")
    frame.wait_for_function(f"{SHOWN} && {READY}", timeout=60_000)
    found["day change"] = time.perf_counter() - start
    if frame.evaluate(view) != before:
        raise AssertionError("the day moved the map")
    at = frame.evaluate(
        "(() => { const p = map.latLngToContainerPoint(map.getCenter()); return [p.x, p.y]; })()"
    )
    box = page.locator("iframe[title*=folium]").bounding_box()
    frame.evaluate("map.setZoom(18, {animate: false}); 0")
    page.wait_for_timeout(800)
    for away in range(0, 200, 12):  # between two parcels is nothing
        start = time.perf_counter()
        page.mouse.click(box["x"] + at[0] + away, box["y"] + at[1] + away)
        try:
            page.wait_for_selector(".parcel-told", timeout=1_500)
        except TooLong:
            continue
        found["click to panel"] = time.perf_counter() - start
        break
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    found["heap"] = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    return found


def _painted(page: Any, address: str) -> Any:
    page.goto(f"{address}/map")
    holder = page.wait_for_selector("iframe[title*=folium]", timeout=120_000)
    frame = holder.content_frame()
    frame.wait_for_function(PAINTED, timeout=120_000)
    return frame


SECTION = Section("maps", "Maps in the browser", measure)
