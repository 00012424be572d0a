"""Results on the command line: all files are written or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from errno import EEXIST, EISDIR
from pathlib import Path

from gis.language import Problem, _
from parcels.disk_words import disk_words


def require_writable(results: Iterable[Path | None], *, but_not: Iterable[Path]) -> None:
    """Raise Problem for a result that is a folder, one of these files, or another result."""
    taken = {path.resolve() for path in but_not}
    for path in filter(None, results):
        hindrance = EISDIR if path.is_dir() else EEXIST if path.resolve() in taken else 0
        if hindrance:
            raise unwritable(path, OSError(hindrance, ""))
        taken.add(path.resolve())


def unwritable(path: Path, error: OSError) -> Problem:
    """Return the words for a result that the system does not let us write."""
    return Problem(_("{file} cannot be written: {error}.", file=path, error=disk_words(error)))


def write_all(files: dict[Path | None, Callable[[], bytes]]) -> None:
    """Write all files or none: each beside its place first, then all renamed."""
    parts: list[tuple[Path, Path]] = []
    with ExitStack() as mess:
        for path, content in files.items():
            if path is None:
                continue
            part = path.with_name(f".{path.name}.{os.getpid()}.part")
            mess.callback(part.unlink, missing_ok=True)
            try:
                part.write_bytes(content())
            except OSError as error:
                raise unwritable(path, error) from error
            parts.append((part, path))
        for part, path in parts:
            part.replace(path)
