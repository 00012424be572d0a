"""Static files and the page's own lines: complete, safe, and nothing from outside."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message
from streamlit import file_util

from ui.browsers import STREAMLIT_TITLE, BrowserSupport, adapted, polyfill
from ui.components.map_base import ROOT
from ui.daymap.shown import DaysMap
from ui.routes.assets import FOLDER, MEDIA_TYPES, ROUTES, address_of, routes_below

INDEX = Path(file_util.get_static_dir()) / "index.html"
SHIPPED = sorted(file for file in FOLDER.rglob("*") if file.suffix in MEDIA_TYPES)
# XML namespaces and links in prose are names, never fetched.
NAMES_ONLY = (
    "http://www.w3.org/", "https://leafletjs.com", "http://leafletjs.com", "https://bugs.",
    "https://bugzilla.", "https://github.com/Leaflet", "http://purl.org/dc/",
    "http://creativecommons.org/ns", "http://sodipodi.sourceforge.net/DTD",
    "http://www.inkscape.org/namespaces",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def ask(app: ASGIApp, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Send one request straight into an application, its path decoded as a server does."""
    sent: list[Message] = []

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        for message in asked:
            return message
        await asyncio.Event().wait()  # a browser that stays on the line
        raise AssertionError("unreachable")

    async def send(message: Message) -> None:
        sent.append(message)

    bare, _, query = path.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(bare),
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }
    asyncio.run(app(scope, receive, send))
    start, *parts = sent
    body = b"".join(part.get("body", b"") for part in parts)
    return Answer(start["status"], Headers(raw=start["headers"]), body)


ASSETS = Starlette(routes=ROUTES)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_every_shipped_file_is_served_as_it_is(file: Path) -> None:
    answer = ask(ASSETS, "/assets/" + file.relative_to(FOLDER).as_posix())
    assert answer.status == 200
    assert answer.body == file.read_bytes()
    assert answer.headers["content-type"] == MEDIA_TYPES[file.suffix]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_asked_for_by_its_version_is_kept_for_a_year() -> None:
    assert "max-age=31536000" in ask(ASSETS, "/" + address_of("map.js")).headers["cache-control"]
    assert ask(ASSETS, "/assets/map.js").headers["cache-control"] == "no-cache"


def test_an_unchanged_file_is_not_sent_twice() -> None:
    tag = ask(ASSETS, "/assets/map.js").headers["etag"]
    assert ask(ASSETS, "/assets/map.js", if_none_match=tag).status == 304


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets/vendor.sh",
        "/assets/vendor/leaflet/1.9.4/LICENSE",
        "/assets/nothing.js",
        "/assets/../browsers.py",
        "/assets/%2e%2e/browsers.py",
        "/assets/..%2fbrowsers.py",
        "/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd.css",
        "/assets//etc/fonts.css",
        "/assets/..%5cbrowsers.py",
        "/assets/map.js%00.css",
        "/assets/" + "a" * 5000 + ".js",
    ],
)
def test_nothing_but_the_listed_kinds_of_file_leaves_the_folder(path: str) -> None:
    assert ask(ASSETS, path).status == 404


def test_a_file_outside_is_not_reached_even_when_its_kind_is_served() -> None:
    outside = next(INDEX.parent.rglob("*.css"))
    to_the_root = "%2e%2e/" * len(FOLDER.parts)
    assert ask(ASSETS, f"/assets/{to_the_root}{outside.as_posix()[1:]}").status == 404


def test_only_reading_is_allowed() -> None:
    assert ask(ASSETS, "/assets/map.js", method="POST").status == 405


def test_assets_follow_the_base_path() -> None:
    below = Starlette(routes=routes_below("/tracker/"))
    assert ask(below, "/tracker/assets/map.js").status == 200
    assert ask(below, "/assets/map.js").status == 404


@pytest.mark.parametrize("file", [f for f in SHIPPED if f.suffix != ".png"], ids=lambda f: f.name)
def test_no_shipped_file_names_an_outside_host(file: Path) -> None:
    found = re.findall(r"(?:https?:)?//[a-z0-9-]+\.[^\s\"'`)]+", file.read_text(encoding="utf-8"))
    assert [address for address in found if not address.startswith(NAMES_ONLY)] == []


def test_every_vendored_package_carries_its_licence_and_all_fit_in_four_megabytes() -> None:
    packages = [version for version in FOLDER.glob("vendor/*/*") if version.is_dir()]
    assert packages
    assert all((package / "LICENSE").stat().st_size > 500 for package in packages)
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) < 4_000_000


# --- the page ---------------------------------------------------------------------------------


def site(**options: object) -> Starlette:
    async def index(_request: object) -> FileResponse:
        return FileResponse(INDEX)

    async def own(_request: object) -> HTMLResponse:
        return HTMLResponse("<html><head><title>Sign in</title></head></html>")

    async def figures(_request: object) -> JSONResponse:
        return JSONResponse({"title": STREAMLIT_TITLE})

    return Starlette(
        routes=[Route("/", index), Route("/own", own), Route("/figures", figures)],
        middleware=[Middleware(BrowserSupport, **options)],
    )


def test_the_polyfill_comes_before_every_script_of_streamlit() -> None:
    page = ask(site(), "/").text
    assert polyfill() in page
    assert page.index(polyfill()) < page.index("<script", page.index(polyfill()))
    assert page.count("<script") == INDEX.read_text(encoding="utf-8").count("<script") + 4


def test_the_page_speaks_chinese_and_is_as_long_as_it_says() -> None:
    answer = ask(site(), "/")
    assert '<html lang="zh-CN">' in answer.text
    assert STREAMLIT_TITLE not in answer.text
    assert address_of("chinese.js") in answer.text
    assert address_of("keys.js") in answer.text
    assert int(answer.headers["content-length"]) == len(answer.body)


def test_an_english_reader_gets_no_chinese_script() -> None:
    page = ask(site(language_of=lambda _scope: "en"), "/").text
    assert '<html lang="en">' in page
    assert "<title>Land Reclamation Tracker</title>" in page
    assert "chinese.js" not in page
    assert polyfill() in page


def test_the_page_is_never_answered_as_unchanged_for_ours_may_have_changed() -> None:
    untouched = Starlette(routes=[Mount("/", app=StaticFiles(directory=INDEX.parent, html=True))])
    tag = ask(untouched, "/").headers["etag"]
    assert ask(untouched, "/", if_none_match=tag).status == 304
    supported = BrowserSupport(untouched)
    answer = ask(supported, "/", if_none_match=tag)
    assert answer.status == 200
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-cache"


def test_other_answers_pass_unchanged() -> None:
    assert ask(site(), "/own").text == "<html><head><title>Sign in</title></head></html>"
    assert json.loads(ask(site(), "/figures").body) == {"title": STREAMLIT_TITLE}
    assert ask(site(), "/nothing").status == 404


def test_streamlits_own_scripts_survive_word_for_word() -> None:
    page = INDEX.read_text(encoding="utf-8")
    kept = re.findall(r"<(?:script|link)[^>]*>", page)
    assert len(kept) > 10
    assert [tag for tag in kept if tag not in adapted(page, "zh_CN")] == []


def test_a_maps_page_fetches_what_its_frame_will_ask_for_and_others_do_not() -> None:
    page = INDEX.read_text(encoding="utf-8")
    asked = [address for _name, address in (*DaysMap.default_js, *DaysMap.default_css)]
    fetched = re.findall(r'<link rel="prefetch" href="\./([^"]+)">', adapted(page, "en", "/x/map"))
    assert sorted(fetched) == sorted(address.removeprefix(ROOT) for address in asked)
    assert "prefetch" not in adapted(page, "en", "/x/weekly")


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


def run_in_node(script: str) -> object:
    answer = subprocess.run(
        ["node", "-e", script], capture_output=True, text=True, timeout=30, check=True
    )
    return json.loads(answer.stdout)


AS_CHROMIUM_109 = """
globalThis.window = globalThis;
for (const name of ["toSorted", "toReversed", "toSpliced", "with"]) delete Array.prototype[name];
delete Map.groupBy; delete Object.groupBy; delete Promise.withResolvers; delete URL.canParse;
const Native = RegExp;
globalThis.RegExp = function (p, f) {
  if (f && f.includes("v")) throw new SyntaxError("Invalid flags");
  return new.target ? Reflect.construct(Native, [p, f], Native) : Native(p, f);
};
RegExp.prototype = Native.prototype;
"""


@needs_node
def test_the_polyfill_gives_an_old_browser_what_streamlit_calls() -> None:
    seen = run_in_node(
        AS_CHROMIUM_109
        + polyfill()
        + r"""
        const {promise, resolve} = Promise.withResolvers(); resolve(7);
        promise.then(value => console.log(JSON.stringify({
          v: "a(b)*".replaceAll(RegExp(`[!'\\(\\)*]`, "gv"), "-"),
          made: new RegExp("^a$", "iv").test("A"),
          same: new RegExp("a") instanceof RegExp && RegExp(/a/g).flags,
          sorted: [3, 1, 2].toSorted((a, b) => b - a), reversed: [1, 2].toReversed(),
          spliced: [1, 2, 3].toSpliced(0, 1), with: [1, 2].with(-1, 9),
          grouped: Object.groupBy([1, 2, 3], n => n % 2 ? "odd" : "even"),
          mapped: [...Map.groupBy([1, 2, 3], n => n % 2)],
          urls: [URL.canParse("https://a.example"), URL.canParse("no")], value,
          listed: Object.keys([]).length,
        })));
        """
    )
    assert seen == {
        "v": "a-b--",
        "made": True,
        "same": "g",
        "sorted": [3, 2, 1],
        "reversed": [2, 1],
        "spliced": [2, 3],
        "with": [1, 9],
        "grouped": {"odd": [1, 3], "even": [2]},
        "mapped": [[1, [1, 3]], [0, [2]]],
        "urls": [True, False],
        "value": 7,
        "listed": 0,
    }


@needs_node
def test_the_polyfill_leaves_a_new_browser_alone() -> None:
    seen = run_in_node(
        "globalThis.window = globalThis;"
        "const native = [Promise.withResolvers, Object.groupBy, [].toSorted];"
        + "try { new RegExp('', 'v') } catch { globalThis.old = true }"
        + "const was = RegExp;"
        + polyfill()
        + "console.log(JSON.stringify([was === RegExp || !!globalThis.old,"
        " native.every((f, i) => !f"
        " || f === [Promise.withResolvers, Object.groupBy, [].toSorted][i])]))"
    )
    assert seen == [True, True]


def test_chinese_is_given_for_words_streamlit_really_says() -> None:
    """A phrase that Streamlit dropped is dead weight: at least the common ones must be live."""
    bundle = "".join(
        file.read_text(encoding="utf-8") for file in INDEX.parent.glob("static/js/*.js")
    )
    table = (FOLDER / "chinese.js").read_text(encoding="utf-8")
    phrases = re.findall(r'^    "([^"]+)":', table, flags=re.MULTILINE)
    assert len(phrases) > 50
    assert [phrase for phrase in phrases if phrase not in bundle] == []
