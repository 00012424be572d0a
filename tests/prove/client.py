"""A person at a page without a browser: Streamlit's own messages over the websocket.

Remembers what the page shows as its scripts do, answers widgets by the words people read, and
sends what a browser would send: every widget's value, and a button's press once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from tests.browser.wire import SESSION, ask, connected, open_stream

LONGEST_S = 60.0
SILENT = ("bidi_component",)  # its script is no words of the page
RECEIPT = re.compile(r"\b\d{8}-\d+-\d{9}-\d+\b")
_FORM = re.compile(r'name="form" value="([^"]+)"')


class Unanswered(Exception):
    """The server went away, or did not answer in time: nobody knows what became of it."""


def sign_in(address: str, name: str, password: str, *, source: str = "") -> Mapping[str, str]:
    """Sign in at the page; return the session's cookies; raises PermissionError when refused."""
    token = _FORM.search(ask(address, "/account/sign-in").body.decode())
    assert token, "no form"
    form = {"form": token.group(1), "name": name, "password": password, "back": "/"}
    status, cookies = _post(address, "/account/sign-in", form, source)
    if SESSION not in cookies:
        raise PermissionError(status)
    return {SESSION: cookies[SESSION]}


def _post(
    address: str, path: str, form: Mapping[str, str], source: str
) -> tuple[int, dict[str, str]]:
    """Send a form from an address of one's own; loopback has sixteen million."""
    connection = connected(address, source)
    try:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"tracker_form={form['form']}",
        }
        below = urlsplit(address).path
        connection.request("POST", below + path, body=urlencode(form).encode(), headers=headers)
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    given = [value for key, value in response.getheaders() if key.lower() == "set-cookie"]
    pairs = [one.split(";", 1)[0].partition("=") for one in given]
    return response.status, {name: value.strip('"') for name, _equals, value in pairs}


class Visitor:
    """One open page of one session."""

    def __init__(self, address: str, cookies: Mapping[str, str], page: str) -> None:
        self.page = page
        self.session = ""
        self.values: dict[str, WidgetState] = {}
        self.elements: dict[tuple[int, ...], Element] = {}
        self.fragments: dict[tuple[int, ...], str] = {}
        try:
            self.stream: ClientConnection = open_stream(address, cookies)
        except (OSError, WebSocketException) as error:
            raise Unanswered from error
        try:
            self.run()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Leave the page as a closed tab does."""
        self.stream.close()

    # --- what the page shows

    def texts(self) -> str:
        """Return every word of the page."""
        shown = [one for one in self.elements.values() if one.WhichOneof("type") not in SILENT]
        return "\n".join(words for one in shown for words in _words(one) if "<style" not in words)

    def receipt(self) -> str:
        """Return the receipt that the page shows; empty without one."""
        found = RECEIPT.search(self.texts())
        return found.group() if found else ""

    def widgets(self) -> Iterator[Any]:
        """Give whatever on the page has a value or can be pressed."""
        for one in self.elements.values():
            inner = getattr(one, one.WhichOneof("type") or "empty")
            if getattr(inner, "id", ""):
                yield inner

    def widget(self, key: str) -> Any:
        """Return the widget whose key, as its page names it, begins with these words."""
        for one in self.widgets():
            if key_of(one).startswith(key):
                return one
        raise LookupError(f"no {key!r} among {[key_of(one) for one in self.widgets()]}")

    def chosen(self, key: str) -> list[str]:
        """Return what is chosen in a group of buttons."""
        state = self.values.get(self.widget(key).id)
        return list(state.string_array_value.data) if state else []

    # --- what the person does

    def chooses(self, widget: Any, *options: str) -> None:
        """Set the options of a group of buttons, and let the page run."""
        state = WidgetState(id=widget.id)
        state.string_array_value.data.extend(options)
        self.sends(state)

    def types(self, widget: Any, value: int) -> None:
        """Put a number into a number field, and let the page run."""
        self.sends(WidgetState(id=widget.id, int_value=value))

    def presses(self, button: Any) -> None:
        """Press a button, and let the page run."""
        state = WidgetState(id=button.id, trigger_value=True)
        self.run(state, fragment=self.fragment_of(button.id))

    def sends(self, state: WidgetState) -> None:
        """Keep a widget's value as a browser does, and let the page run."""
        self.values[state.id] = state
        self.run(fragment=self.fragment_of(state.id))

    def run(self, trigger: WidgetState | None = None, *, fragment: str = "") -> None:
        """Run the page, or a part of it, and take in what it shows until the run is over."""
        wanted = BackMsg()
        wanted.rerun_script.page_name = self.page
        wanted.rerun_script.fragment_id = fragment
        present = {one.id for one in self.widgets()}
        states = [state for key, state in self.values.items() if key in present]
        wanted.rerun_script.widget_states.widgets.extend([*states, *([trigger] if trigger else [])])
        self.says(wanted)

    def says(self, message: BackMsg, *, seconds: float = LONGEST_S) -> None:
        """Send any message at all and wait until the run that it starts is over."""
        try:
            self.stream.send(message.SerializeToString())
            self._take_in(seconds)
        except (OSError, EOFError, WebSocketException) as error:
            raise Unanswered from error

    def _take_in(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            frame = self.stream.recv(timeout=seconds)
            message = ForwardMsg()
            assert isinstance(frame, bytes)
            message.ParseFromString(frame)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._forget(set(message.metadata.run.fragment_ids))
                self.session = message.new_session.initialize.session_id
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element, path = message.delta.new_element, tuple(message.metadata.delta_path)
                self.elements[path] = element
                self.fragments[path] = message.delta.fragment_id
                self._follow(element)
            elif kind == "delta" and message.delta.WhichOneof("type") == "add_block":
                path = tuple(message.metadata.delta_path)
                self.elements.pop(path, None)
            elif kind == "script_finished" and (
                message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return
        raise TimeoutError

    def _forget(self, fragments: set[str]) -> None:
        """Let go of what the run that begins will show anew: of these fragments, or all of it."""
        for path in list(self.elements):
            if not fragments or self.fragments.get(path) in fragments:
                del self.elements[path]

    def fragment_of(self, widget_id: str) -> str:
        """Return the fragment that a widget belongs to; a page's own has none."""
        for path, one in self.elements.items():
            inner = getattr(one, one.WhichOneof("type") or "empty")
            if getattr(inner, "id", "") == widget_id:
                return self.fragments.get(path, "")
        return ""

    def _follow(self, element: Element) -> None:
        """Take over a value that the script gave its widget, as a browser does."""
        inner = getattr(element, element.WhichOneof("type") or "empty")
        if not getattr(inner, "set_value", False):
            return
        if hasattr(inner, "raw_values"):
            state = WidgetState(id=inner.id)
            state.string_array_value.data.extend(inner.raw_values)
            self.values[inner.id] = state
        else:
            self.values.pop(inner.id, None)


def key_of(widget: Any) -> str:
    """Return the key that the page gave a widget: it stands behind the hash in its id."""
    return str(widget.id).split("-", 2)[-1]


def _words(element: Element) -> Iterator[str]:
    """Give the words of an element: every text field of whatever it is."""
    kind = element.WhichOneof("type")
    if kind is None:
        return
    stack = [getattr(element, kind)]
    while stack:
        for field, value in stack.pop().ListFields():
            many = value if field.is_repeated else [value]
            if field.type == field.TYPE_MESSAGE:
                stack.extend(many)
            elif field.type == field.TYPE_STRING and field.name not in ("id", "form_id"):
                yield from many
