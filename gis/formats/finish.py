"""What every format has in common after its rows are read: system, repair, and the way back."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from gis import crs as systems
from gis.crs_choice import Choice, Refusal, choose
from gis.findings import Finding
from gis.formats import handover
from gis.formats.about_rows import few, measured, placed, strays
from gis.formats.corners import at_corners
from gis.formats.format import Raw
from gis.formats.outlines import mended_outlines, wkb_of
from gis.formats.problems import Unreadable
from gis.formats.records import Drawn
from gis.rings import Rings

RESERVED = {"row", "rejected_for", "geometry"}


def finish(raw: Raw, request: dict[str, Any], work: Path, others: list[str]) -> dict[str, Any]:
    """Decide the system, repair, write both tables; return what was found and understood."""
    if not len(raw.rows):
        raise Unreadable("no_rows", layer=raw.layer)
    fixed = (
        raw.outlines.mended(raw.rows)
        if isinstance(raw.outlines, Drawn)
        else mended_outlines(raw.outlines, raw.is_broken, raw.rows)
    )
    codes = fixed.codes
    is_kept = codes == ""
    if not is_kept.any():
        _refuse_all(raw, codes)
    outlines, box = fixed.outlines, fixed.boxes if is_kept.all() else fixed.boxes[is_kept]
    points = np.column_stack([(box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2])
    extent = tuple(request["extent_lonlat"]) if request["extent_lonlat"] else None
    sample = points[:: max(1, len(points) // 1000)]
    said = systems.declared(raw.wkt)
    choice = choose(said, sample, request["crs"], extent)
    if isinstance(choice, Refusal):
        raise Unreadable(choice.code, **choice.values)
    findings, more = (at_corners(some, raw.corners) for some in (fixed.findings, raw.findings))
    if choice.is_swapped:
        outlines = _turned(outlines)
        points, box = points[:, ::-1], box[:, [1, 0, 3, 2]]
        findings, more = (
            [dataclasses.replace(f, x=f.y, y=f.x) for f in some] for some in (findings, more)
        )
        findings.append(Finding("axes_swapped"))
    findings += _system_findings(said, choice)
    findings += strays(points, raw.rows[is_kept], choice.epsg, extent)
    if others:
        findings.append(Finding("other_layers", values={"layers": ", ".join(others)}))
    columns, renamed = _named(raw.columns)
    findings += [*more, *renamed]
    findings = few(measured(placed(findings, raw.rows[is_kept], points), outlines, raw.rows,
                            choice.epsg))  # fmt: skip
    rows = pa.array(raw.rows)
    table = pa.table({"row": rows})
    for name, column in zip(columns.schema.names, columns.columns, strict=True):
        table = table.append_column(name, column)
    # apart from the columns, so that the app can let go of these pages once it has the shapes
    handover.write_outlines(work, outlines, is_kept)
    handover.write_table(
        work / "kept.arrow", table if is_kept.all() else table.filter(pa.array(is_kept))
    )
    out = table.filter(pa.array(~is_kept))
    grounds = pa.array(codes[~is_kept].tolist(), pa.string())
    handover.write_table(work / "rejected.arrow", out.add_column(1, "rejected_for", grounds))
    return {
        "findings": [dataclasses.asdict(f) for f in findings],
        "understood": {
            "layer": raw.layer,
            "rows_in": len(raw.rows),
            "crs": choice.epsg,
            "crs_how": choice.how,
            "encoding": raw.encoding,
            "encoding_how": raw.encoding_how,
            "samples": raw.samples,
            "columns": columns.schema.names,
            "bounds_lonlat": _bounds_lonlat(box, choice.epsg),
        },
    }


def _turned(outlines: pa.ChunkedArray | Rings) -> pa.ChunkedArray | Rings:
    """Exchange north and east, a slice at a time."""
    if isinstance(outlines, Rings):
        return outlines.moved(lambda x, y: (y, x))
    shapes = (shapely.from_wkb(chunk.to_numpy(zero_copy_only=False)) for chunk in outlines.chunks)
    return pa.chunked_array(
        [wkb_of(shapely.transform(one, lambda xy: xy[:, ::-1])) for one in shapes],
        pa.large_binary(),
    )


def _refuse_all(raw: Raw, codes: Any) -> None:
    """A layer without a single area is the wrong layer, not a list of defects."""
    kinds = {"not_polygon": "points or lines", "null_geometry": "no outlines"}
    names, counts = np.unique(codes.astype(str), return_counts=True)
    most = str(names[counts.argmax()])
    raise Unreadable("no_polygons", layer=raw.layer, kind=kinds.get(most, "damaged outlines"))


def _system_findings(said: systems.Declared, choice: Choice) -> list[Finding]:
    findings = []
    if said.name and said.epsg != choice.epsg:
        used = systems.label(choice.epsg)
        values = {"declared": said.name, "used": used.msgid.format(**used.values)}
        findings.append(Finding("crs_overruled", values=values))
    return findings


def _bounds_lonlat(box: Any, epsg: int) -> list[float]:
    low, high = box[:, :2].min(axis=0), box[:, 2:].max(axis=0)
    edge = np.linspace(0, 1, 9)[:, None]
    # a box in a grid bulges in degrees: follow its sides, not only its corners
    sides = [
        low + (high - low) * np.hstack([x, y])
        for x, y in (
            (edge, edge * 0), (edge, edge * 0 + 1), (edge * 0, edge), (edge * 0 + 1, edge)
        )
    ]  # fmt: skip
    at = systems.lonlat(np.vstack(sides), epsg)
    at = at[np.isfinite(at).all(axis=1)]
    if not len(at):
        raise Unreadable("crs_absurd", x=f"{low[0]:.1f}", y=f"{low[1]:.1f}")
    return [float(v) for v in (*at.min(axis=0), *at.max(axis=0))]


def _named(columns: pa.Table) -> tuple[pa.Table, list[Finding]]:
    """Give every column a name of its own that is not one of ours."""
    taken = set(RESERVED)
    names, findings = [], []
    for number, name in enumerate(columns.schema.names, 1):
        new = base = name.strip() or f"column_{number}"
        copy = 1
        while new.lower() in taken:
            new = f"{base}_{copy}"
            copy += 1
        if new != name:
            findings.append(Finding("column_renamed", values={"column": name, "name": new}))
        taken.add(new.lower())
        names.append(new)
    return columns.rename_columns(names), findings
