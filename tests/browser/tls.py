"""A TLS line that one thread may read while another writes.

Python's own ``SSLSocket`` may not be used so: both threads step into one OpenSSL connection, and
where a session ticket arrives while the first words are sent (TLS 1.3 sends it at once), the reader
takes half a record for a whole one and waits for ever. Of 1,400 sockets of ``websockets.sync``
through nginx to an echo two hung. Here the cipher is in memory, behind a lock.
"""

from __future__ import annotations

import socket
import ssl
import threading
from typing import Any

BLOCK = 1 << 16


class Line:
    """A connected socket with TLS on it; what is not said here is the socket's own."""

    def __init__(self, plain: socket.socket, host: str) -> None:
        self._plain = plain
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context()  # SSL_CERT_FILE names whom to believe
        self._cipher = context.wrap_bio(self._came, self._goes, server_hostname=host)
        self._lock, self._in_order = threading.Lock(), threading.Lock()
        while True:
            try:
                self._cipher.do_handshake()
            except ssl.SSLWantReadError:
                self._send_out()
                self._take_in()
            else:
                self._send_out()
                return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plain, name)

    def recv(self, size: int) -> bytes:
        """Return what came, in clear; empty at the end."""
        while True:
            with self._lock:
                try:
                    return self._cipher.read(size)
                except ssl.SSLWantReadError:
                    pass
                except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                    return b""
            self._take_in()

    def sendall(self, content: bytes) -> None:
        """Send all of it."""
        with self._in_order:
            with self._lock:
                self._cipher.write(content)
            self._send_out()

    def _take_in(self) -> None:
        came = self._plain.recv(BLOCK)
        with self._lock:
            if came:
                self._came.write(came)
            else:
                self._came.write_eof()

    def _send_out(self) -> None:
        with self._lock:
            goes = self._goes.read()
        if goes:
            self._plain.sendall(goes)


def line(host: str, port: int, *, seconds: float) -> Line:
    """Return a line to a server; waits that long for its TLS to begin."""
    plain = socket.create_connection((host, port), timeout=seconds)
    try:
        made = Line(plain, host)
    except BaseException:
        plain.close()
        raise
    plain.settimeout(None)
    return made
