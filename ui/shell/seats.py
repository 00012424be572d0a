"""So many pages are made at once; more would only take the interpreter from one another.

Two hundred runs side by side took twice the work of the same runs in turn, and all of them were
late. Who has begun goes before who comes: a report that is typed gets sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gis.language import Problem, _

AT_ONCE, FOR_NEWCOMERS = 6, 3
SAY_SO_AFTER_S, PATIENCE_S = 2.0, 45.0
IN_LINE = _("Very many people are at work at this moment. You are in line; nothing is lost.")
TOO_MANY = _(
    "Too many people want in at this moment; nothing you sent is lost. Open this page again in a "
    "minute."
)


class Seats:
    """The seats of one process: for runs of a page, fewer of them for pages just opened."""

    def __init__(
        self,
        seats: int = AT_ONCE,
        for_newcomers: int = FOR_NEWCOMERS,
        *,
        say_so_after_s: float = SAY_SO_AFTER_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._all, self._newcomers = threading.Semaphore(seats), threading.Semaphore(for_newcomers)
        self._say_so_after_s, self._patience_s = say_so_after_s, patience_s

    @contextmanager
    def taken(self, *, newcomer: bool, in_line: Callable[[], object]) -> Iterator[None]:
        """Hold a seat; ``in_line`` is called once where it is long in coming.

        Raises a ``Problem`` to a newcomer who waited in vain. Whoever has begun waits for as long
        as it takes: what they typed hangs on this very run.
        """
        doors = [self._newcomers, self._all] if newcomer else [self._all]
        held: list[threading.Semaphore] = []
        try:
            for door in doors:
                if not door.acquire(timeout=self._say_so_after_s):
                    in_line()
                    patience_s = self._patience_s if newcomer else None
                    if not door.acquire(timeout=patience_s):
                        raise Problem(TOO_MANY)
                held.append(door)
            yield
        finally:
            for door in held:
                door.release()


SEATS = Seats()
