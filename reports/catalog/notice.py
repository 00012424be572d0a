"""A notice (督办单、约谈通知), its reply and its return visit, as one official letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gis.language import Text, _, say
from reports.daily import OFFICE_TIME
from reports.document import Column, Document, DocumentKind, Kind, Letter, Stamp, Table
from reports.printed import long_day, long_moment
from reports.supervision.facts import FACT_TITLES
from reports.supervision.ladder import Rung
from reports.supervision.notice import STEP_KINDS, Notice, NoticeState, StepKind, state_words

LETTER_TITLES: Mapping[Rung, Text] = {
    Rung.REMIND: _("Reminder on progress of demolition and reclamation"),
    Rung.NOTICE: _("Notice of supervision on demolition and reclamation"),
    Rung.KEY: _("Notice of key supervision on demolition and reclamation"),
    Rung.INTERVIEW: _("Notice of interview on demolition and reclamation"),
    Rung.REFER: _("Referral for accountability on demolition and reclamation"),
}


def compose(
    notice: Notice, steps: Sequence[Mapping[str, Any]], township: str, stamp: Stamp, *, office: str
) -> Document:
    """Return the letter; ``steps`` as ``steps_of`` gives them, ``office`` signs it.

    What has happened since stands in a table after it: reply, check, return visit, closing.
    """
    cut_off = long_moment(notice.cut_off)
    due = long_day(notice.due)
    extended = say("The date was extended to {day}.", day=due) if notice.extension_until else ""
    paragraphs = (
        (say("Matter of supervision"), notice.matter),
        (
            say("Problem found"),
            say(
                "{fact} (figures up to {cut_off}): {evidence}",
                fact=FACT_TITLES[notice.fact],
                cut_off=cut_off,
                evidence=notice.evidence,
            ),
        ),
        (say("Requirements"), notice.requirement),
        (
            say("Time limit"),
            say(
                "Reply with progress, causes and measures by {day}. Answerable: {person}. "
                "{extended}",
                day=due,
                person=notice.answerable or "—",
                extended=extended,
            ).strip(),
        ),
    )
    signed_on = notice.issued_at.astimezone(OFFICE_TIME).date()
    letter = Letter(notice.number, township, office, signed_on)
    about = (
        (say("State of the matter"), str(state_words(notice.rung, notice.state))),
        (say("Issued by"), notice.issuer),
    )
    return Document(
        "notice", str(LETTER_TITLES[notice.rung]), stamp, about, paragraphs,
        (_course(notice.rung, steps),), letter=letter,
    )  # fmt: skip


def _course(rung: Rung, steps: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column(say("Date"), Kind.DAY),
        Column(say("Step")),
        Column(say("State after it")),
        Column(say("Handled by")),
        Column(say("Words")),
        Column(say("Measures")),
    )
    rows = tuple(
        (
            step["at"].astimezone(OFFICE_TIME).date(),
            str(STEP_KINDS[StepKind(step["kind"])]),
            str(state_words(rung, NoticeState(step["state"]))),
            step["person"] or "—",
            step["words"],
            step["measures"],
        )
        for step in steps
    )
    return Table(say("Course of the matter"), columns, rows)


DOCUMENT = DocumentKind("notice", _("Notice"), compose)
