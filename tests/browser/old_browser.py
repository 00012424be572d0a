"""A smoke run on Chromium 109, the last one that Windows 7 has: ``make old-browser``.

Needs npm (``@sparticuz/chromium``), so it stands beside the tests and not among them: signs in,
opens pages and both maps, records every request, and fails on a blank page or a console error.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests.browser.running import PROJECT, fill_with_the_demo_county, running

VERSION = "109.0.6"
FOLDER = PROJECT / "build" / f"chromium-{VERSION}"
UNPACK = """
const zlib = require("zlib"), fs = require("fs");
for (const name of fs.readdirSync("package/bin")) {
  const packed = fs.readFileSync("package/bin/" + name);
  fs.writeFileSync(name.replace(".br", ""), zlib.brotliDecompressSync(packed));
}
fs.chmodSync("chromium", 0o755);
"""
ARGUMENTS = (
    "--headless --no-sandbox --no-zygote --single-process --disable-gpu --disable-quic "
    "--disable-dev-shm-usage --remote-debugging-pipe --no-first-run --disable-background-networking"
).split()
SLUGS = ("overview", "map", "parcel?id=200", "ledger", "supervision")
MAPS = {"overview", "map", "parcel?id=200"}


def chromium() -> Path:
    """Return the old browser, fetched once through the npm client."""
    if not (FOLDER / "chromium").is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        wanted = f"@sparticuz/chromium@{VERSION}"
        subprocess.run(["npm", "pack", "--silent", wanted], cwd=FOLDER, check=True)
        [packed] = FOLDER.glob("*.tgz")
        subprocess.run(["tar", "xzf", packed.name], cwd=FOLDER, check=True)
        subprocess.run(["node", "-e", UNPACK], cwd=FOLDER, check=True)
        for part in FOLDER.glob("*.tar"):
            subprocess.run(["tar", "xf", part.name], cwd=FOLDER, check=True)
    return FOLDER / "chromium"


def looked_at(page: Any, address: str, shots: Path) -> list[str]:
    """Open the pages; return what went wrong."""
    wrong: list[str] = []
    page.on("request", lambda asked: _asked(asked.url, wrong))
    page.on("response", lambda got: got.status >= 400 and wrong.append(f"{got.status} {got.url}"))
    page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{address}/account/sign-in")
    page.click('button[name="name"][value="bureau"]')
    page.wait_for_selector("h1", timeout=90_000)
    print(page.evaluate("navigator.userAgent"))
    for slug in SLUGS:
        page.goto(f"{address}/{slug}")
        page.wait_for_selector("h1", timeout=90_000)
        if slug in MAPS:
            frame = page.wait_for_selector("iframe[title*=folium]", timeout=60_000).content_frame()
            frame.wait_for_function("window.map && map.getZoom() > 3", timeout=60_000)
        if slug == "map":
            frame.wait_for_selector(".days-card", timeout=60_000)
            before = frame.evaluate("map.getZoom()")
            frame.click(".days-step")
            frame.wait_for_timeout(1500)
            if frame.evaluate("map.getZoom()") != before:
                wrong.append("the day moved the map")
        page.wait_for_timeout(1500)
        page.screenshot(path=shots / f"109-{urlsplit(slug).path}.png")
    return wrong


def _asked(url: str, wrong: list[str]) -> None:
    if (urlsplit(url).hostname or "") not in ("127.0.0.1", "localhost", ""):
        wrong.append(f"request to {url}")


def main() -> int:
    """Run it; 0 when nothing was wrong."""
    shots = PROJECT / "build" / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(made) / "var"
        if not folder.is_dir():
            fill_with_the_demo_county(folder)
        with running(folder) as server, sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=chromium(), args=ARGUMENTS, ignore_default_args=True,
                env={"LD_LIBRARY_PATH": str(FOLDER / "lib"), "FONTCONFIG_PATH": "/etc/fonts"},
            )  # fmt: skip
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            wrong = looked_at(page, server.address, shots)
            browser.close()
    for words in wrong:
        print(words)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
