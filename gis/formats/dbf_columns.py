"""Columns of a large .dbf by compiled loops; ``dbf`` reads what these cannot say for certain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gis.threads import in_threads

WORTH_COMPILED = 20_000  # for fewer rows, loading the compiled loops costs more than it saves
ROWS_PER_TASK = 100_000


@dataclass(frozen=True)
class Columns:
    """A file of records without deleted ones: where the first begins, their width and number."""

    content: npt.NDArray[np.uint8]
    begin: int
    width: int
    rows: int

    def texts(self, start: int, width: int) -> pa.Array:
        """Return a column's bytes without padding."""
        from gis.formats import dbf_kernel

        ends = np.zeros(self.rows + 1, dtype=np.int32)
        first = self.begin + start

        def measure(row_from: int, row_to: int) -> None:
            dbf_kernel.text_lengths(self.content, first, self.width, width, ends, row_from, row_to)

        def copy(row_from: int, row_to: int) -> None:
            dbf_kernel.copy_texts(self.content, first, self.width, ends, texts, row_from, row_to)

        in_threads(self.rows, ROWS_PER_TASK, measure)
        np.cumsum(ends, out=ends)
        texts = np.empty(ends[-1], dtype=np.uint8)
        in_threads(self.rows, ROWS_PER_TASK, copy)
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(texts)]
        return pa.Array.from_buffers(pa.binary(), self.rows, buffers)

    def numbers(self, start: int, width: int, *, is_whole: bool) -> pa.Array | None:
        """Return a column's numbers, null where empty; None where some entry is not plain."""
        from gis.formats import dbf_kernel

        whole, real = np.empty(self.rows, dtype=np.int64), np.empty(self.rows)
        is_told = np.empty(self.rows, dtype=np.bool_)
        seen: list[int] = []

        def run(row_from: int, row_to: int) -> None:
            seen.append(
                dbf_kernel.plain_numbers(
                    self.content, self.begin + start, self.width, width, whole, real, is_told,
                    row_from, row_to,
                )
            )  # fmt: skip

        in_threads(self.rows, ROWS_PER_TASK, run)
        if any(flags & dbf_kernel.UNCERTAIN for flags in seen):
            return None
        is_real = not is_whole or any(flags & dbf_kernel.REAL for flags in seen)
        kind, values = (pa.float64(), real) if is_real else (pa.int64(), whole)
        told = None if is_told.all() else pa.py_buffer(np.packbits(is_told, bitorder="little"))
        return pa.Array.from_buffers(kind, self.rows, [told, pa.py_buffer(values)])
