"""A file that is handed out once: one-time passwords, never kept on the server's disk."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

from parcels.people.sessions import Session
from ui.below import SITE

KEPT_S = 600.0
MOST_KEPT = 50


@dataclass(frozen=True)
class _Kept:
    session_id: int
    name: str
    media_type: str
    content: bytes
    until: float


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()


def hand_over(session: Session, name: str, media_type: str, content: bytes) -> str:
    """Keep a file in memory for this session and return its address, good for one download."""
    token = secrets.token_urlsafe(24)
    with _lock:
        now = time.monotonic()
        for old in [key for key, kept in _kept.items() if kept.until < now]:
            del _kept[old]
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[token] = _Kept(session.id, name, media_type, content, now + KEPT_S)
    return f"{SITE}/files/once/{token}"


def take(session: Session, token: str) -> tuple[str, str, bytes] | None:
    """Return the file and forget it; None when there is none for this session."""
    with _lock:
        kept = _kept.get(token)
        if kept is None or kept.session_id != session.id or kept.until < time.monotonic():
            return None
        del _kept[token]
        return kept.name, kept.media_type, kept.content
