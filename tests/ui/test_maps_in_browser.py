"""The map in a real Chromium: offline, harmless, quick to answer, and it keeps its place."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
PROJECT = Path(__file__).resolve().parents[2]
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
HOSTILE = [
    "<img src=x onerror=window.top.HARMED=1>",
    "</script><script>window.top.HARMED=1</script>",
    "${window.top.HARMED=1}",
    "`${window.top.HARMED=1}`",
    "{{ 7*7 }}",
    "{{'map_div'}}",
    "'\"];window.top.HARMED=1;//",
    "大王庄",
]
# Served below a base path, which is the harder case.
SERVER = """
import streamlit as st
from starlette.middleware import Middleware
from ui.browsers import BrowserSupport
from ui.routes.assets import ROUTES
app = st.App("main.py", routes=ROUTES, middleware=[Middleware(BrowserSupport)])
"""
MAIN = f"""
import geopandas as gpd, pandas as pd, streamlit as st
from shapely.geometry import box
from ui.components import maps
from ui.components.legend import legend
NAMES = {HOSTILE!r}
shapes = gpd.GeoDataFrame(
    {{"no": [str(i) for i in range(700)], "name": [NAMES[i % len(NAMES)] for i in range(700)]}},
    geometry=[box(113.5 + i % 28 * .004, 34.5 + i // 28 * .003, 113.503 + i % 28 * .004,
                  34.502 + i // 28 * .003) for i in range(700)], crs=4490)
colour = st.radio("colour", ["#3ABA76", "#B2390B"])
st.file_uploader("layer")
regions = gpd.GeoDataFrame({{"name": NAMES}}, crs=4490,
    geometry=[box(113.5 + i * .01, 34.49, 113.51 + i * .01, 34.58) for i in range(len(NAMES))])
click = maps.show(maps.base_map(shapes.total_bounds, height=500), [
    maps.boundaries_group(regions, "name"),
    maps.parcels_group(shapes, fill=pd.Series(colour, index=shapes.index), key="p",
                       tooltip=[(NAMES[0], "name"), ("no", "no")])], key="map", height=500)
legend([("#3ABA76", name) for name in NAMES], NAMES[0])
if click:
    st.text(f"clicked {{click.lon}} {{click.lat}}")
"""
SHAPES = "Object.values(window.map._layers).filter(layer => layer instanceof L.Polygon)"


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "streamlit_app.py").write_text(SERVER, encoding="utf-8")
    (folder / "main.py").write_text(MAIN, encoding="utf-8")
    (folder / ".streamlit").mkdir()
    shutil.copy(PROJECT / ".streamlit/config.toml", folder / ".streamlit")
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = [f"--server.port={port}", "--server.baseUrlPath=tracker"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TRACKER_LANGUAGE": "zh_CN"}
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, *options], cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        root = f"http://127.0.0.1:{port}/tracker/"
        for _attempt in range(120):
            try:
                urlopen(f"{root}_stcore/health", timeout=1)
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
                time.sleep(0.25)
        yield root
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def site(address: str) -> Iterator[SimpleNamespace]:
    asked: list[str] = []
    wrong: list[str] = []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1200, "height": 1100})
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: wrong.append(f"failed {request.url}"))
        page.on(
            "response", lambda got: got.status >= 400 and wrong.append(f"{got.status} {got.url}")
        )
        page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        holder = page.wait_for_selector("iframe[title*=folium]", timeout=60_000)
        frame = holder.content_frame()
        frame.wait_for_function(f"window.map && {SHAPES}.length >= 700", timeout=30_000)
        yield SimpleNamespace(
            address=address, page=page, frame=frame, holder=holder, asked=asked, wrong=wrong
        )
        browser.close()


def point(site: SimpleNamespace, lon: float, lat: float) -> tuple[float, float]:
    """Return where on the screen a place of the map is."""
    at = site.frame.evaluate(
        "([lat, lon]) => { const p = map.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
        [lat, lon],
    )
    corner = site.holder.bounding_box()
    return corner["x"] + at[0], corner["y"] + at[1]


def test_every_name_is_shown_as_it_is_and_none_runs(site: SimpleNamespace) -> None:
    tips = site.frame.evaluate(
        f"""() => {SHAPES}.filter(layer => layer.getTooltip()).slice(0, {len(HOSTILE)})
        .map(layer => {{
            layer.openTooltip(layer.getBounds().getCenter());
            const cells = [...layer.getTooltip().getElement().querySelectorAll("th, td")];
            layer.closeTooltip();
            return cells.map(cell => cell.textContent);
        }})"""
    )
    assert sorted(tip[1] for tip in tips) == sorted(HOSTILE)
    assert {tip[0] for tip in tips} == {HOSTILE[0]}
    names = site.frame.evaluate(
        "[...document.querySelectorAll('.map-name')].map(name => name.textContent)"
    )
    assert names == HOSTILE
    legend = site.page.locator(".map-legend").inner_text()
    assert all(name in legend for name in HOSTILE)
    time.sleep(0.5)
    assert site.page.evaluate("window.HARMED") is None
    assert site.frame.evaluate("window.HARMED") is None


def test_a_click_answers_the_place_and_the_map_stays_where_it_was(site: SimpleNamespace) -> None:
    site.frame.evaluate("map.setView([34.513, 113.5575], 16, {animate: false}); 0")
    time.sleep(0.5)
    view = "[map.getZoom(), map.getCenter().lat, map.getCenter().lng]"
    before = site.frame.evaluate(view)
    site.page.mouse.click(*point(site, 113.5575, 34.513))
    said = site.page.get_by_text("clicked 113")
    said.wait_for(timeout=15_000)
    _word, lon, lat = said.inner_text().split()
    assert abs(float(lon) - 113.5575) < 2e-5
    assert abs(float(lat) - 34.513) < 2e-5

    site.page.get_by_text("#B2390B", exact=True).click()
    site.frame.wait_for_function(f"{SHAPES}.some(s => s.options.fillColor === '#B2390B')")
    assert site.frame.evaluate(view) == before
    assert site.frame.evaluate("window.feature_group.length") == 2, "old groups are let go"
    assert site.frame.evaluate(f"{SHAPES}.length") == 700 + len(HOSTILE)


def test_streamlits_own_words_are_chinese(site: SimpleNamespace) -> None:
    assert site.page.evaluate("document.documentElement.lang") == "zh-CN"
    button = site.page.locator('[data-testid="stFileUploaderDropzone"] button')
    assert "选择文件" in button.inner_text()
    assert "单个文件不超过 500MB" in site.page.locator("body").inner_text()


def test_no_request_leaves_this_machine_and_nothing_fails(site: SimpleNamespace) -> None:
    hosts = {urlsplit(url).netloc for url in site.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(site.address).netloc}
    assert any("/tracker/assets/map.js" in url for url in site.asked)
    assert site.wrong == []
