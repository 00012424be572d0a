"""Totals of a check: parcels and areas by verdict, each m² added up once and never rounded here."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parcels.rules.verdicts import Verdict

JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.UNDETERMINED)
LEVELS = ("township", "village")


def totals(parcels: pd.DataFrame, by: str | list[str] | None = None) -> pd.DataFrame:
    """Return one row per value of ``by``, a column or several (one row in all without it).

    Columns: parcels, area_m2, and for each of pass, fail, undetermined: ``<verdict>_parcels``,
    ``<verdict>_area_m2``, ``<verdict>_new_arable_m2``; ``new_arable_m2`` is that of all verdicts,
    which is what the layer promised before the rules. Unknown new arable counts nothing and is
    counted in ``new_arable_unknown_parcels``. Withdrawn parcels, where the frame marks them, count
    in ``withdrawn_parcels`` and ``withdrawn_area_m2`` only.
    """
    withdrawn = (
        parcels["is_withdrawn"]
        if "is_withdrawn" in parcels
        else pd.Series(False, index=parcels.index)
    )
    area_m2 = parcels["area_m2"].fillna(0.0)
    columns: dict[str, pd.Series] = {
        "parcels": (~withdrawn).astype("int64"),
        "area_m2": area_m2.where(~withdrawn, 0.0),
        "new_arable_m2": parcels["new_arable_m2"].fillna(0.0).where(~withdrawn, 0.0),
        "new_arable_unknown_parcels": (~withdrawn & parcels["new_arable_m2"].isna()).astype(
            "int64"
        ),
        "withdrawn_parcels": withdrawn.astype("int64"),
        "withdrawn_area_m2": area_m2.where(withdrawn, 0.0),
    }
    for verdict in JUDGED:
        chosen = (parcels["verdict"] == verdict) & ~withdrawn
        columns[f"{verdict}_parcels"] = chosen.astype("int64")
        columns[f"{verdict}_area_m2"] = area_m2.where(chosen, 0.0)
        columns[f"{verdict}_new_arable_m2"] = (
            parcels["new_arable_m2"].fillna(0.0).where(chosen, 0.0)
        )
    every = pd.DataFrame(columns, index=parcels.index)
    if by is None:
        return every.sum().to_frame().T.astype(every.dtypes)
    columns_of = [parcels[name] for name in ([by] if isinstance(by, str) else by)]
    return every.groupby(columns_of if len(columns_of) > 1 else columns_of[0], sort=True).sum()


def totals_of_regions(
    parcels: pd.DataFrame, levels: Sequence[str] = LEVELS
) -> list[tuple[tuple[str, ...], pd.Series]]:
    """Return names and totals of every township (or village), in the order of their codes.

    ``levels`` are those of LEVELS that tell the rows apart. Two villages of one name stay two.
    Parcels without a code come last.
    """
    by = [name for level in levels for name in (f"{level}_code", level)]
    sums = totals(parcels, by=by)
    rows = [
        (tuple(str(name) for name in keys[1::2]), bool(all(keys[::2])), row)
        for keys, (_index, row) in zip(sums.index, sums.iterrows(), strict=True)
    ]
    return [(names, row) for names, _known, row in sorted(rows, key=lambda one: not one[1])]
