"""The child's two tables and its answer made into a ``Layer`` of the app."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from gis.findings import KINDS, Finding
from gis.formats.handover import outlines_from, table_from
from gis.formats.layer import Layer, Understood
from gis.rings import Rings, rings_of


@dataclass(frozen=True)
class Reply:
    """What the child handed over, still in the pages of its files.

    A layer of millions is checked from here; frames and shapes of all rows are never made.
    """

    kept: pa.Table
    outlines: Rings | npt.NDArray[Any]
    rejected: pa.Table
    findings: tuple[Finding, ...]
    understood: Understood

    def layer(self) -> Layer:
        """Return the layer with all its columns and shapes."""
        shapes = self.outlines.shapes() if isinstance(self.outlines, Rings) else self.outlines
        frame = gpd.GeoDataFrame(frame_of(self.kept), geometry=shapes, crs=self.understood.crs)
        return Layer(frame, frame_of(self.rejected), self.findings, self.understood)

    def rings(self) -> Rings:
        """Return the outlines as rings."""
        return self.outlines if isinstance(self.outlines, Rings) else rings_of(self.outlines)


def reply_from(work: Path, answer: dict[str, Any]) -> Reply:
    """Read back what the child wrote; plain tables and numbers, nothing that runs."""
    told = answer["understood"]
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Reply(
        table_from(work / "kept.arrow"),
        outlines_from(work),
        table_from(work / "rejected.arrow"),
        tuple(Finding(**one) for one in answer["findings"] if one["code"] in KINDS),
        Understood(**(told | lists)),
    )


def frame_of(table: pa.Table) -> pd.DataFrame:
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
