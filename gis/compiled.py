"""How the compiled loops are compiled: once, for one signature, kept on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(signature: str) -> Callable[[Any], Any]:
    """Compile for one signature, kept on disk where some directory can be written."""

    def decorate(function: Any) -> Any:
        try:
            return numba.njit(signature, cache=True, nogil=True)(function)
        except (RuntimeError, OSError):  # a read-only install without a home: compile each start
            return numba.njit(signature, nogil=True)(function)

    return decorate
