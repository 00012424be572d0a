"""Puts our few lines into Streamlit's page: polyfill for Chromium 109, language, title, keys.

Streamlit offers no hook for its ``index.html``; this ASGI middleware edits the answer on its way
out and nothing else. Wherever the page is not as expected, it goes out unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from html import escape

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis.language import CHINESE, language, say, speaking
from ui.below import SITE
from ui.routes.assets import FOLDER, address_of

# How the page is recognised: Streamlit's own title, in no page of ours and in no component.
STREAMLIT_TITLE = "<title>Streamlit</title>"
HTML_LANGUAGE = {CHINESE: "zh-CN"}

# Streamlit's page guesses its root by asking one path after another; we tell it, so that no
# deep page begins with two answers of 404.
ROOT_FIRST = (
    "window.__streamlit={BACKEND_BASE_URL:new URL(document.baseURI).origin+"
    + json.dumps(SITE or "/")
    + "};"
)

# Browsers for which Streamlit's page stays blank even with the polyfill go to the plain page; asked
# in words that every one of them understands, before any script that it might not.
TOO_OLD = (
    "if(!(window.Promise&&window.Reflect&&Array.prototype.findLast&&window.structuredClone&&"
    "window.CSS&&CSS.supports&&CSS.supports('selector(:has(a))')))"
    f"location.replace({json.dumps(SITE + '/plain/report')});"
)

# A map's frame asks for these one after another, when the page has long been there.
LEAFLET = "vendor/leaflet/1.9.4/leaflet"
SOON_ASKED = {
    "map": (f"{LEAFLET}.js", "map.js", "ground.js", "days.js", f"{LEAFLET}.css", "map.css"),
}

LanguageOf = Callable[[Scope], str]


def language_of_the_office(_scope: Scope) -> str:
    """Return the language set for the whole installation."""
    return language()


@cache
def polyfill() -> str:
    """Return the polyfill without its comments and indents; it goes inline, before every script."""
    source = (FOLDER / "polyfill.js").read_text(encoding="utf-8")
    lines = (re.sub(r"\s*//.*$", "", line).strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line)


def adapted(page: str, code: str, path: str = "/") -> str:
    """Return Streamlit's page with polyfill, language, title and translations of its own words.

    What the page at ``path`` is known to ask for later is fetched while Streamlit starts.
    """
    with speaking(code):
        title = escape(say("Land Reclamation Tracker"))
        needs_script = escape(say("This system needs JavaScript; please switch it on."))
        plain = escape(say("The daily report can be sent without it."))
    needs_script += f' <a href="{SITE}/plain/report">{plain}</a>'
    in_head = f"<script>{TOO_OLD}</script><script>{polyfill()}\n{ROOT_FIRST}</script>"
    in_head += f'<script defer src="./{address_of("keys.js")}"></script>'
    if code == CHINESE:
        in_head += f'<script defer src="./{address_of("chinese.js")}"></script>'
    in_head += "".join(
        f'<link rel="prefetch" href="./{address_of(file)}">'
        for file in SOON_ASKED.get(path.rsplit("/", 1)[-1], ())
    )
    page = re.sub(r"<html\b[^>]*>", f'<html lang="{HTML_LANGUAGE.get(code, code)}">', page, count=1)
    page = page.replace("<head>", f"<head>{in_head}", 1)
    page = page.replace(STREAMLIT_TITLE, f"<title>{title}</title>", 1)
    return re.sub(
        r"<noscript>.*?</noscript>",
        f"<noscript><p>{needs_script}</p></noscript>",
        page,
        count=1,
        flags=re.DOTALL,
    )


class BrowserSupport:
    """The middleware: edits Streamlit's page for one reader's language, passes the rest through."""

    def __init__(self, app: ASGIApp, language_of: LanguageOf = language_of_the_office) -> None:
        self.app = app
        self.language_of = language_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through except answers to a browser that wants a page."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _may_be_page(scope):
            await self.app(scope, receive, send)
            return
        # Uncompressed and whole, never "not modified": the page is small and ours differs.
        unwanted = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
        plain = {
            **scope,
            "headers": [header for header in scope["headers"] if header[0].lower() not in unwanted],
            "extensions": {},  # else the server may send the file itself, past our eyes
        }
        await self.app(plain, receive, _Editor(send, self.language_of(scope), scope["path"]))


def _may_be_page(scope: Scope) -> bool:
    """Tell whether a request can answer with Streamlit's page: its last part has no suffix."""
    last = scope["path"].rsplit("/", 1)[-1]
    return "." not in last or last == "index.html"


class _Editor:
    """A ``send`` that holds a page back until it is whole, edits it, and lets it go."""

    def __init__(self, send: Send, code: str, path: str) -> None:
        self.send = send
        self.code = code
        self.path = path
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            is_page = headers.get("content-type", "").startswith("text/html")
            if is_page and message["status"] == 200 and "content-encoding" not in headers:
                self.start = message
                return
        if self.start is None or message["type"] != "http.response.body":
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._let_go(self.start)

    async def _let_go(self, start: Message) -> None:
        body = self.body
        headers = MutableHeaders(raw=list(start["headers"]))
        page = body.decode("utf-8", errors="replace")
        if STREAMLIT_TITLE in page:
            body = adapted(page, self.code, self.path).encode("utf-8")
            headers["content-length"] = str(len(body))
            # These describe the file on disk, not what we send.
            del headers["etag"], headers["last-modified"]
            headers["cache-control"] = "no-cache"
        await self.send({**start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": body})
