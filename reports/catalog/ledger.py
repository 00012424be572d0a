"""The ledger (工作台账): a sheet for each township, one row a parcel, totals that add up."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gis.language import _, say
from parcels.ledger.columns import CellKind, LedgerColumn, columns
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.totals import totals
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table

KINDS = {
    CellKind.TEXT: Kind.TEXT,
    CellKind.DAY: Kind.DAY,
    CellKind.M2: Kind.AREA_M2,
    CellKind.MU: Kind.MU,
    CellKind.COUNT: Kind.COUNT,
}
IN_M2 = {"area_mu": "area_m2"}  # a column of mu is its column of m², converted once and last
OUT_ONLY = frozenset({"withdrawn_reason"})
SUMMED = frozenset({"area_m2", "area_mu", "structure_m2", "new_arable_m2", "photos"})


def compose(rows: pd.DataFrame, stamp: Stamp) -> Document:
    """Return the ledger; ``rows`` as ``register.ledger_rows`` gives them.

    Parcels taken out stand on a sheet of their own, so that each township's total is what counts.
    """
    every = columns()
    rows = rows.assign(is_withdrawn=rows["is_withdrawn"] | ~rows["is_in_layer"])
    standing, taken_out = rows[~rows["is_withdrawn"]], rows[rows["is_withdrawn"]]
    sheets = [
        _sheet(own["township"].iloc[0] or "—", own, [c for c in every if c.name not in OUT_ONLY])
        for _code, own in standing.groupby("township_code", sort=False)
    ]
    if len(taken_out):
        sheets.append(_sheet(say("Parcels withdrawn from the project"), taken_out, list(every)))
    return Document(
        "ledger",
        say("Ledger of {name}", name=stamp.project),
        stamp,
        ((say("Parcels in the ledger"), str(len(rows))),),
        (),
        (_overview(rows), *sheets),
    )


def _sheet(title: str, rows: pd.DataFrame, chosen: list[LedgerColumn]) -> Table:
    names = [IN_M2.get(column.name, column.name) for column in chosen]
    place = {column.name: at for at, column in enumerate(chosen)}
    made = [Column(say("No."), Kind.COUNT)]
    made += [
        Column(
            str(column.title),
            KINDS[column.kind],
            summed_from=place[name] + 1 if column.name in SUMMED else None,
        )
        for column, name in zip(chosen, names, strict=True)
    ]
    cells = [_known(rows[name]) for name in names]
    lines = [(at, *row) for at, row in enumerate(zip(*cells, strict=True), start=1)]
    sums = [
        _sum(rows[name], column) if column.name in SUMMED else None
        for column, name in zip(chosen, names, strict=True)
    ]
    total = (None, say("Total"), *sums[1:])
    return Table(title, tuple(made), (*lines, total), totals=1, has_filters=True)


def _known(values: pd.Series) -> list[Any]:
    """Return the cells, None for what is not known: a sheet has no NaN."""
    return values.astype(object).where(values.notna(), None).tolist()


def _sum(values: pd.Series, column: LedgerColumn) -> float | int:
    whole = values.fillna(0).sum()
    return int(whole) if column.kind is CellKind.COUNT else round(float(whole), 2)


def _overview(rows: pd.DataFrame) -> Table:
    passing, out = str(VERDICT_TITLES[Verdict.PASS]), say("Withdrawn")
    columns = (
        Column(say("Township")),
        Column(say("Parcels"), Kind.COUNT, summed_from=1),
        Column(say("Area (m²)"), Kind.AREA_M2, summed_from=2),
        Column(say("Area (mu)"), Kind.MU, summed_from=2),
        Column(say("Area (ha)"), Kind.HA, summed_from=2),
        Column(say("Parcels"), Kind.COUNT, passing, summed_from=5),
        Column(say("Area (m²)"), Kind.AREA_M2, passing, summed_from=6),
        Column(say("New arable (m²)"), Kind.AREA_M2, passing, summed_from=7),
        Column(say("New arable (mu)"), Kind.MU, passing, summed_from=7),
        Column(say("Parcels"), Kind.COUNT, out, summed_from=9),
        Column(say("Area (m²)"), Kind.AREA_M2, out, summed_from=10),
        Column(say("Area (mu)"), Kind.MU, out, summed_from=10),
    )
    figures = rows.assign(verdict=[Verdict(one) for one in rows["verdict"]])
    names = dict(zip(rows["township_code"], rows["township"], strict=True))
    by_township = totals(figures, by="township_code").reindex(list(names))
    lines = [_overview_row(names[code] or "—", row) for code, row in by_township.iterrows()]
    lines.append(_overview_row(say("Whole county"), totals(figures).iloc[0]))
    return Table(say("Totals by township"), columns, tuple(lines), totals=1)


def _overview_row(name: str, sums: pd.Series) -> tuple[Any, ...]:
    area_m2, out_m2 = round(sums["area_m2"], 2), round(sums["withdrawn_area_m2"], 2)
    passing_m2, arable_m2 = (
        round(sums[f"{Verdict.PASS}_{what}_m2"], 2) for what in ("area", "new_arable")
    )
    return (
        name, int(sums["parcels"]), area_m2, area_m2, area_m2,
        int(sums[f"{Verdict.PASS}_parcels"]), passing_m2, arable_m2, arable_m2,
        int(sums["withdrawn_parcels"]), out_m2, out_m2,
    )  # fmt: skip


DOCUMENT = DocumentKind("ledger", _("Working ledger"), compose, formats=("xlsx", "csv"))
