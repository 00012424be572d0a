"""A layer's outlines repaired slice by slice, so that millions need the room of thousands."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from gis.findings import Finding
from gis.formats.corners import at_corners, corners_in
from gis.repair import repair

SLICE = 50_000
Shapes = npt.NDArray[np.object_]
Mask = npt.NDArray[np.bool_]
Parsed = tuple[Shapes, Mask, list[Finding]]  # outlines, which were broken, what was noticed
NOT_ORDINARY = (shapely.errors.GEOSException, ValueError, NotImplementedError)


@dataclass(frozen=True)
class Unparsed:
    """Outlines as WKB in Arrow's hands; ``otherwise`` parses them when one is not ordinary."""

    wkb: pa.ChunkedArray
    otherwise: Callable[[], Parsed]

    def where(self, mask: Mask) -> Unparsed:
        """Return the outlines for which the mask holds."""

        def parsed() -> Parsed:
            shapes, is_broken, findings = self.otherwise()
            return shapes[mask], is_broken[mask], findings

        return Unparsed(self.wkb.filter(pa.array(mask)), parsed)


@dataclass(frozen=True)
class Mended:
    """One entry a row: outline, null where rejected; code of the rejection or ""; box or nan."""

    outlines: Any  # a chunked array of WKB, or Rings
    codes: Shapes
    boxes: npt.NDArray[np.float64]
    findings: tuple[Finding, ...]


def mended_outlines(
    outlines: Shapes | Unparsed, is_broken: Mask, rows: npt.NDArray[np.int64]
) -> Mended:
    """Repair all outlines; those that were fine keep the very bytes they came in."""
    if not isinstance(outlines, Unparsed):
        return _joined(outlines, None, is_broken, rows)
    try:
        return _joined(None, outlines.wkb, is_broken, rows)
    except NOT_ORDINARY:
        shapes, is_torn, more = outlines.otherwise()
        whole = _joined(shapes, None, is_broken | is_torn, rows)
        torn = outlines.wkb.filter(pa.array(is_torn)).to_pylist()
        corners = corners_in(torn, np.ones(len(torn), bool), rows[is_torn])
        findings = at_corners((*more, *whole.findings), corners)
        return Mended(whole.outlines, whole.codes, whole.boxes, tuple(findings))


def _joined(
    shapes: Shapes | None,
    wkb: pa.ChunkedArray | None,
    is_broken: Mask,
    rows: npt.NDArray[np.int64],
) -> Mended:
    pieces = [
        _mended(
            shapes[at : at + SLICE] if shapes is not None else None,
            wkb.slice(at, SLICE) if wkb is not None else None,
            is_broken[at : at + SLICE],
            rows[at : at + SLICE],
        )
        for at in range(0, max(len(rows), 1), SLICE)
    ]
    findings = [finding for piece in pieces for finding in piece.findings]
    of_rows = [finding for finding in findings if finding.row is not None]
    rest = sorted((f for f in findings if f.row is None), key=lambda f: f.code)
    summed = [
        Finding(code, values={"rows": sum(f.values["rows"] for f in same)})
        for code, same in itertools.groupby(rest, key=lambda f: f.code)
    ]
    return Mended(
        pa.chunked_array([chunk for piece in pieces for chunk in piece.outlines.chunks],
                         pa.large_binary()),
        np.concatenate([piece.codes for piece in pieces]),
        np.concatenate([piece.boxes for piece in pieces]),
        (*summed, *of_rows),
    )  # fmt: skip


def _mended(
    shapes: Shapes | None, wkb: Any, is_broken: Mask, rows: npt.NDArray[np.int64]
) -> Mended:
    if shapes is None:
        shapes = shapely.from_wkb(wkb.to_numpy())
    fixed = repair(shapes, rows)
    codes = np.where(is_broken, "broken_geometry", fixed.codes).astype(object)
    is_out = codes != ""
    broken = set(rows[is_broken].tolist())
    findings = [finding for finding in fixed.findings if finding.row not in broken]
    findings += [Finding("broken_geometry", row, {"row": row}) for row in sorted(broken)]
    boxes = shapely.bounds(fixed.outlines)
    boxes[is_out] = np.nan
    is_new = fixed.is_changed | is_out
    if wkb is None:
        fixed.outlines[is_out] = None
        written = pa.chunked_array([wkb_of(fixed.outlines)])
    elif is_new.any():
        new = fixed.outlines[is_new]
        new[is_out[is_new]] = None
        old = wkb.cast(pa.large_binary()).combine_chunks()
        written = pa.chunked_array([pc.replace_with_mask(old, pa.array(is_new), wkb_of(new))])
    else:
        written = wkb.cast(pa.large_binary())
    return Mended(written, codes, boxes, tuple(findings))


def wkb_of(outlines: Any) -> pa.Array:
    """Return outlines as the bytes that travel between the processes."""
    return pa.array(shapely.to_wkb(outlines, byte_order=1), pa.large_binary())
