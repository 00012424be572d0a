"""A check's result as files: one row per row of the input, in its order."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gis.findings import Finding, advice
from gis.units import format_share, half_up, to_ha, to_mu
from parcels.totals import totals, totals_of_regions

COLUMNS = (
    "row", "parcel_no", "township", "village", "area_m2", "declared_area_m2", "structure_m2",
    "structure_share", "new_arable_m2", "structure_verdict", "new_arable_verdict", "verdict",
    "near_limit", "reasons",
)  # fmt: skip
AREAS = ("area_m2", "declared_area_m2", "structure_m2", "new_arable_m2")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_rows(parcels: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as files hold them: areas at 0.01, unknown figures empty, reasons as text."""
    rows = []
    for values in zip(*(parcels[name].tolist() for name in COLUMNS), strict=True):
        row = dict(zip(COLUMNS, values, strict=True))
        for name in AREAS:
            row[name] = None if pd.isna(row[name]) else half_up(row[name], 2)
        share = row["structure_share"]
        row["structure_share"] = None if pd.isna(share) else float(share)
        row["near_limit"] = bool(row["near_limit"])
        row["reasons"] = " ".join(_sentence(reason) for reason in row["reasons"])
        rows.append(row)
    return rows


def share_words(parcel: Mapping[str, Any]) -> str:
    """Return a parcel's share in percent, with as many decimals as its own verdict needs."""
    if pd.isna(parcel["structure_m2"]) or pd.isna(parcel["area_m2"]):
        return "—"
    return format_share(parcel["structure_m2"], parcel["area_m2"], Decimal(parcel["min_share"]))


def csv_text(parcels: pd.DataFrame) -> str:
    """Return the result as CSV; the caller adds the byte order mark that Excel needs."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in as_rows(parcels):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return target.getvalue()


def gpkg_bytes(parcels: gpd.GeoDataFrame, *, about: str = "") -> bytes:
    """Return the result as a GeoPackage in the frame's CRS; rows without an outline included.

    ``about`` becomes the layer's description: whose it is, who took it out and when.
    """
    rows = pd.DataFrame(as_rows(parcels), index=parcels.index)
    for name in AREAS:
        rows[name] = rows[name].astype("float64")
    frame = gpd.GeoDataFrame(rows, geometry=parcels.geometry, crs=parcels.crs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.gpkg"
        frame.to_file(
            path, layer="parcels", driver="GPKG", engine="pyogrio",
            layer_options={"DESCRIPTION": about},
        )  # fmt: skip
        return path.read_bytes()


def summary(
    parcels: pd.DataFrame,
    findings: Iterable[Finding],
    *,
    structures: int,
    read: Mapping[str, Any],
    policy: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the summary: counts, what was read, the policy, totals, findings by code.

    A township or village without a name goes by its code.
    """
    named = parcels.assign(
        **{
            level: parcels[level].where(parcels[level] != "", parcels[f"{level}_code"])
            for level in ("township", "village")
        }
    )
    return {
        "parcels": len(parcels),
        "structures": structures,
        "read": dict(read),
        "policy": dict(policy),
        "totals": _totals(totals(parcels).iloc[0]),
        "by_township": [
            {"township": name, **_totals(row)}
            for (name,), row in totals_of_regions(named, ["township"])
        ],
        "by_village": [
            {"township": township, "village": village, **_totals(row)}
            for (township, village), row in totals_of_regions(named)
        ],
        "findings": dict(sorted(Counter(found.code for found in findings).items())),
    }


def _totals(sums: pd.Series) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, value in sums.items():
        column = str(name)
        if column.endswith("_m2"):
            figures[column] = float(half_up(value, 2))
            figures[column.replace("_m2", "_ha")] = float(half_up(to_ha(value), 4))
            figures[column.replace("_m2", "_mu")] = float(half_up(to_mu(value), 2))
        else:
            figures[column] = int(value)
    return figures


def _sentence(reason: Finding | Mapping[str, Any]) -> str:
    """Return what was found and what to do about it."""
    if not isinstance(reason, Finding):
        reason = Finding(reason["code"], values=reason["values"])
    return advice(reason)


def _cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
