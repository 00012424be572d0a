"""Work shared out over the processor's cores: compiled loops release the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

One = TypeVar("One")
Made = TypeVar("Made")


def in_threads(length: int, step: int, run: Callable[[int, int], None]) -> None:
    """Run ``run(start, end)`` over slices of ``range(length)``."""
    if length <= step:
        run(0, length)
        return
    starts = range(0, length, step)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, starts, [min(start + step, length) for start in starts]))


def each_in_threads(things: Sequence[One], make: Callable[[One], Made]) -> Iterator[Made]:
    """Give what ``make`` returns for each thing, in order; broken off, what waits is not begun."""
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield from pool.map(make, things)
    finally:
        pool.shutdown(cancel_futures=True)
