"""What a finding about a row must say: where the row lies, and how much a repair changed it."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from gis import crs as systems
from gis.findings import KINDS, Finding
from gis.rings import Rings

MOST_A_KIND = 10_000  # doubts of one kind that are told one by one


def placed(
    findings: Iterable[Finding], rows: npt.NDArray[np.int64], points: systems.Points
) -> list[Finding]:
    """Give findings about a kept row the middle of its box where they have no place yet."""
    findings = list(findings)
    if all(found.row is None or found.x is not None for found in findings):
        return findings
    order = np.argsort(rows, kind="stable")

    def with_place(found: Finding) -> Finding:
        if found.row is None or found.x is not None:
            return found
        at = int(np.searchsorted(rows, found.row, sorter=order))
        if at == len(rows) or rows[order[at]] != found.row:
            return found  # rejected, and nothing of its outline could be read
        x, y = points[order[at]]
        return dataclasses.replace(found, x=float(x), y=float(y))

    return [with_place(found) for found in findings]


def measured(
    findings: list[Finding],
    outlines: pa.ChunkedArray | Rings,
    rows: npt.NDArray[np.int64],
    epsg: int,
) -> list[Finding]:
    """Tell of every mended outline its survey area before and after, and the difference.

    What is mended has no survey area before: over one parcel the plane's scale is the same.
    """
    mended = [at for at, found in enumerate(findings) if "drawn" in found.values]
    if not mended:
        return findings
    from gis.survey_area import survey_area_m2
    from gis.units import format_m2

    place = {int(row): at for at, row in enumerate(rows)}
    at = np.array([place[int(findings[i].row or 0)] for i in mended], dtype=np.int64)
    if isinstance(outlines, Rings):
        shapes: Any = outlines.of(at).shapes()
    else:
        wkb = outlines.take(pa.array(at)).combine_chunks()
        shapes = shapely.from_wkb(np.array(wkb.to_pylist(), dtype=object))
    told = list(findings)
    for i, after_m2 in zip(mended, survey_area_m2(shapes, epsg).tolist(), strict=True):
        values = dict(findings[i].values)
        before_m2 = after_m2 * values.pop("drawn") / values.pop("kept")
        if math.isfinite(before_m2):
            values |= {
                "before_m2": format_m2(before_m2),
                "after_m2": format_m2(after_m2),
                "gap_m2": format_m2(after_m2 - before_m2),
            }
        told[i] = dataclasses.replace(findings[i], values=values)
    return told


def strays(
    points: systems.Points, rows: npt.NDArray[np.int64], epsg: int, extent: Any
) -> list[Finding]:
    """Return a finding for each outline whose middle lies outside the project's extent."""
    if extent is None:
        return []
    west, south, east, north = extent
    at = systems.lonlat(points, epsg)
    limits = {"limits": f"{west:.4f}–{east:.4f}°, {south:.4f}–{north:.4f}°"}
    return [
        Finding("outside_extent", int(rows[i]),
                {"row": int(rows[i]), "lon": f"{at[i, 0]:.4f}", "lat": f"{at[i, 1]:.4f}", **limits})
        for i in np.flatnonzero(~systems.is_inside(at, extent))
    ]  # fmt: skip


def few(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, of a doubt the first ten thousand and how many more there are."""
    told: list[Finding] = []
    seen: Counter[str] = Counter()
    for found in findings:
        seen[found.code] += 1
        if seen[found.code] <= MOST_A_KIND or KINDS[found.code].severity != "doubt":
            told.append(found)
    return told + [
        Finding("more_alike", values={"rows": count - MOST_A_KIND, "alike": code})
        for code, count in seen.items()
        if count > MOST_A_KIND and KINDS[code].severity == "doubt"
    ]
