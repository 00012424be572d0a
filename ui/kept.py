"""A few things that take long to make, kept in memory: made once, the oldest let go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Kept(Generic[Key, Thing]):
    """At most ``most`` things by key; whoever asks for one that is being made waits for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: dict[Key, Thing] = {}
        self._making = threading.Lock()

    def find(self, key: Key) -> Thing | None:
        """Return what is kept under the key, without making or waiting."""
        return self._things.get(key)

    def get(self, key: Key, make: Callable[[], Thing]) -> Thing:
        """Return what is kept under the key, made now if it is not there."""
        with self._making:
            if key not in self._things:
                made = make()
                while len(self._things) >= self._most:
                    del self._things[next(iter(self._things))]
                self._things[key] = made
            return self._things[key]
