"""A corner of an outline that cannot be read as a whole: where a person may look for it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.findings import Finding
from gis.repair import COORDINATE_LIMIT

Corner = tuple[float, float]
POINT, LINES, POLYGON = 1, (2, 8), 3
HAS_SRID = 0x20000000
DEEPEST = 4  # a collection of surfaces of rings of curves
IN_RECORD = 44  # of a .shp: type, box, two counts; then a start for each part, then the corners


def corners_in(
    wkb: Sequence[bytes | None], is_broken: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]
) -> dict[int, Corner]:
    """Return row → the first corner of each broken outline that has one."""
    broken = np.flatnonzero(is_broken).tolist()
    found = {int(rows[i]): _first(wkb[i] or b"", 0, DEEPEST) for i in broken}
    return {row: corner for row, corner in found.items() if corner is not None}


def corner_of_record(content: npt.NDArray[np.uint8], start: int) -> Corner | None:
    """Return the first corner of a .shp record; ``start`` is where its header begins."""
    (parts,) = _unpacked("<I", content, start + 8 + 36) or (0,)
    return _usable(_unpacked("<2d", content, start + 8 + IN_RECORD + 4 * parts))


def corners_of_rings(
    parcels: Sequence[Sequence[Sequence[Corner]]],
    is_broken: npt.NDArray[np.bool_],
    rows: npt.NDArray[np.int64],
) -> dict[int, Corner]:
    """Return row → the first usable vertex of each broken list of vertices."""
    found: dict[int, Corner] = {}
    for i in np.flatnonzero(is_broken).tolist():
        usable = (at for ring in parcels[i] for at in ring if _usable(at) is not None)
        if (corner := next(usable, None)) is not None:
            found[int(rows[i])] = corner
    return found


def at_corners(findings: Iterable[Finding], corners: Mapping[int, Corner]) -> list[Finding]:
    """Give findings without a place the corner of their row, if there is one."""

    def with_corner(found: Finding) -> Finding:
        if found.row is None or found.x is not None or found.row not in corners:
            return found
        x, y = corners[found.row]
        return replace(found, x=x, y=y)

    return [with_corner(found) for found in findings]


def _first(wkb: bytes, at: int, deep: int) -> Corner | None:
    order = "<" if wkb[at : at + 1] == b"\1" else ">"
    (code,) = _unpacked(f"{order}I", wkb, at + 1) or (0,)
    kind, at = (code & 0x0FFFFFFF) % 1000, at + 5 + (4 if code & HAS_SRID else 0)
    if kind > POLYGON and kind not in LINES:
        return _first(wkb, at + 4, deep - 1) if deep else None
    counts = 0 if kind == POINT else 4 if kind in LINES else 8
    return _usable(_unpacked(f"{order}2d", wkb, at + counts))


def _unpacked(form: str, content: Any, at: int) -> tuple[Any, ...] | None:
    size = struct.calcsize(form)
    piece = bytes(content[at : at + size])
    return struct.unpack(form, piece) if len(piece) == size else None


def _usable(corner: Any) -> Corner | None:
    is_place = corner is not None and all(abs(number) < COORDINATE_LIMIT for number in corner)
    return (float(corner[0]), float(corner[1])) if is_place else None
