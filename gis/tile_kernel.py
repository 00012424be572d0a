"""Compiled drawing of a tile's outlines into one plane of colour numbers.

Each shape is filled even-odd over all its rings, so that a hole leaves what lies below as it is,
and its rings are then drawn as lines with round joints. Pixel (0, 0) has its middle at 0.5, 0.5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiled import compiled

_plane, _places, _numbers, _widths = "uint8[:,::1]", "float64[:,::1]", "int64[::1]", "float64[::1]"


@compiled(f"void({_plane}, float64, float64, float64, float64, float64, uint8)")
def _line(plane: Any, ax: float, ay: float, bx: float, by: float, reach: float, ink: int) -> None:
    """Colour all pixels whose middle is no farther than ``reach`` from a stretch."""
    side = plane.shape[0]
    length = np.hypot(bx - ax, by - ay)
    across, down = 0.0, 0.0
    if length > 0.0:
        across, down = -(by - ay) / length * reach, (bx - ax) / length * reach
    first = max(0, int(np.ceil(min(ay, by) - reach - 0.5)))
    last = min(side - 1, int(np.floor(max(ay, by) + reach - 0.5)))
    for row in range(first, last + 1):
        y = row + 0.5
        low, high = np.inf, -np.inf
        for end in range(2):
            x0, y0 = (ax, ay) if end == 0 else (bx, by)
            if abs(y - y0) <= reach:
                half = np.sqrt(reach * reach - (y - y0) * (y - y0))
                low, high = min(low, x0 - half), max(high, x0 + half)
        for edge in range(2):
            turn = 1.0 if edge == 0 else -1.0
            x0, y0, y1 = ax + turn * across, ay + turn * down, by + turn * down
            if y0 != y1 and min(y0, y1) <= y <= max(y0, y1):
                x = x0 + (bx - ax) * (y - y0) / (y1 - y0)
                low, high = min(low, x), max(high, x)
        for column in range(max(0, int(np.ceil(low - 0.5))),
                            min(side - 1, int(np.floor(high - 0.5))) + 1):  # fmt: skip
            plane[row, column] = ink


@compiled(f"void({_plane}, {_places}, {_numbers}, int64, int64, {_widths}, uint8)")
def _fill(
    plane: Any, places: Any, ring: Any, first: int, end: int, crossings: Any, ink: int
) -> None:
    """Colour the inside of the rings ``first`` to before ``end``; they repeat their first place."""
    side = plane.shape[0]
    low, high = np.inf, -np.inf
    for at in range(ring[first], ring[end]):
        low, high = min(low, places[at, 1]), max(high, places[at, 1])
    for row in range(max(0, int(np.ceil(low - 0.5))), min(side - 1, int(np.floor(high - 0.5))) + 1):
        y, count = row + 0.5, 0
        for one in range(first, end):
            for at in range(ring[one], ring[one + 1] - 1):
                y0, y1 = places[at, 1], places[at + 1, 1]
                if (y0 <= y) == (y1 <= y):
                    continue
                x0, x1 = places[at, 0], places[at + 1, 0]
                x, slot = x0 + (x1 - x0) * (y - y0) / (y1 - y0), count
                while slot > 0 and crossings[slot - 1] > x:
                    crossings[slot] = crossings[slot - 1]
                    slot -= 1
                crossings[slot] = x
                count += 1
        for pair in range(0, count - 1, 2):
            for column in range(max(0, int(np.ceil(crossings[pair] - 0.5))),
                                min(side, int(np.ceil(crossings[pair + 1] - 0.5)))):  # fmt: skip
                plane[row, column] = ink


@compiled(f"void({_plane}, {_places}, {_numbers}, {_numbers}, {_numbers}, {_widths})")
def draw_shapes(
    plane: Any, places: Any, ring: Any, shape: Any, kind_of: Any, reach_px: Any
) -> None:
    """Draw shapes one over the other: a shape of kind k fills with 2k + 1, its lines with 2k + 2.

    ``ring``: where each ring's places begin, and the end; ``shape``: where each shape's rings
    begin, and the end; ``reach_px``: half a line's width by kind.
    """
    crossings = np.empty(len(places) + 1)
    for one in range(len(shape) - 1):
        first, end, kind = shape[one], shape[one + 1], kind_of[one]
        if first == end:
            continue
        _fill(plane, places, ring, first, end, crossings, np.uint8(2 * kind + 1))
        for of_shape in range(first, end):
            for at in range(ring[of_shape], ring[of_shape + 1] - 1):
                _line(plane, places[at, 0], places[at, 1], places[at + 1, 0], places[at + 1, 1],
                      reach_px[kind], np.uint8(2 * kind + 2))  # fmt: skip


@compiled(f"void({_plane}, {_places}, {_numbers}, boolean[::1])")
def draw_boxes(plane: Any, boxes: Any, kind_of: Any, is_framed: Any) -> None:
    """Draw left, top, right, bottom each; with a frame of three pixels what is to be found."""
    most = plane.shape[0] - 1
    for one in range(len(boxes)):
        for layer in range(0 if is_framed[one] else 1, 2):
            frame = 3 if layer == 0 else 0
            ink = np.uint8(2 * kind_of[one] + 2 - layer)
            left = max(0, int(np.floor(boxes[one, 0])) - frame)
            right = min(most, int(np.floor(boxes[one, 2])) + frame)
            top = max(0, int(np.floor(boxes[one, 1])) - frame)
            for row in range(top, min(most, int(np.floor(boxes[one, 3])) + frame) + 1):
                for column in range(left, right + 1):
                    plane[row, column] = ink
