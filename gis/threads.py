"""Work shared out over the processor's cores: compiled loops release the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def in_threads(length: int, step: int, run: Callable[[int, int], None]) -> None:
    """Run ``run(start, end)`` over slices of ``range(length)``."""
    if length <= step:
        run(0, length)
        return
    starts = range(0, length, step)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, starts, [min(start + step, length) for start in starts]))
