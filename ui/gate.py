"""The gate: without a valid session only the sign-in page, its assets and health answer.

It stands before everything, HTTP and websocket, Streamlit's uploads and media included.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from urllib.parse import quote

from google.protobuf.message import DecodeError
from starlette.concurrency import run_in_threadpool
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from gis.language import LANGUAGES, language, speaking
from parcels.people.access import Action, may
from parcels.people.sessions import Session, find_session
from parcels.services.note_refusal import note_refused_address
from parcels.store.trouble import Busy, in_our_words
from ui import office
from ui.limits import TooMany, Turns
from ui.processes import telling_where
from ui.refusals import is_refusal

SESSION_COOKIE = "tracker_session"
LANGUAGE_COOKIE = "tracker_language"
SIGN_IN = "/account/sign-in"
PASSWORD = "/account/password"
OPEN_PATHS = frozenset({SIGN_IN, "/account/demo", "/_stcore/health"})
OPEN_PREFIXES = ("/assets/",)
BEFORE_NEW_PASSWORD = frozenset({PASSWORD, "/account/sign-out"})
# What takes a thread for long, by its address. Tiles are drawn by the very process that takes
# reports, and gain nothing by being drawn at once: with twelve threads at it, each of a report's
# thirty statements stood behind them (p95 0.24 s; one by one 0.07 s, on a busy machine).
TURNS: dict[str, dict[str, int]] = {
    r"/files/": {"each": 2, "together": 8, "waiting": 40},
    r"/gis/.*\.png$": {"each": 1, "together": 1, "waiting": 400},
    r"/gis/": {"each": 2, "together": 2, "waiting": 400},
    r"/img/": {"each": 6, "together": 12, "waiting": 400},
}
MOST_UPLOADED_BYTES = 26 * 1024**2  # of those who attach photos and keep no layers
MOST_SOCKETS = 24  # of one session: tabs a person really keeps, not a flood
PAGE_SAYS = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
UPLOADING = (  # rights that bring files of any size
    Action.UPLOAD_LAYER,
    Action.KEEP_PROJECT,
    Action.KEEP_PEOPLE,
    Action.KEEP_TEMPLATES,
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
        self.turns = {re.compile(path): Turns(**limits) for path, limits in TURNS.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through who has a session, and the few open paths."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        token = cookies_of(scope).get(SESSION_COOKIE)
        try:
            session = await run_in_threadpool(find_session, office.store(), token, office.now())
        except Busy as busy:
            await _say_busy(busy, scope, receive, send)
            return
        scope["tracker_session"] = session
        if scope["type"] == "websocket":
            await self._stream(session, token, scope, receive, send)
            return
        path = scope["path"]
        if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
            await _in_words(self.app, scope, receive, send)
        elif session is None:
            await self._refuse(scope, receive, send)
        elif session.must_change_password and path not in BEFORE_NEW_PASSWORD:
            await RedirectResponse(PASSWORD, status_code=303)(scope, receive, send)
        else:
            serve = partial(self._serve, session)
            await _in_words(serve, scope, receive, send)

    async def _stream(
        self,
        session: Session | None,
        token: str | None,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Open a page's socket for its owner."""
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
            await self.app(
                {**scope, "headers": headers},
                _only_what_a_page_says(receive, token),
                telling_where(send, is_secure=scope.get("scheme") == "wss"),
            )
        finally:
            self.open[session.id] -= 1

    async def _serve(self, session: Session, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a person, in their turn; write down what they were refused."""
        path = scope["path"]

        async def answer(message: Message) -> None:
            is_start = message["type"] == "http.response.start"
            if is_start and is_refusal(session, path, message["status"]):
                await run_in_threadpool(  # first the row, then the answer
                    note_refused_address, office.store(), session.actor, path, now=office.now()
                )
            await send(message)

        if "/_stcore/upload_file/" in path and not _may_upload(session, scope):
            await PlainTextResponse("not yours", status_code=403)(scope, receive, answer)
        else:
            await self._in_turn(session, scope, receive, answer)

    async def _in_turn(self, session: Session, scope: Scope, receive: Receive, send: Send) -> None:
        turns = next(
            (turns for path, turns in self.turns.items() if path.match(scope["path"])),
            None,
        )
        if turns is None:
            await self.app(scope, receive, send)
            return
        try:
            async with turns.turn(session.actor.person_id or 0):
                await self.app(scope, receive, send)
        except TooMany:
            words = PlainTextResponse("too many at once", 429, {"Retry-After": "5"})
            await words(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepts = dict(scope["headers"]).get(b"accept", b"")
        if scope["method"] == "GET" and b"text/html" in accepts:
            back = quote(scope["path"])
            address = SIGN_IN if scope["path"] == "/" else f"{SIGN_IN}?back={back}"
            await RedirectResponse(address, status_code=303)(scope, receive, send)
            return
        await PlainTextResponse("sign in first", status_code=401)(scope, receive, send)


async def _in_words(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, or say that the database or the disk does not let us."""
    has_begun = False

    async def answer(message: Message) -> None:
        nonlocal has_begun
        has_begun = True
        await send(message)

    try:
        await app(scope, receive, answer)
    except Exception as error:
        told = in_our_words(error)
        if told is None or has_begun:
            raise
        await _say_busy(told, scope, receive, send)


async def _say_busy(busy: Busy, scope: Scope, receive: Receive, send: Send) -> None:
    """Say what keeps the store from answering; what was sent is not lost silently."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1013})
        return
    with speaking(language_of(scope)):
        answer = PlainTextResponse(str(busy), busy.status, {"Retry-After": "30"})
    await answer(scope, receive, send)


def _may_upload(session: Session, scope: Scope) -> bool:
    """Tell whether the role uploads at all: layers of any size, or photos of a photo's size."""
    if any(may(session.actor, action) for action in UPLOADING):
        return True
    if scope["method"] != "PUT" and scope["method"] != "POST":
        return may(session.actor, Action.KEEP_PHOTO)
    told = dict(scope["headers"]).get(b"content-length", b"")
    is_small = told.isdigit() and int(told) <= MOST_UPLOADED_BYTES
    return is_small and may(session.actor, Action.KEEP_PHOTO)


def _is_from_our_page(scope: Scope) -> bool:
    """Tell whether a socket's page is ours; for a foreign one Streamlit would call outside."""
    told = dict(scope["headers"])
    origin = told.get(b"origin")
    return origin is None or origin.partition(b"://")[2] == told.get(b"host")


def _only_what_a_page_says(receive: Receive, token: str | None) -> Receive:
    """Pass on what our pages send; drop commands such as clearing everyone's cache.

    A fragment runs without the page around it, so nobody would ask for its session: when that has
    ended, the whole page runs instead and says so.
    """

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
            if said.WhichOneof("type") not in PAGE_SAYS:
                continue
            if said.rerun_script.fragment_id and not await _is_alive(token):
                said.rerun_script.ClearField("fragment_id")
                said.rerun_script.ClearField("is_auto_rerun")
                return {**message, "bytes": said.SerializeToString()}
            return message

    return checked


async def _is_alive(token: str | None) -> bool:
    """Tell whether a session is still open, without counting this as being used."""
    try:
        session = await run_in_threadpool(
            find_session, office.store(), token, office.now(), is_used=False
        )
    except Busy:
        return True  # it was a moment ago
    return session is not None and not session.must_change_password
