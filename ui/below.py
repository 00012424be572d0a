"""The sub-path that nginx may serve the application below, such as ``/tracker``.

Streamlit is told of it as ``server.baseUrlPath`` and serves its own addresses below it. Ours are
routes from the root: ``Below`` takes the sub-path off before the gate, ``Above`` puts it back for
Streamlit behind the gate, and every link we write begins with ``SITE``.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

SITE = f"/{(config.get_option('server.baseUrlPath') or '').strip('/')}".rstrip("/")
OURS = ("/account/", "/files/", "/gis/", "/img/", "/plain/", "/report/")
WHOLE_SITE = re.compile(rb";\s*path=/(?=;|$)", re.IGNORECASE)


class Below:
    """The outermost middleware: inside it the application stands at the root."""

    def __init__(self, app: ASGIApp, below: str = SITE) -> None:
        self.app = app
        self.below = below

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the sub-path off; what lies beside it is not here."""
        if scope["type"] == "lifespan" or not self.below:
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path != self.below and not path.startswith(f"{self.below}/"):
            await _nothing(scope, send)
            return
        inner = {**scope, "path": path[len(self.below) :] or "/"}
        await self.app(inner, receive, self._telling(send))

    def _telling(self, send: Send) -> Send:
        """Put the sub-path before addresses of ours and into the path of every cookie."""

        async def answer(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                told = message.get("headers", ())
                headers = [(name, self._told(name, value)) for name, value in told]
                message = {**message, "headers": headers}
            await send(message)

        return answer

    def _told(self, name: bytes, value: bytes) -> bytes:
        below = self.below.encode()
        if name.lower() == b"set-cookie":
            return WHOLE_SITE.sub(b"; Path=" + below, value)
        is_ours = value.startswith(b"/") and not value.startswith((b"//", below + b"/"))
        if name.lower() == b"location" and is_ours:
            return below + value
        return value


class Above:
    """The innermost middleware: Streamlit's own addresses stand below the sub-path again."""

    def __init__(self, app: ASGIApp, below: str = SITE) -> None:
        self.app = app
        self.below = below

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the sub-path back before what is not ours."""
        if scope["type"] != "lifespan" and not scope["path"].startswith(OURS):
            scope = {**scope, "path": f"{self.below}{scope['path']}"}
        await self.app(scope, receive, send)


async def _nothing(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4404})
        return
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})
