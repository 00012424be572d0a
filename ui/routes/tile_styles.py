"""Paints as tiles draw them."""

from __future__ import annotations

from functools import lru_cache

from gis.palette import HIGHLIGHT_OUTLINE, Paint
from gis.tiles import Style

MOVED_PX = 4.0


@lru_cache(maxsize=64)
def styles_of(paints: tuple[Paint, ...], *, moved: bool = False) -> tuple[Style, ...]:
    """Return a style for each paint; what moved has a heavy outline and lies on top."""
    return tuple(
        Style(
            (*_rgb(paint.fill), round(255 * paint.opacity)),
            (*_rgb(HIGHLIGHT_OUTLINE if moved else paint.outline), 255),
            MOVED_PX if moved else paint.weight_px,
            stands_out=moved,
        )
        for paint in paints
    )


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
