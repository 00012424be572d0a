"""The check report of a layer: what was read and assumed, totals, every failing parcel, maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from gis.findings import KINDS, Finding, message
from gis.formats import Understood
from gis.language import Text, _, run_on, say
from gis.units import format_ha, format_limit, format_mu
from parcels.output import share_words
from parcels.policy import (
    INSIDE_VILLAGE_TITLES,
    NEW_ARABLE_TITLES,
    STRUCTURE_UNIT_TITLES,
    Policy,
)
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.totals import JUDGED, totals
from reports.catalog.check_result import totals_table
from reports.document import Column, Document, DocumentKind, Kind, Picture, Stamp, Table
from reports.printed import long_day

GROUNDS = frozenset({"fails", "undetermined"})


MOST_LISTED = 5_000  # parcels of a verdict on paper: two hundred pages


@dataclass(frozen=True)
class LayerRead:
    """A layer that a check rests on, as it was read."""

    title: Text
    version: int
    file_name: str
    understood: Understood
    rows_kept: int
    image_date: date | None = None


def compose(
    parcels: pd.DataFrame,
    layers: Sequence[LayerRead],
    policy: Policy,
    findings: Mapping[str, int],
    stamp: Stamp,
    *,
    pictures: tuple[Picture, ...] = (),
) -> Document:
    """Return the report; ``findings`` is code → how many, ``pictures`` are its map sheets."""
    paragraphs = (
        (say("What was read and assumed"), "\n".join(map(_layer_words, layers))),
        (say("By which rules"), _policy_words(policy)),
        (say("Result"), _result_words(parcels)),
        (say("What was noticed about the data"), _finding_words(findings)),
    )
    tables = (
        totals_table(parcels, ["township"], say("Totals by township")),
        _parcels(parcels, Verdict.FAIL, say("Failing parcels, with ground and remedy")),
        _parcels(parcels, Verdict.UNDETERMINED, say("Undetermined parcels, with what is lacking")),
    )
    return Document(
        "check_report",
        say("Check report of {name}", name=stamp.project),
        stamp,
        (),
        paragraphs,
        tables,
        pictures,
    )


def _layer_words(layer: LayerRead) -> str:
    kept = say(
        "{title} v{version}, {file}: {rows_in} rows read, {kept} kept, {rejected} rejected.",
        title=layer.title,
        version=layer.version,
        file=layer.file_name,
        rows_in=layer.understood.rows_in,
        kept=layer.rows_kept,
        rejected=layer.understood.rows_in - layer.rows_kept,
    )
    image = say("Image of {day}.", day=long_day(layer.image_date)) if layer.image_date else ""
    return run_on(kept, *layer.understood.sentences()[1:4], image)


def _policy_words(policy: Policy) -> str:
    lines = [
        say(
            "X = {share}, Y = {area} m². {document}",
            share=format_limit(policy.min_share),
            area=policy.min_new_arable_m2,
            document=policy.document_no,
        ),
        say("New arable from: {words}.", words=NEW_ARABLE_TITLES[policy.new_arable_from]),
        say("Inside a village: {words}.", words=INSIDE_VILLAGE_TITLES[policy.inside_village]),
        say("Structure share of: {words}.", words=STRUCTURE_UNIT_TITLES[policy.structure_unit]),
    ]
    if policy.image_date:
        lines.append(say("Image of {day}.", day=long_day(policy.image_date)))
    return run_on(*lines)


def _result_words(parcels: pd.DataFrame) -> str:
    sums = totals(parcels).iloc[0]
    lines = [
        say(
            "{title}: {parcels} parcels, {mu} mu ({ha} ha).",
            title=VERDICT_TITLES[verdict],
            parcels=int(sums[f"{verdict}_parcels"]),
            mu=format_mu(sums[f"{verdict}_area_m2"]),
            ha=format_ha(sums[f"{verdict}_area_m2"]),
        )
        for verdict in JUDGED
    ]
    whole = say(
        "{parcels} parcels, {mu} mu ({ha} ha) in all; new arable after the rules {arable} mu "
        "({arable_ha} ha).",
        parcels=int(sums["parcels"]),
        mu=format_mu(sums["area_m2"]),
        ha=format_ha(sums["area_m2"]),
        arable=format_mu(sums[f"{Verdict.PASS}_new_arable_m2"]),
        arable_ha=format_ha(sums[f"{Verdict.PASS}_new_arable_m2"]),
    )
    return "\n".join([whole, *lines])


def _finding_words(findings: Mapping[str, int]) -> str:
    lines = [
        say("{title}: {count}.", title=KINDS[code].title, count=count)
        for code, count in findings.items()
        if KINDS[code].severity not in GROUNDS
    ]
    return run_on(*lines) or say("nothing")


def _parcels(parcels: pd.DataFrame, verdict: Verdict, title: str) -> Table:
    columns = (
        Column(say("No."), Kind.COUNT),
        Column(say("Township")),
        Column(say("Village")),
        Column(say("Parcel")),
        Column(say("Area (m²)"), Kind.AREA_M2),
        Column(say("Structures (m²)"), Kind.AREA_M2),
        Column(say("Structure share")),
        Column(say("New arable (m²)"), Kind.AREA_M2),
        Column(say("Grounds")),
        Column(say("Remedy")),
    )
    chosen = parcels[parcels["verdict"] == verdict].sort_values(
        ["township_code", "village_code", "row"], kind="stable"
    )
    count = len(chosen)
    rows = tuple(
        (
            number,
            parcel["township"] or "—",
            parcel["village"] or "—",
            parcel["parcel_no"] or f"#{parcel['row']}",
            parcel["area_m2"],
            parcel["structure_m2"],
            share_words(parcel),
            parcel["new_arable_m2"],
            *_grounds(parcel["reasons"]),
        )
        for number, parcel in enumerate(chosen.head(MOST_LISTED).to_dict("records"), start=1)
    )
    more = (
        say("The first {listed} are listed; the Excel of the check holds all.", listed=len(rows))
        if count > len(rows)
        else ""
    )
    counted = say("{title}: {count} parcels.", title=VERDICT_TITLES[verdict], count=count)
    return Table(title, columns, rows, has_filters=True, note=run_on(counted, more))


def _grounds(reasons: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the grounds and, each once, what can be done."""
    deciding = [one for one in reasons if KINDS[one["code"]].severity in GROUNDS] or reasons
    said = "\n".join(message(Finding(one["code"], values=one["values"])) for one in deciding)
    remedies = dict.fromkeys(str(KINDS[one["code"]].remedy) for one in deciding)
    return said, "\n".join(remedies)


DOCUMENT = DocumentKind("check_report", _("Check report"), compose)
