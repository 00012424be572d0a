"""Files of the child's work folder mapped into memory, all pages at once."""

from __future__ import annotations

import mmap
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

POPULATE_READ = 22  # Linux since 5.14: a page at a time costs ten times as much


def mapped(path: Path) -> npt.NDArray[np.uint8]:
    """Return a file's bytes, read-only."""
    with path.open("rb") as stream:
        if not stream.seek(0, 2):
            return np.empty(0, dtype=np.uint8)
        pages = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    with suppress(OSError, ValueError):
        pages.madvise(POPULATE_READ)
    return np.frombuffer(pages, dtype=np.uint8)
