"""Answers leave at once, whole, and short work is not kept waiting by long work for its turn."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress
from pathlib import Path

TURN_S = 0.001
HANDLES = Path("/proc/self/fd")


def send_at_once() -> None:
    """Set TCP_NODELAY on what this process listens on; every connection inherits it (Linux).

    asyncio sets it only where a socket names its protocol, and Streamlit's names none: the body of
    an answer then waited behind its head for an acknowledgement: 40 ms measured on Linux, where
    others wait longer before they send one.
    """
    for handle in HANDLES.iterdir() if HANDLES.is_dir() else ():
        with (
            suppress(OSError),  # a file, or a handle that is gone by now
            socket.fromfd(int(handle.name), socket.AF_INET, socket.SOCK_STREAM) as one,
        ):
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def take_short_turns() -> None:
    """Let a thread that asks for the interpreter have it after a millisecond, not after five.

    A report gives it away with each statement of the database and takes it back: thirty times it
    stood behind whatever page or tile was being made.
    """
    sys.setswitchinterval(TURN_S)
