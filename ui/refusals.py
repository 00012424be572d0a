"""Who was refused an address: the gate sees every answer, so no route has to remember it."""

from __future__ import annotations

import time

from parcels.people.sessions import Session

QUIET_S = 60.0
FORBIDDEN, MISSING = 403, 404
_last_told: dict[int, float] = {}


def is_refusal(session: Session, path: str, status: int) -> bool:
    """Tell whether an answer refused a person something, and is to be written down.

    A file that is not there and one that is not theirs look alike. A map asks for dozens of tiles
    at once: another region's are written down once a minute and session.
    """
    if status == FORBIDDEN or (status == MISSING and path.startswith("/files/")):
        return True
    if status != MISSING or not path.startswith("/gis/"):
        return False
    if path.split("/")[2] == session.actor.region:
        return False
    now = time.monotonic()
    if now - _last_told.get(session.id, -QUIET_S) < QUIET_S:
        return False
    if len(_last_told) > 1_000:
        _last_told.clear()
    _last_told[session.id] = now
    return True
