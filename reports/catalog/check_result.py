"""A check's result as a document: totals by township and every parcel with its grounds."""

from __future__ import annotations

import pandas as pd

from gis.language import _, say
from gis.units import format_limit
from parcels.output import as_rows, share_words
from parcels.policy import Policy
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.totals import JUDGED, totals
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table


def compose(project: Project, parcels: pd.DataFrame, policy: Policy, stamp: Stamp) -> Document:
    """Return the result of a check."""
    limits = say(
        "X = {share}, Y = {area} m². {document}",
        share=format_limit(policy.min_share),
        area=policy.min_new_arable_m2,
        document=policy.document_no,
    )
    facts = stamp.facts((say("Policy"), limits))
    title = say("Check of {name}", name=project.name)
    return Document("check_result", title, stamp, facts, (), (_totals(parcels), _parcels(parcels)))


def _totals(parcels: pd.DataFrame) -> Table:
    groups = [
        column
        for verdict in JUDGED
        for column in (
            Column(say("Parcels"), Kind.COUNT, group=str(VERDICT_TITLES[verdict])),
            Column(say("Area (mu)"), Kind.MU, group=str(VERDICT_TITLES[verdict])),
        )
    ]
    columns = (
        Column(say("Township")),
        Column(say("Parcels"), Kind.COUNT),
        Column(say("Area (mu)"), Kind.MU),
        Column(say("Area (ha)"), Kind.HA),
        *groups,
        Column(say("New arable after the rules (mu)"), Kind.MU),
        Column(say("New arable after the rules (ha)"), Kind.HA),
    )
    by_township = totals(parcels, by="township")
    rows = [_total_row(str(name) or "—", row) for name, row in by_township.iterrows()]
    rows.append(_total_row(say("Whole county"), totals(parcels).iloc[0]))
    return Table(say("Totals by township"), columns, tuple(rows), totals=1)


def _total_row(name: str, sums: pd.Series) -> tuple[object, ...]:
    by_verdict = [
        figure
        for verdict in JUDGED
        for figure in (sums[f"{verdict}_parcels"], sums[f"{verdict}_area_m2"])
    ]
    passing_m2 = sums[f"{Verdict.PASS}_new_arable_m2"]
    area_m2 = sums["area_m2"]
    return (name, sums["parcels"], area_m2, area_m2, *by_verdict, passing_m2, passing_m2)


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


DOCUMENT = DocumentKind("check_result", _("Check result"), compose)
