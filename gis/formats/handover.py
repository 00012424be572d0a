"""How the child's tables and outlines travel to the app: plain files of numbers, nothing that runs.

Tables are Arrow files. Outlines are one Arrow column of WKB, or rings as four NumPy arrays.
"""

from __future__ import annotations

import dataclasses
import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from gis.rings import Rings

OUTLINES = "outlines.arrow"
RING_ARRAYS = tuple(field.name for field in dataclasses.fields(Rings))


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as an Arrow file."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def table_from(path: Path) -> pa.Table:
    """Map a table: not copied, and its pages stay good after the work folder is gone."""
    return pa.ipc.open_file(pa.memory_map(str(path), "r")).read_all()


def write_outlines(
    work: Path, outlines: pa.ChunkedArray | Rings, is_kept: npt.NDArray[np.bool_]
) -> None:
    """Write the kept outlines; those rejected are null, so they have no rings."""
    if not isinstance(outlines, Rings):
        shapes = pa.table({"geometry": outlines})
        write_table(work / OUTLINES, shapes if is_kept.all() else shapes.filter(pa.array(is_kept)))
        return
    first = outlines.first
    if not is_kept.all():
        first = np.r_[first[:-1][is_kept], first[-1]]
    kept = dataclasses.replace(outlines, first=first)
    for name in RING_ARRAYS:
        array, path = getattr(kept, name), work / f"{name}.npy"
        if isinstance(array, np.memmap) and isinstance(array.base, mmap.mmap):
            Path(str(array.filename)).replace(path)  # it stands there in this very form
        else:
            np.save(path, array, allow_pickle=False)


def outlines_from(work: Path) -> Rings | npt.NDArray[Any]:
    """Return the outlines as they were handed over: as rings, or as shapes."""
    if not (work / OUTLINES).exists():
        # "c": the compiled loops take arrays that could be written to, and write nothing
        return _checked(Rings(*(
            np.load(work / f"{name}.npy", mmap_mode="c", allow_pickle=False)
            for name in RING_ARRAYS
        )))  # fmt: skip
    chunks = [
        shapely.from_wkb(chunk.to_numpy(zero_copy_only=False))
        for chunk in table_from(work / OUTLINES).column("geometry").chunks
    ]
    return np.concatenate(chunks) if chunks else np.empty(0, dtype=object)


def _checked(rings: Rings) -> Rings:
    """Return the rings unless they point outside their arrays: a child may have been taken over."""
    vertices, count = len(rings.coordinates), len(rings.is_shell)
    is_sound = (
        rings.coordinates.dtype == np.float64
        and rings.coordinates.shape == (vertices, 2)
        and rings.coordinates.flags.c_contiguous
        and rings.is_shell.dtype == np.bool_
        and rings.is_shell.shape == (count,)
        and _ascend(rings.start, count + 1, vertices)
        and _ascend(rings.first, len(rings.first), count)
    )
    if not is_sound:
        raise RuntimeError("the reading child handed over rings that do not fit together")
    return rings


def _ascend(places: npt.NDArray[Any], length: int, last: int) -> bool:
    """Tell whether places of this many begin at 0, never fall and end at ``last``."""
    return bool(
        places.dtype == np.int64
        and places.shape == (length,)
        and length > 0
        and places[0] == 0
        and places[-1] == last
        and (places[1:] >= places[:-1]).all()
    )
