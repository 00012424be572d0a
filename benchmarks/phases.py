"""The command line's check with a clock at its joints: ``python -m benchmarks.phases FILE …``.

Runs ``parcels`` in this process with the remaining arguments and writes when each part ended, in
seconds since ``BEGAN`` on the monotonic clock, which the caller sets before this process starts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parcels.__main__ import main
from parcels.commands import inputs

BEGAN = "TRACKER_BENCH_BEGAN"


def timed_at(ends: dict[str, float], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, noting when it begins and ends."""

    def run(*arguments: Any, **options: Any) -> Any:
        ends[f"{name}_begins"] = time.monotonic()
        answer = function(*arguments, **options)
        ends[f"{name}_ends"] = time.monotonic()
        return answer

    return run


def watching(ends: dict[str, float], judged: Callable[..., Any]) -> Callable[..., Any]:
    """Return the step between the start of both children and the output, with clocks inside."""

    def run(*arguments: Any) -> Any:
        from parcels import checking  # as the command does: while the children are reading

        for name in ("judge", "check"):
            setattr(checking, name, timed_at(ends, name, getattr(checking, name)))
        return judged(*arguments)

    return run


if __name__ == "__main__":
    began, ends = float(os.environ[BEGAN]), dict[str, float]()
    setattr(inputs, "_judged", watching(ends, inputs._judged))  # noqa: B010
    status = main(sys.argv[2:])
    ends["all_ends"] = time.monotonic()
    Path(sys.argv[1]).write_text(json.dumps({name: at - began for name, at in ends.items()}))
    sys.exit(status)
