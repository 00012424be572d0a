"""The records of a .shp: plain rings taken as they lie there, all others read by GDAL."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from gis.formats.corners import Corner, at_corners, corner_of_record
from gis.formats.mapped import mapped
from gis.formats.ogr import gdal_with, unparsed
from gis.formats.outlines import Mask, Mended, Unparsed, mended_outlines
from gis.formats.problems import Unreadable
from gis.rings import Rings, rings_of
from gis.threads import in_threads

HEADER = 100
POLYGON = 5  # the only type whose plain rings are taken: others carry heights or measures
WORTH_COMPILED = 20_000  # for fewer records, loading the compiled loops costs more than it saves
RECORDS_PER_TASK = 50_000

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Drawn:
    """One entry a record; where ``points`` is 0 the outline is the next one of ``others``."""

    content: npt.NDArray[np.uint8]
    starts: Integers
    points: Integers
    boxes: npt.NDArray[np.float64]
    others: Unparsed
    is_lost: Mask  # of the others: drawn, but GDAL could not take it
    room: Path  # where the coordinates may be written

    def where(self, mask: Mask) -> Drawn:
        """Return the records for which the mask holds."""
        other = mask[self.points == 0]
        return replace(
            self,
            starts=self.starts[mask],
            points=self.points[mask],
            boxes=self.boxes[mask],
            others=self.others.where(other),
            is_lost=self.is_lost[other],
        )

    def mended(self, rows: Integers) -> Mended:
        """Repair what is not plain; plain rings have nothing that could be repaired."""
        is_plain = self.points > 0
        if len(rows) and is_plain.all():
            return Mended(self._all(), np.full(len(rows), "", dtype=object), self.boxes, ())
        rest = mended_outlines(self.others, self.is_lost, rows[~is_plain])
        rest = replace(rest, findings=tuple(at_corners(rest.findings, self._corners(rows))))
        if not is_plain.any():
            return rest
        codes = np.full(len(rows), "", dtype=object)
        codes[~is_plain] = rest.codes
        boxes = self.boxes.copy()
        boxes[~is_plain] = rest.boxes
        outlines = [shapely.from_wkb(chunk.to_numpy(zero_copy_only=False))
                    for chunk in rest.outlines.chunks]  # fmt: skip
        extra = rings_of(np.concatenate(outlines)) if outlines else None
        return Mended(self._rings(is_plain, extra), codes, boxes, rest.findings)

    def _corners(self, rows: Integers) -> dict[int, Corner]:
        """Return row → a corner of each record that was drawn, but that GDAL could not take."""
        lost = np.flatnonzero(self.points == 0)[self.is_lost].tolist()
        found = {int(rows[i]): corner_of_record(self.content, int(self.starts[i])) for i in lost}
        return {row: corner for row, corner in found.items() if corner is not None}

    def _all(self) -> Rings:
        """Return all outlines where every one of them is plain."""
        start = np.zeros(len(self.points) + 1, dtype=np.int64)
        np.cumsum(self.points, out=start[1:])
        first = np.arange(len(start))
        is_shell = np.ones(len(self.points), dtype=np.bool_)
        return Rings(self._copied(start[:-1], start[-1]), start, first, is_shell)

    def _copied(self, vertex: Integers, length: int) -> npt.NDArray[np.float64]:
        """Return coordinates with the plain rings' in place: ``vertex`` says where each begins."""
        from gis.formats import shp_kernel  # numba: only where it pays

        # straight into a file that can be handed over: half a gigabyte need not be written twice
        coordinates: npt.NDArray[np.float64] = np.lib.format.open_memmap(
            self.room / "coordinates.npy", "w+", np.float64, (int(length), 2)
        )
        places = coordinates.view(np.uint8).reshape(-1)

        def run(begin: int, end: int) -> None:
            shp_kernel.copy_rings(
                self.content, self.starts, self.points, vertex, places, begin, end
            )

        in_threads(len(vertex), RECORDS_PER_TASK, run)
        return coordinates

    def _rings(self, is_plain: Mask, extra: Rings | None) -> Rings:
        """Return all outlines in the order of the records."""
        ring_count = is_plain.astype(np.int64)
        if extra is not None:
            ring_count[~is_plain] = np.diff(extra.first)
        first = np.r_[0, np.cumsum(ring_count)]
        is_extra = np.repeat(~is_plain, ring_count)
        vertex_count = np.repeat(self.points, ring_count)
        is_shell = np.ones(first[-1], dtype=np.bool_)
        if extra is not None:
            vertex_count[is_extra] = np.diff(extra.start)
            is_shell[is_extra] = extra.is_shell
        start = np.r_[0, np.cumsum(vertex_count)]
        coordinates = self._copied(start[first[:-1]], start[-1])
        if extra is not None:
            coordinates[np.repeat(is_extra, vertex_count)] = extra.coordinates
        return Rings(coordinates, start, first, is_shell)


def drawn(shp: Path, entries: Integers) -> Drawn:
    """Look at every record; ``entries`` are (offset, content length), inside the file."""
    content = mapped(shp)
    starts, lengths = np.ascontiguousarray(entries[:, 0]), np.ascontiguousarray(entries[:, 1])
    if len(entries) < WORTH_COMPILED or content[32] != POLYGON:
        kinds = numbers_at(content, starts + 8, "<i4")
        points, boxes = np.zeros_like(starts), np.full((len(starts), 4), np.nan)
    else:
        kinds, points, boxes = _looked_at(content, starts, lengths)
    is_other = points == 0
    others = _by_gdal(shp, entries[is_other]) if is_other.any() else _nothing()
    # a shape that GDAL could not take comes back as nothing, like a shape that was never drawn
    is_lost = others.wkb.is_null().to_numpy() & (kinds[is_other] != 0)
    return Drawn(content, starts, points, boxes, others, is_lost, shp.parent)


def numbers_at(content: npt.NDArray[np.uint8], places: Integers, kind: str) -> Integers:
    """Return the four-byte numbers that begin at these places, aligned or not."""
    everywhere = np.ndarray((max(len(content) - 3, 0),), kind, content, strides=(1,))
    return everywhere[places].astype(np.int64)


def _nothing() -> Unparsed:
    """Return no outlines."""
    return unparsed(pa.chunked_array([], pa.large_binary()))


def _looked_at(
    content: npt.NDArray[np.uint8], starts: Integers, lengths: Integers
) -> tuple[Integers, Integers, npt.NDArray[np.float64]]:
    """Return shape type, number of points (0: not plain) and box of each record."""
    from gis.formats import shp_kernel

    kinds, points = np.empty_like(starts), np.empty_like(starts)
    boxes = np.empty((len(starts), 4))

    def run(begin: int, end: int) -> None:
        shp_kernel.read_records(content, starts, lengths, kinds, points, boxes, begin, end)

    in_threads(len(starts), RECORDS_PER_TASK, run)
    return kinds, points, boxes


def _by_gdal(shp: Path, entries: Integers) -> Unparsed:
    """Read some records alone: under an index of their own, and without the table."""
    alone = shp.parent / "others"
    alone.mkdir()
    copy = alone / "layer.shp"
    try:
        os.link(shp, copy)
    except OSError:
        shutil.copyfile(shp, copy)
    body = (entries // 2).astype(">i4").tobytes()
    with shp.open("rb") as stream:
        head = bytearray(stream.read(HEADER))
    head[24:28] = ((HEADER + len(body)) // 2).to_bytes(4, "big")
    (alone / "layer.shx").write_bytes(bytes(head) + body)
    pyogrio = gdal_with(("ESRI Shapefile",))
    try:
        _, table = pyogrio.read_arrow(copy, columns=[])
    except Exception as error:
        raise Unreadable("damaged") from error
    wkb: Any = table.column(0)
    if len(wkb) != len(entries):
        raise Unreadable("counts_differ", shp=len(wkb), shx=len(entries), dbf=len(entries))
    return unparsed(wkb)
