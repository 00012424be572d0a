"""The frame of our server-made pages: no script, one style sheet, any browser."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse

from gis.language import CHINESE
from ui.below import SITE
from ui.routes.assets import address_of


def page(title: str, body: str, language: str) -> HTMLResponse:
    """Return a page; ``body`` is HTML whose texts the caller has escaped."""
    code = "zh-CN" if language == CHINESE else language
    return HTMLResponse(
        f"""<!doctype html>
<html lang="{code}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="icon" href="{SITE}/{address_of("icon.svg")}">
<link rel="stylesheet" href="{SITE}/{address_of("plain.css")}"></head>
<body><main>{body}</main></body></html>""",
        headers={"Cache-Control": "no-store"},
    )
