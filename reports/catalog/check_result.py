"""A check's result as a document: totals, every parcel with its grounds, every finding."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from gis.findings import Finding, place_words
from gis.language import _, say
from gis.units import format_limit
from parcels.noticed import Cells, noticed_rows
from parcels.output import as_rows, share_words
from parcels.policy import Policy
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.totals import JUDGED, totals, totals_of_regions
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table

MOST_FINDINGS = 100_000  # in one file; the page turns over all of them


def compose(
    project: Project,
    parcels: pd.DataFrame,
    policy: Policy,
    stamp: Stamp,
    *,
    of_parcels: Sequence[Finding],
    of_structures: Sequence[Finding],
) -> Document:
    """Return the result of a check; the findings are those of its two layers."""
    limits = say(
        "X = {share}, Y = {area} m². {document}",
        share=format_limit(policy.min_share),
        area=policy.min_new_arable_m2,
        document=policy.document_no,
    )
    title = say("Check of {name}", name=project.name)
    tables = (
        totals_table(parcels, ["township"], say("Totals by township")),
        totals_table(parcels, ["township", "village"], say("Totals by village")),
        _parcels(parcels),
        _findings(noticed_rows(parcels, of_parcels, of_structures, most=MOST_FINDINGS)),
    )
    return Document("check_result", title, stamp, ((say("Policy"), limits),), (), tables)


def totals_table(parcels: pd.DataFrame, levels: list[str], title: str) -> Table:
    """Return parcels and areas by verdict, a row for each value of the levels, the county last."""
    groups = [
        column
        for verdict in JUDGED
        for column in (
            Column(say("Parcels"), Kind.COUNT, group=str(VERDICT_TITLES[verdict])),
            Column(say("Area (mu)"), Kind.MU, group=str(VERDICT_TITLES[verdict])),
        )
    ]
    heads = {"township": say("Township"), "village": say("Village")}
    columns = (
        *(Column(heads[level]) for level in levels),
        Column(say("Parcels"), Kind.COUNT),
        Column(say("Area (mu)"), Kind.MU),
        Column(say("Area (ha)"), Kind.HA),
        *groups,
        *(
            Column(title, kind, group=group)
            for group in (
                say("New arable before the rules"), say("New arable after the rules"),
                say("New arable of undetermined parcels"),
            )
            for title, kind in ((say("mu"), Kind.MU), (say("ha"), Kind.HA))
        ),
    )  # fmt: skip
    rows = [
        _total_row([name or "—" for name in names], row)
        for names, row in totals_of_regions(parcels, levels)
    ]
    whole = [say("Whole county"), *[""] * (len(levels) - 1)]
    rows.append(_total_row(whole, totals(parcels).iloc[0]))
    return Table(title, columns, tuple(rows), totals=1)


def _total_row(names: list[str], sums: pd.Series) -> tuple[object, ...]:
    by_verdict = [
        figure
        for verdict in JUDGED
        for figure in (sums[f"{verdict}_parcels"], sums[f"{verdict}_area_m2"])
    ]
    new_arable = [
        sums[f"{of}new_arable_m2"]
        for of in ("", f"{Verdict.PASS}_", f"{Verdict.UNDETERMINED}_")
        for _both_units in range(2)
    ]
    area_m2 = sums["area_m2"]
    return (*names, sums["parcels"], area_m2, area_m2, *by_verdict, *new_arable)


def _parcels(parcels: pd.DataFrame) -> Table:
    columns = (
        Column(say("Row"), Kind.COUNT),
        Column(say("Parcel")),
        Column(say("Township")),
        Column(say("Village")),
        Column(say("Area (m²)"), Kind.AREA_M2),
        Column(say("Declared area (m²)"), Kind.AREA_M2),
        Column(say("Structures (m²)"), Kind.AREA_M2),
        Column(say("Structure share")),
        Column(say("New arable (m²)"), Kind.AREA_M2),
        Column(say("Verdict")),
        Column(say("Near a limit")),
        Column(say("Grounds")),
    )
    rows = tuple(
        (
            row["row"],
            row["parcel_no"],
            row["township"],
            row["village"],
            row["area_m2"],
            row["declared_area_m2"],
            row["structure_m2"],
            share_words(parcel),
            row["new_arable_m2"],
            str(VERDICT_TITLES[Verdict(row["verdict"])]),
            say("measure") if row["near_limit"] else "",
            row["reasons"],
        )
        for row, parcel in zip(as_rows(parcels), parcels.to_dict("records"), strict=True)
    )
    return Table(say("Parcels"), columns, rows)


def _findings(rows: Sequence[Cells]) -> Table:
    columns = (
        Column(say("Layer")),
        Column(say("Row"), Kind.COUNT),
        Column(say("Parcel")),
        Column(say("Village")),
        Column(say("Code")),
        Column(say("What")),
        Column(say("Said")),
        Column(say("What to do")),
        Column(say("East or longitude")),
        Column(say("North or latitude")),
    )
    told = tuple((*cells, *place_words(cells[1], x, y)) for *cells, x, y in rows)
    return Table(say("Findings"), columns, told)


DOCUMENT = DocumentKind("check_result", _("Check result"), compose)
