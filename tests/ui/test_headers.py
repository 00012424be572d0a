"""Whatever leaves the application has the headers, failures and unopened sockets too."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from ui.below import Below
from ui.headers import FOREVER, HEADERS, Headed

BUNDLE = "/component/streamlit_folium.st_folium/static/js/main.521860b0.js"


async def _fails(_request: Request) -> Response:
    raise RuntimeError("a bug of ours")


async def _says(_request: Request) -> Response:
    return PlainTextResponse("here", headers={"cache-control": "no"})


async def _closes(socket: WebSocket) -> None:
    await socket.close(int(socket.path_params["code"]))


async def _opens(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close(4403)


OFFICE = Starlette(
    routes=[
        Route("/fails", _fails),
        Route("/map", _says),
        Route(BUNDLE, _says),
        Route(BUNDLE.replace("js/main.521860b0.js", "index.html"), _says),
        WebSocketRoute("/closes/{code}", _closes),
        WebSocketRoute("/opens", _opens),
    ],
    middleware=[Middleware(Headed), Middleware(Below, below="/tracker")],
)


def sent(path: str, kind: str = "http") -> list[Any]:
    """Return the messages that answer a request below ``/tracker``; a failure is let through."""
    told: list[Any] = []
    scope: dict[str, Any] = {
        "type": kind,
        "path": path,
        "headers": [],
        "query_string": b"",
        "extensions": {"websocket.http.response": {}},
    }
    if kind == "http":
        scope["method"] = "GET"

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        told.append(message)

    try:
        asyncio.run(OFFICE(scope, receive, send))
    except RuntimeError as error:
        told.append(error)
    return told


@pytest.mark.parametrize(
    ("path", "status"), [("/tracker/map", 200), ("/tracker/none", 404), ("/beside", 404)]
)
def test_every_answer_has_the_headers(path: str, status: int) -> None:
    start = sent(path)[0]
    assert start["status"] == status
    assert set(HEADERS) <= set(start["headers"])


def test_a_failure_has_them_says_nothing_and_is_logged() -> None:
    start, body, error = sent("/tracker/fails")
    assert (start["status"], body["body"]) == (500, b"this failed")
    assert set(HEADERS) <= set(start["headers"])
    assert str(error) == "a bug of ours"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/tracker/closes/4401", 401), ("/tracker/closes/4403", 403), ("/beside", 404)],
)
def test_a_socket_that_is_not_opened_is_answered_with_them(path: str, status: int) -> None:
    start, body = sent(path, "websocket")
    assert (start["type"], start["status"]) == ("websocket.http.response.start", status)
    assert set(HEADERS) <= set(start["headers"])
    assert body["body"] == b""


def test_an_open_socket_closes_as_it_always_did() -> None:
    accepted, closed = sent("/tracker/opens", "websocket")
    assert accepted["type"] == "websocket.accept"
    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)


@pytest.mark.parametrize(
    ("path", "is_for_good"),
    [(BUNDLE, True), (BUNDLE.replace("js/main.521860b0.js", "index.html"), False), ("/map", False)],
)
def test_a_browser_keeps_of_a_component_what_is_named_by_its_content(
    path: str, *, is_for_good: bool
) -> None:
    headers = dict(sent(f"/tracker{path}")[0]["headers"])
    assert (headers[b"cache-control"] == FOREVER) is is_for_good
