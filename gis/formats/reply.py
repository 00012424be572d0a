"""The child's two tables and its answer made into a ``Layer`` of the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from gis.findings import KINDS, Finding
from gis.formats.layer import Layer, Understood


def layer_from(work: Path, answer: dict[str, Any]) -> Layer:
    """Read back what the child wrote; plain tables and numbers, nothing that runs."""
    told = answer["understood"]
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    understood = Understood(**(told | lists))
    kept = _table(work / "kept.arrow")
    chunks = [
        shapely.from_wkb(chunk.to_numpy(zero_copy_only=False))
        for chunk in _table(work / "outlines.arrow").column("geometry").chunks
    ]
    outlines = np.concatenate(chunks) if chunks else np.empty(0, dtype=object)
    frame = gpd.GeoDataFrame(_frame(kept), geometry=outlines, crs=understood.crs)
    rejected = _frame(_table(work / "rejected.arrow"))
    findings = tuple(Finding(**one) for one in answer["findings"] if one["code"] in KINDS)
    return Layer(frame, rejected, findings, understood)


def _table(path: Path) -> pa.Table:
    # mapped, not copied: the pages stay good after the work folder is gone
    return pa.ipc.open_file(pa.memory_map(str(path), "r")).read_all()


def _frame(table: pa.Table) -> pd.DataFrame:
    """Turn into columns of pandas; whole numbers with gaps stay whole, text stays text."""
    gaps = {
        name: pd.Int64Dtype()
        for name in table.schema.names
        if pa.types.is_integer(table.schema.field(name).type) and table.column(name).null_count
    }
    plain = table.drop_columns(list(gaps)).to_pandas(date_as_object=False)
    for name in gaps:
        plain[name] = table.column(name).to_pandas(types_mapper=lambda _: pd.Int64Dtype())
    return plain[table.schema.names]
