"""The gate: without a valid session only the sign-in page, its assets and health answer.

It stands before everything, HTTP and websocket, Streamlit's uploads and media included.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gis.language import LANGUAGES, language
from parcels.people.sessions import Session, find_session
from ui import office

SESSION_COOKIE = "tracker_session"
LANGUAGE_COOKIE = "tracker_language"
SIGN_IN = "/account/sign-in"
PASSWORD = "/account/password"
OPEN_PATHS = frozenset({SIGN_IN, "/account/demo", "/_stcore/health"})
OPEN_PREFIXES = ("/assets/",)
BEFORE_NEW_PASSWORD = frozenset({PASSWORD, "/account/sign-out"})
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    # Streamlit needs inline scripts and eval; what matters here: nothing from or to outside
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        b"connect-src 'self' ws: wss:; worker-src 'self' blob:; frame-ancestors 'self'; "
        b"form-action 'self'; base-uri 'self'; object-src 'none'",
    ),
)


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the request's cookies; a malformed header means none."""
    header = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        return {name: m.value for name, m in SimpleCookie(header.decode("latin-1")).items()}
    except CookieError:
        return {}


def language_of(scope: Scope) -> str:
    """Return the language of a request: its session's, else the cookie's, else the office's."""
    session: Session | None = scope.get("tracker_session")
    if session is not None:
        return session.language
    wanted = cookies_of(scope).get(LANGUAGE_COOKIE, "")
    return wanted if wanted in LANGUAGES else language()


class Gate:
    """The middleware; puts the session into the scope for the routes behind it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through who has a session, and the few open paths."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        token = cookies_of(scope).get(SESSION_COOKIE)
        session = await run_in_threadpool(find_session, office.store(), token, office.now())
        scope["tracker_session"] = session
        path = scope["path"]
        if scope["type"] == "websocket":
            if session is None or session.must_change_password:
                await send({"type": "websocket.close", "code": 4401})
                return
            await self.app(scope, receive, send)
            return
        answer = _with_headers(send)
        if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
            await self.app(scope, receive, answer)
        elif session is None:
            await self._refuse(scope, receive, answer)
        elif session.must_change_password and path not in BEFORE_NEW_PASSWORD:
            await RedirectResponse(PASSWORD, status_code=303)(scope, receive, answer)
        else:
            await self.app(scope, receive, answer)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepts = dict(scope["headers"]).get(b"accept", b"")
        if scope["method"] == "GET" and b"text/html" in accepts:
            back = quote(scope["path"])
            address = SIGN_IN if scope["path"] == "/" else f"{SIGN_IN}?back={back}"
            await RedirectResponse(address, status_code=303)(scope, receive, send)
            return
        await PlainTextResponse("sign in first", status_code=401)(scope, receive, send)


def _with_headers(send: Send) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _value in message["headers"]}
            added = [(name, value) for name, value in HEADERS if name not in present]
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return answer
