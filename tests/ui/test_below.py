"""Below a sub-path of nginx every address holds, whoever writes it."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ui.below import OURS, Above, Below
from ui.routes import ROUTES

UI = Path(__file__).resolve().parents[2] / "ui"
IN_A_LINK = re.compile(r"""(href|src|action)=["']?/""")
AN_ADDRESS = re.compile(r"^/(account|files|gis|img|plain|report|parcel|versions)\b")
MAKE_LINKS = ("components", "pages", "daymap", "shell")


async def _told(request: Request) -> Response:
    return PlainTextResponse(request.url.path)


async def _sent_on(_request: Request) -> Response:
    answer = RedirectResponse("/overview", status_code=303)
    answer.set_cookie("tracker_session", "x", httponly=True)
    return answer


OFFICE = Starlette(
    routes=[
        Route("/account/in", _sent_on),
        Route("/files/one", _told),
        Route("/office/tracker/overview", _told),  # as Streamlit serves its own
    ],
    middleware=[Middleware(each, below="/office/tracker") for each in (Below, Above)],
)


def answer_of(path: str) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body of the application below ``/office/tracker``."""
    told: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(OFFICE(scope, None, send))  # type: ignore[arg-type]
    headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    return told[0]["status"], headers, b"".join(one["body"] for one in told[1:]).decode()


def test_our_routes_and_streamlits_are_found_below_it() -> None:
    assert answer_of("/office/tracker/files/one")[2] == "/files/one"
    assert answer_of("/office/tracker/overview")[2] == "/office/tracker/overview"


@pytest.mark.parametrize("path", ["/", "/files/one", "/overview", "/office/trackers/files/one"])
def test_nothing_is_found_beside_it(path: str) -> None:
    assert answer_of(path)[0] == 404


def test_who_is_sent_on_stays_below_it_and_so_does_the_cookie() -> None:
    _status, headers, _body = answer_of("/office/tracker/account/in")
    assert headers["location"] == "/office/tracker/overview"
    cookie = headers["set-cookie"].split("; ")
    assert cookie[0] == "tracker_session=x"
    assert "Path=/office/tracker" in cookie
    assert "Path=/" not in cookie


def test_every_route_of_ours_is_known_as_ours() -> None:
    paths = {route.path for route in ROUTES}  # type: ignore[attr-defined]
    assert {path for path in paths if not path.startswith(OURS)} == {"/assets"}


def test_no_link_is_written_from_the_root() -> None:
    assert list(_from_the_root()) == []


def _from_the_root() -> Iterator[str]:
    """Give every text of the pages that names an address without the sub-path before it."""
    for file in sorted(UI.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        later = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for part in node.values[1:]
        }
        makes_links = file.relative_to(UI).parts[0] in MAKE_LINKS
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                begins = makes_links and id(node) not in later and AN_ADDRESS.search(node.value)
                if begins or IN_A_LINK.search(node.value):
                    yield f"{file.relative_to(UI)}:{node.lineno} {node.value.strip()[:60]}"
