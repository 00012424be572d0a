"""What a file format is: how to know it, and how its rows are read inside the child."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gis.findings import Finding

if TYPE_CHECKING:
    import pyarrow as pa

    from gis.formats.corners import Corner
    from gis.formats.outlines import Unparsed
    from gis.formats.records import Drawn


@dataclass(frozen=True)
class Source:
    """One readable thing in the child's work folder: a file, or a shapefile's files by suffix."""

    name: str  # for people only, never a path
    path: Path
    members: dict[str, Path] = field(default_factory=dict)
    work: Path = Path()


@dataclass(frozen=True)
class Raw:
    """Rows as the file holds them, before repair; an outline is None where unreadable."""

    layer: str
    outlines: npt.NDArray[np.object_] | Unparsed | Drawn
    is_broken: npt.NDArray[np.bool_]  # had an outline that could not be read
    rows: npt.NDArray[np.int64]
    columns: pa.Table
    wkt: str | None
    encoding: str
    encoding_how: str
    samples: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    corners: Mapping[int, Corner] = field(default_factory=dict)  # row → one of a broken outline's

    def with_findings(self, more: tuple[Finding, ...]) -> Raw:
        """Return the rows with more noticed about them."""
        return replace(self, findings=(*self.findings, *more))


@dataclass(frozen=True)
class Format:
    """A row of the table of formats."""

    code: str
    title: str
    suffixes: tuple[str, ...]
    is_content: Callable[[bytes], bool]  # the first kilobytes of the file
    layers: Callable[[Source], list[tuple[str, bool]]]  # name, holds areas
    read: Callable[[Source, str, str | None], Raw]  # source, layer, chosen encoding
