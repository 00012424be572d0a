"""Things that take long to make, kept in memory: made once, the least lately asked for let go."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

import pandas as pd

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class Kept(Generic[Key, Thing]):
    """At most ``most`` things by key, those asked for last; whoever asks for one that is being made
    waits for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Key, Thing] = OrderedDict()
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
                    self._things.popitem(last=False)
                self._things[key] = made
            self._things.move_to_end(key)
            return self._things[key]


class Newest(Generic[Key]):
    """The newest state of at most ``most`` things: one that has changed takes the old one's place.

    What is kept is everyone's: each reader gets a copy of the outer shell, whose columns or members
    are shared. A frame's columns are copied when they are written to (pandas' copy on write).
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Key, tuple[str, Any]] = OrderedDict()
        self._making: dict[Key, threading.Lock] = {}
        self._alone = threading.Lock()

    def get(self, key: Key, at: str, make: Callable[[], Thing]) -> Thing:
        """Return the thing as of ``at``, made now unless it is known; others need not wait."""
        with self._alone:
            mine = self._making.setdefault(key, threading.Lock())
        with mine:
            with self._alone:
                known = self._things.get(key)
                if known and known[0] == at:
                    self._things.move_to_end(key)
            if not known or known[0] != at:
                known = at, make()
                with self._alone:
                    self._things[key] = known
                    self._things.move_to_end(key)
                    while len(self._things) > self._most:
                        old, _thing = self._things.popitem(last=False)
                        self._making.pop(old, None)
        thing: Thing = known[1]
        return _shell_of(thing)


def _shell_of(thing: Thing) -> Thing:
    if isinstance(thing, (pd.DataFrame, pd.Series)):
        return thing.copy(deep=False)
    return copy.copy(thing)
