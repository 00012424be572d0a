"""The same layer as folium draws it by itself: one page with all the GeoJSON in it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np

from tests.browser.chromium import CHROMIUM, QUIET


def plain_folium(folder: Path, lonlat: gpd.GeoSeries) -> dict[str, float]:
    """Draw the same layer as folium does by itself, its assets beside it."""
    from playwright.sync_api import sync_playwright

    from ui.routes.assets import FOLDER

    page_file = folder / "plain" / "index.html"
    page_file.parent.mkdir()
    shutil.copytree(FOLDER / "vendor" / "leaflet", page_file.parent / "leaflet")
    leaflet = "leaflet/1.9.4/leaflet"

    class Plain(folium.Map):
        default_js = [("leaflet", f"{leaflet}.js")]  # noqa: RUF012
        default_css = [("leaflet_css", f"{leaflet}.css")]  # noqa: RUF012

    frame = gpd.GeoDataFrame(
        {"no": np.arange(len(lonlat)).astype(str)}, geometry=lonlat.to_numpy(), crs=4326
    )
    west, south, east, north = lonlat.total_bounds
    drawn = Plain(location=[(south + north) / 2, (west + east) / 2], zoom_start=12, tiles=None)
    folium.GeoJson(frame, tooltip=folium.GeoJsonTooltip(["no"])).add_to(drawn)
    drawn.save(page_file)
    with _served(page_file.parent) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        start = time.perf_counter()
        page.goto(f"{address}/index.html", timeout=300_000)
        page.wait_for_function(
            f"document.querySelectorAll('path.leaflet-interactive').length >= {len(lonlat)}",
            timeout=300_000,
        )
        page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        painted = time.perf_counter() - start
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        heap = session.send("Runtime.getHeapUsage")["usedSize"] / 1e6
        browser.close()
    size = page_file.stat().st_size / 1e6
    return {"folium painted, cold": painted, "folium MB": size, "folium heap": heap}


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, *_words: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
