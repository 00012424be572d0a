"""Words broken into lines for pictures, measured in the shipped font."""

from __future__ import annotations

from collections.abc import Iterator

from gis.imagery.picture import font


def wrapped(words: str, size_px: int, width_px: int) -> list[str]:
    """Return words broken into lines of a width: Chinese anywhere, words and figures whole."""
    letters, lines, line = font(size_px), [], ""
    for part in _parts(words):
        if line and letters.getlength(line + part) > width_px:
            lines.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
    return [*lines, line.rstrip()] if line.strip() else lines


def _parts(words: str) -> Iterator[str]:
    run = ""
    for letter in words:
        if letter.isascii() and not letter.isspace():
            run += letter
            continue
        if run:
            yield run
            run = ""
        yield letter
    if run:
        yield run
