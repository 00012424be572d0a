"""A line that can be cut, and a township that goes on typing while it is."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.browser.clicks import Person, zh

WAITING = "No connection: kept in this browser, sent as soon as it is back."
BEFORE = "断线前：便道泥泞。"
AT_ONCE = struct.pack("ii", 1, 0)  # a closed socket is reset, as a router that has lost it does
CHUNK = 64 * 1024
ARRIVES_WITHIN_S = 60


class Line:
    """A relay to the application: everything over it can be reset, or swallowed without a word.

    The application itself knows nothing of it, as it knows nothing of a dug-up cable.
    """

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.is_up = threading.Event()
        self.is_up.set()
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.listening = self._listen(0)
        self.port = self.listening.getsockname()[1]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self, *, silently: bool) -> None:
        """Cut it: silently nothing answers any more, else every connection is refused."""
        self.is_up.clear()
        if not silently:
            self._shut()

    def mend(self) -> None:
        """Let everything through again; what waited in a swallowed connection goes on."""
        if self.listening.fileno() < 0:
            self.listening = self._listen(self.port)
        self.is_up.set()

    def end(self) -> None:
        """Take the line away."""
        self._shut()
        self.is_up.set()  # lets the threads see their closed sockets

    def _shut(self) -> None:
        with contextlib.suppress(OSError):  # wakes the thread that accepts
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for pair in self.pairs:
            for end in pair:
                _reset(end)
        self.pairs.clear()

    def _listen(self, port: int) -> socket.socket:
        opened = socket.socket()
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(("127.0.0.1", port))
        opened.listen(64)
        threading.Thread(target=self._accept, args=(opened,), daemon=True).start()
        return opened

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                theirs, _address = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(theirs,), daemon=True).start()

    def _join(self, theirs: socket.socket) -> None:
        self.is_up.wait()
        try:
            ours = socket.create_connection(("127.0.0.1", self.server_port))
        except OSError:
            _reset(theirs)
            return
        self.pairs.append((theirs, ours))
        threading.Thread(target=self._pump, args=(theirs, ours), daemon=True).start()
        self._pump(ours, theirs)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(CHUNK):
                self.is_up.wait()
                target.sendall(content)
        self.is_up.wait()
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        end.shutdown(socket.SHUT_RDWR)
    end.close()


def drafted(folder: Path, township: str) -> dict[str, Any]:
    """Return what the store of a folder holds of a township's newest draft."""
    engine = sa.create_engine(f"sqlite:///{folder / 'tracker.db'}")
    with engine.connect() as connection:
        found = connection.scalar(
            sa.text(
                "SELECT content FROM report_draft WHERE township_code = :township "
                "ORDER BY saved_at DESC"
            ),
            {"township": township},
        )
    engine.dispose()
    return dict(json.loads(found)) if found else {}


class Writer:
    """A township at its report; ``draft()`` is what the store has of it."""

    def __init__(self, me: Person, draft: Callable[[], dict[str, Any]]) -> None:
        self.me, self.draft, self.text = me, draft, BEFORE
        label = zh("Which parcels? Tap each; tap again to take it out.")
        group = me.page.get_by_test_id("stButtonGroup").filter(has_text=label)
        group.get_by_role("button").first.tap()
        me.settles()
        self.field.fill(BEFORE)
        me.page.locator(".typed output").filter(has_text="已保存").wait_for()
        assert self.draft()["problem"] == BEFORE

    @property
    def field(self) -> Any:
        return self.me.page.get_by_label(zh("Problems"), exact=True)

    def types_on(self, words: str) -> None:
        """Type more while the line is down: it stands in the page and is not in the store."""
        self.field.focus()
        self.me.page.keyboard.press("Control+End")
        self.me.page.keyboard.type(words)
        self.text += words
        assert self.field.input_value() == self.text
        assert self.draft()["problem"] == BEFORE

    def arrives(self, mended_at: float) -> float:
        """Wait until the store has every word; return how long after the mending it was seen, s.

        The page is drawn anew meanwhile, so no words of it tell: the store does.
        """
        while self.draft()["problem"] != self.text:
            waited_s = time.monotonic() - mended_at
            assert waited_s < ARRIVES_WITHIN_S, f"{self.draft()['problem']!r} after {waited_s} s"
            self.me.page.wait_for_timeout(500)
        arrived_s = time.monotonic() - mended_at
        hint = self.me.page.get_by_text(zh(WAITING))
        hint.first.wait_for(state="hidden", timeout=30_000)
        assert self.field.input_value() == self.text
        return arrived_s
