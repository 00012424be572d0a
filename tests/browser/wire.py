"""What goes over the wire, without a browser: requests with chosen cookies, and page runs."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from tests.browser.tls import line

SESSION = "tracker_session"


@dataclass(frozen=True)
class Answer:
    """An answer with its whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: Mapping[str, str] = field(default_factory=dict)


def ask(
    address: str,
    path: str,
    *,
    method: str = "GET",
    cookies: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send one request; redirects are not followed."""
    sent = dict(headers or {})
    if cookies:
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if form is not None:
        body = urlencode(form).encode()
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection = connected(address)
    try:
        connection.request(method, urlsplit(address).path + path, body=body, headers=sent)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    given = {}
    for name, value in response.getheaders():
        if name.lower() == "set-cookie":
            key, _equals, rest = value.partition("=")
            given[key] = rest.split(";", 1)[0].strip('"')
    return Answer(response.status, dict(response.getheaders()), content, given)


def connected(address: str, source: str = "") -> http.client.HTTPConnection:
    """Return a connection to a server, over TLS too; ``SSL_CERT_FILE`` names whom to believe."""
    split = urlsplit(address)
    kind = http.client.HTTPSConnection if split.scheme == "https" else http.client.HTTPConnection
    return kind(split.netloc, timeout=60, source_address=(source, 0) if source else None)


def enter_demo(address: str, name: str) -> dict[str, str]:
    """Return the cookies of a new session of a demo account."""
    seen = ask(address, "/account/sign-in")
    token = seen.cookies["tracker_form"]
    entered = ask(
        address,
        "/account/demo",
        method="POST",
        cookies={"tracker_form": token},
        form={"form": token, "name": name},
    )
    assert entered.status == 303, entered
    return {SESSION: entered.cookies[SESSION]}


def sign_out(address: str, cookies: Mapping[str, str]) -> None:
    """End a session by its own form."""
    me = ask(address, "/account/me", cookies=cookies).body.decode()
    csrf = re.search(r'name="csrf" value="([^"]+)"', me)
    assert csrf, me
    left = ask(
        address, "/account/sign-out", method="POST", cookies=cookies, form={"csrf": csrf.group(1)}
    )
    assert left.status == 303


def open_stream(address: str, cookies: Mapping[str, str] | None) -> ClientConnection:
    """Open Streamlit's websocket as its page does."""
    headers = {}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    split = urlsplit(address)
    host, port = split.hostname or "", split.port or 443
    over_tls = line(host, port, seconds=30) if split.scheme == "https" else None
    return connect(
        f"ws://{split.netloc}{split.path}/_stcore/stream",
        sock=over_tls,  # type: ignore[arg-type]
        additional_headers=headers,
        origin="://".join(split[:2]),  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
        open_timeout=30,
    )


def run_page(
    stream: ClientConnection,
    page: str,
    *,
    query: str = "",
    states: Sequence[WidgetState] = (),
    frames: list[ForwardMsg] | None = None,
    seconds: float = 60,
) -> bytes:
    """Run one page and return every byte that came until the run was over.

    ``states`` are what a person has chosen on it; ``frames`` takes up the messages themselves.
    """
    wanted = BackMsg()
    wanted.rerun_script.page_name = page
    wanted.rerun_script.query_string = query
    wanted.rerun_script.widget_states.widgets.extend(states)
    stream.send(wanted.SerializeToString())
    received = b""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        frame = stream.recv(timeout=seconds)
        assert isinstance(frame, bytes)
        received += frame
        message = ForwardMsg()
        message.ParseFromString(frame)
        if frames is not None:
            frames.append(message)
        if message.WhichOneof("type") == "script_finished" and not _asks_again(message):
            return received
    raise AssertionError(f"page {page!r} did not end within {seconds} s")


def _asks_again(message: ForwardMsg) -> bool:
    return message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
