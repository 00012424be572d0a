"""Compiled loops over the records of a .dbf: texts without padding, and plain numbers.

Only what can be said with certainty is read here: a number of up to fifteen digits with or without
a decimal point. A column with anything else in it is left to the slower, more tolerant reading.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.compiled import compiled

MOST_DIGITS = 15  # the digits and the power of ten are then exact, so their quotient is correct
SPACE, TAB, FEED, STAR, PLUS, MINUS, POINT, ZERO, NINE = 32, 9, 13, 42, 43, 45, 46, 48, 57
REAL, UNCERTAIN = 1, 2

POWERS = np.array([10.0**power for power in range(MOST_DIGITS + 1)])

_file = "Array(uint8, 1, 'C', True)"  # a mapped file is read-only
_bytes, _flags, _ints = "uint8[::1]", "boolean[::1]", "int64[::1]"


@compiled(f"void({_file}, int64, int64, int64, int32[::1], int64, int64)")
def text_lengths(
    content: Any, first: int, step: int, width: int, ends: Any, row_from: int, row_to: int
) -> None:
    """Fill ``ends[row + 1]`` with each text's length.

    The field of row r begins at ``first + r * step``. What follows a zero byte is old rubbish.
    """
    for row in range(row_from, row_to):
        at = first + row * step
        length = 0
        while length < width and content[at + length] != 0:
            length += 1
        while length and (
            content[at + length - 1] == SPACE
            or content[at + length - 1] == TAB
            or content[at + length - 1] == TAB + 1
            or content[at + length - 1] == FEED
        ):
            length -= 1
        ends[row + 1] = length


@compiled(f"void({_file}, int64, int64, int32[::1], {_bytes}, int64, int64)")
def copy_texts(
    content: Any, first: int, step: int, ends: Any, texts: Any, row_from: int, row_to: int
) -> None:
    """Copy each text to ``texts[ends[row]:ends[row + 1]]``."""
    for row in range(row_from, row_to):
        at = first + row * step
        for k in range(ends[row + 1] - ends[row]):
            texts[ends[row] + k] = content[at + k]


@compiled(f"int64({_file}, int64, int64, int64, {_ints}, float64[::1], {_flags}, int64, int64)")
def plain_numbers(
    content: Any,
    first: int,
    step: int,
    width: int,
    whole: Any,
    real: Any,
    is_told: Any,
    row_from: int,
    row_to: int,
) -> int:
    """Fill the numbers of a column, as whole and as real ones; empty entries are not told.

    Returns REAL where some number has a decimal point, UNCERTAIN where some entry is not plain.
    """
    seen = 0
    for row in range(row_from, row_to):
        at, end = first + row * step, first + row * step + width
        whole[row], real[row], is_told[row] = 0, 0.0, False
        stop = at
        while stop < end and content[stop] != 0:
            stop += 1
        end = stop
        while end > at and (content[end - 1] == SPACE or TAB <= content[end - 1] <= FEED):
            end -= 1
        while at < end and (content[at] == SPACE or TAB <= content[at] <= FEED):
            at += 1
        stars = at
        while stars < end and (content[stars] == STAR or content[stars] == SPACE):
            stars += 1
        if stars == end:
            continue
        is_negative = content[at] == MINUS
        if is_negative or content[at] == PLUS:
            at += 1
        digits, after, number = 0, -1, 0
        for k in range(at, end):
            byte = content[k]
            if ZERO <= byte <= NINE:
                number = 10 * number + (byte - ZERO)
                digits += 1
                if after >= 0:
                    after += 1
            elif byte == POINT and after < 0:
                after = 0
            else:
                digits = MOST_DIGITS + 1
                break
            if digits > MOST_DIGITS:
                break
        if digits == 0 or digits > MOST_DIGITS or after == 0:
            return UNCERTAIN
        if after > 0:
            seen |= REAL
        value = np.float64(number)
        if after > 0:
            value /= POWERS[after]
        whole[row] = -number if is_negative else number
        real[row] = -value if is_negative else value
        is_told[row] = True
    return seen
