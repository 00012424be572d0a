"""The publication sheet: frozen figures, who looked at them, and where each comes from."""

from __future__ import annotations

from collections.abc import Sequence

from gis.language import _, say
from reports.daily import OFFICE_TIME
from reports.document import Column, Document, DocumentKind, Kind, Stamp, Table
from reports.publication.chain import LINK_TITLES, OUTCOME_TITLES, Said
from reports.publication.derivation import Derivation


def compose(
    title: str,
    period_words: str,
    derivations: Sequence[Derivation],
    looks: Sequence[Said],
    stamp: Stamp,
    *,
    with_parcels: str,
) -> Document:
    """Return the sheet; parcels are listed of the row whose code is ``with_parcels``.

    That row is the county, or the township's own.
    """
    about = ((say("Period"), period_words),)
    words = (
        (
            say("How to read this sheet"),
            say(
                "Every figure below is added up once more from its parcels, as they were frozen; "
                "“agrees” says that it is the published one to the last digit. The check code "
                "stands on every document of these figures: whoever types it in sees them again."
            ),
        ),
    )
    own = next((one for one in derivations if one.row.code == with_parcels), None)
    tables = (
        _figures(derivations),
        _looks(looks),
        *([_parcels(own)] if own is not None else []),
    )
    return Document("publication_sheet", title, stamp, about, words, tables)


def _figures(derivations: Sequence[Derivation]) -> Table:
    columns = (
        Column(say("Township")),
        Column(say("Parcels added up"), Kind.COUNT),
        Column(say("Eligible new arable (mu)"), Kind.MU),
        Column(say("Done new arable (mu)"), Kind.MU),
        Column(say("Completion of eligible new arable"), Kind.SHARE),
        Column(say("Scheduled"), Kind.SHARE),
        Column(say("Gap (points)"), Kind.POINTS),
        Column(say("From the parcels: eligible (mu)"), Kind.MU),
        Column(say("From the parcels: done (mu)"), Kind.MU),
        Column(say("Check")),
    )
    rows = tuple(
        (
            one.row.name,
            len(one.parts),
            one.row.completion.eligible_m2,
            one.row.completion.done_m2,
            one.row.completion.share,
            one.row.completion.scheduled,
            one.row.completion.gap,
            one.eligible_m2,
            one.done_m2,
            say("agrees") if one.agrees else say("differs"),
        )
        for one in derivations
    )
    return Table(say("Figures and where they come from"), columns, rows)


def _looks(looks: Sequence[Said]) -> Table:
    columns = (
        Column(say("Link")),
        Column(say("Person")),
        Column(say("When")),
        Column(say("Outcome")),
        Column(say("Words")),
    )
    rows = tuple(
        (
            str(LINK_TITLES[one.link]),
            one.person,
            f"{one.at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}",
            str(OUTCOME_TITLES[one.outcome]),
            one.text,
        )
        for one in looks
    )
    return Table(say("Who looked at these figures"), columns, rows)


def _parcels(one: Derivation) -> Table:
    columns = (
        Column(say("Village")),
        Column(say("Parcel")),
        Column(say("Area (m²)"), Kind.AREA_M2, summed_from=2),
        Column(say("New arable (m²)"), Kind.AREA_M2, summed_from=3),
        Column(say("Done at the counting step (m²)"), Kind.AREA_M2, summed_from=4),
        Column(say("New arable that counts (m²)"), Kind.AREA_M2, summed_from=5),
    )
    parts = one.parts
    figures = ("area_m2", "new_arable_m2", "at_step_m2", "done_m2")
    cells = [parts[name].tolist() for name in ("village", "parcel_no", *figures)]
    sums = [round(float(parts[name].fillna(0).sum()), 2) for name in figures]
    rows = (*zip(*cells, strict=True), (say("Total"), "", *sums))
    return Table(
        say("Parcels of {name}", name=one.row.name), columns, rows, totals=1, has_filters=True
    )


DOCUMENT = DocumentKind("publication_sheet", _("Publication sheet"), compose)
