"""The bulletin of commendation and criticism (通报) as an official document."""

from __future__ import annotations

from collections.abc import Sequence

from gis.language import _, labelled, say
from reports.catalog.period_words import paragraphs_of
from reports.document import Column, Document, DocumentKind, Kind, Letter, Stamp, Table
from reports.periods.summary import PeriodSummary
from reports.supervision.mentions import Mention


def compose(
    summary: PeriodSummary,
    praised: Sequence[Mention],
    blamed: Sequence[Mention],
    stamp: Stamp,
    *,
    office: str,
) -> Document:
    """Return the bulletin of a period; whoever is named is named with the figure that does it."""
    paragraphs = (
        (say("General state"), paragraphs_of(summary)[0][1]),
        (say("Commended"), _named(praised)),
        (say("Criticised"), _named(blamed)),
        (say("Next steps"), paragraphs_of(summary)[2][1]),
    )
    columns = (
        Column(say("Rank"), Kind.COUNT),
        Column(say("Township")),
        Column(say("Eligible new arable (mu)"), Kind.MU),
        Column(say("Done new arable (mu)"), Kind.MU),
        Column(say("Completion of eligible new arable"), Kind.SHARE),
        Column(say("Scheduled"), Kind.SHARE),
        Column(say("Gap (points)"), Kind.POINTS),
        Column(say("Missing"), Kind.COUNT),
    )
    rows = tuple(
        (
            row.rank,
            row.name,
            row.completion.eligible_m2,
            row.completion.done_m2,
            row.completion.share,
            row.completion.scheduled,
            row.completion.gap,
            row.punctuality.missing,
        )
        for row in summary.rows
    )
    table = Table(say("Completion and schedule"), columns, rows, totals=1)
    return Document(
        "bulletin",
        say("Bulletin on progress of {name}", name=summary.project.name),
        stamp,
        ((say("Days"), summary.period.words),),
        paragraphs,
        (table,),
        letter=Letter(office=office, day=summary.cut_off_day),
    )


def _named(mentions: Sequence[Mention]) -> str:
    return "\n".join(labelled(one.name, one.ground) for one in mentions) or say("none")


DOCUMENT = DocumentKind("bulletin", _("Bulletin"), compose)
