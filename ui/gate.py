"""The gate: without a valid session only the sign-in page, its assets and health answer.

It stands before everything, HTTP and websocket, Streamlit's uploads and media included.
"""

from __future__ import annotations

from collections import Counter
from urllib.parse import quote

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from gis.language import LANGUAGES, language
from parcels.people.access import Action, may
from parcels.people.sessions import Session, find_session
from ui import office

SESSION_COOKIE = "tracker_session"
LANGUAGE_COOKIE = "tracker_language"
SIGN_IN = "/account/sign-in"
PASSWORD = "/account/password"
OPEN_PATHS = frozenset({SIGN_IN, "/account/demo", "/_stcore/health"})
OPEN_PREFIXES = ("/assets/",)
BEFORE_NEW_PASSWORD = frozenset({PASSWORD, "/account/sign-out"})
MOST_SOCKETS = 24  # of one session: tabs a person really keeps, not a flood
PAGE_SAYS = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
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


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the request's cookies; a malformed header means none."""
    header = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    return cookie_parser(header.decode("latin-1"))


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
        self.open: Counter[int] = Counter()

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
            if not _is_from_our_page(scope) or self.open[session.id] >= MOST_SOCKETS:
                await send({"type": "websocket.close", "code": 4403})
                return
            # Streamlit lets nobody but this owner come back to what the socket opens
            owner = (b"x-tracker-session", str(session.id).encode())
            headers = [h for h in scope["headers"] if h[0] != owner[0]] + [owner]
            self.open[session.id] += 1
            try:
                await self.app({**scope, "headers": headers}, _only_what_a_page_says(receive), send)
            finally:
                self.open[session.id] -= 1
            return
        answer = _with_headers(send)
        if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
            await self.app(scope, receive, answer)
        elif session is None:
            await self._refuse(scope, receive, answer)
        elif session.must_change_password and path not in BEFORE_NEW_PASSWORD:
            await RedirectResponse(PASSWORD, status_code=303)(scope, receive, answer)
        elif "/_stcore/upload_file/" in path and not _may_upload(session):
            await PlainTextResponse("not yours", status_code=403)(scope, receive, answer)
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


def _may_upload(session: Session) -> bool:
    return may(session.actor, Action.UPLOAD_LAYER) or may(session.actor, Action.KEEP_PROJECT)


def _is_from_our_page(scope: Scope) -> bool:
    """Tell whether a socket's page is ours; for a foreign one Streamlit would call outside."""
    told = dict(scope["headers"])
    origin = told.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == told.get(b"host")


def _only_what_a_page_says(receive: Receive) -> Receive:
    """Pass on what our pages send; drop commands such as clearing everyone's cache."""

    async def checked() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or not message.get("bytes"):
                return message
            said = BackMsg()
            try:
                said.ParseFromString(message["bytes"])
            except DecodeError:
                return message
            if said.WhichOneof("type") in PAGE_SAYS:
                return message

    return checked
