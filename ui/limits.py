"""Turns: one account's sixty downloads wait for one another, not everyone for them.

Answers are made in a pool of threads that all requests share; whoever waits here holds none.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class TooMany(Exception):
    """This account waits for more than a person could want."""


class Turns:
    """At most ``each`` at once for one account and ``together`` for all; a queue has an end."""

    def __init__(self, *, each: int, together: int, waiting: int) -> None:
        self._each, self._waiting = each, waiting
        self._all = asyncio.Semaphore(together)
        self._own: dict[int, asyncio.Semaphore] = {}
        self._here: Counter[int] = Counter()

    @asynccontextmanager
    async def turn(self, person_id: int) -> AsyncIterator[None]:
        """Wait for one's turn; raises TooMany for the one who waits too often."""
        if self._here[person_id] >= self._each + self._waiting:
            raise TooMany
        self._here[person_id] += 1
        try:
            async with self._own.setdefault(person_id, asyncio.Semaphore(self._each)), self._all:
                yield
        finally:
            self._here[person_id] -= 1
            if not self._here[person_id]:
                del self._here[person_id]
                self._own.pop(person_id, None)
