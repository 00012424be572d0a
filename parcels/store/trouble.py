"""What keeps the store from answering, in words for the person who waits: nothing was changed."""

from __future__ import annotations

import errno

import sqlalchemy as sa

from gis.language import Problem, _

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's codes
DISK_FULL = "53100"
GONE = ("08", "57P")  # no connection; shut down, crashed, starting
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SQLITE_FULL = ("disk is full", "unable to open database file", "disk I/O error")


class Busy(Problem):
    """The database cannot write just now; nothing was changed."""

    status = 503

    def __init__(self) -> None:
        super().__init__(self.words)

    words = _(
        "The register is busy with a long piece of work; nothing was changed. Try again "
        "in a minute."
    )


class Unreachable(Busy):
    """The database does not answer."""

    words = _(
        "The database does not answer at the moment; nothing was changed, and what the form had "
        "saved is kept. Try again in a minute; if it lasts, tell the administrator."
    )


class Full(Busy):
    """The disk takes nothing: there is no room on it, or it is damaged."""

    status = 507
    words = _(
        "The server's disk is full or cannot be written; nothing was changed, and what was saved "
        "before is kept. Tell the administrator to make room, then try again."
    )


def in_our_words(error: BaseException) -> Busy | None:
    """Return what a person should read instead of an error; None where the error is a bug."""
    if isinstance(error, Busy):
        return error
    if isinstance(error, OSError):
        return Full() if error.errno in NO_ROOM else None
    if not isinstance(error, sa.exc.DBAPIError):
        return None
    said, state = str(error.orig), getattr(error.orig, "sqlstate", None)
    if state == LOCK_NOT_AVAILABLE or "database is locked" in said:
        return Busy()
    if state == DISK_FULL or any(words in said for words in SQLITE_FULL):
        return Full()
    is_gone = (state or "").startswith(GONE)
    if is_gone or error.connection_invalidated or (state is None and _is_of_postgres(error)):
        return Unreachable()
    return None


def _is_of_postgres(error: sa.exc.DBAPIError) -> bool:
    """Tell whether PostgreSQL's driver failed by itself: without a code nobody answered it."""
    is_driver = type(error.orig).__module__.startswith("psycopg")
    return is_driver and isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
