"""The headers of every answer: pages, files, refusals, failures, sockets that are not opened."""

from __future__ import annotations

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# the map's frame, which Streamlit would send anew with every page that is opened
NAMED_BY_CONTENT = re.compile(r"/component/[^/]+/static/.*\.[0-9a-f]{8}\.(js|css)$")
FOREVER = b"private, max-age=31536000, immutable"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    # Streamlit needs inline scripts and eval; what matters here: nothing from or to outside
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        b"connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'self'; "
        b"form-action 'self'; base-uri 'self'; object-src 'none'",
    ),
)
UNOPENED = {4401: 401, 4404: 404, 1013: 503}  # a socket's closing code as an answer's status
DENIAL = "websocket.http.response"


class Headed:
    """The outermost middleware: what leaves the application has every header."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers; a failure of ours too, which goes on to the log."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, _saying_why_unopened(scope, send))
            return
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                message = _headed(message, scope["path"])
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception:
            if not has_begun:
                await PlainTextResponse("this failed", status_code=500)(scope, receive, answer)
            raise


def _headed(message: Message, path: str) -> Message:
    headers = list(message.get("headers", ()))
    if message["status"] == 200 and NAMED_BY_CONTENT.search(path):
        headers = [one for one in headers if one[0].lower() != b"cache-control"]
        headers.append((b"cache-control", FOREVER))
    present = {name.lower() for name, _value in headers}
    headers += [(name, value) for name, value in HEADERS if name not in present]
    return {**message, "headers": headers}


def _saying_why_unopened(scope: Scope, send: Send) -> Send:
    """Turn the closing of a socket that was never opened into an answer with its headers."""
    is_open = DENIAL not in scope.get("extensions", {})

    async def answer(message: Message) -> None:
        nonlocal is_open
        if message["type"] == "websocket.accept":
            is_open = True
        elif message["type"] == "websocket.close" and not is_open:
            status = UNOPENED.get(message.get("code", 1000), 403)
            start = {"type": f"{DENIAL}.start", "status": status, "headers": [*HEADERS]}
            await send(start)
            await send({"type": f"{DENIAL}.body", "body": b""})
            return
        await send(message)

    return answer
