"""What a notice brings with it, as papers of their own: interview, reply, return-visit record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gis.language import say
from reports.daily import OFFICE_TIME
from reports.document import Document, Letter, Stamp
from reports.printed import long_day, long_moment
from reports.supervision.facts import FACT_TITLES
from reports.supervision.notice import Notice, NoticeState, StepKind, state_words

TO_FILL = "＿" * 10  # by hand, or in Word before it is printed
Step = Mapping[str, Any]


def interview(notice: Notice, township: str, stamp: Stamp, *, office: str) -> Document:
    """Return the notice of interview; time and place are filled in by hand."""
    paragraphs = (
        (say("Reason of the interview"), _problem(notice)),
        (say("Who is called in"), notice.answerable or TO_FILL),
        (say("Time and place"), say("Time: {blank}\nPlace: {blank}", blank=TO_FILL)),
        (
            say("What to bring"),
            say(
                "A written account of progress, causes and measures, the ledger and the plan with "
                "its milestones. {requirement}",
                requirement=notice.requirement,
            ),
        ),
    )
    signed_on = notice.issued_at.astimezone(OFFICE_TIME).date()
    letter = Letter(notice.number, township, office, signed_on)
    title = say("Notice of interview")
    return Document("interview", title, stamp, _about(notice), paragraphs, (), letter=letter)


def reply(notice: Notice, step: Step, township: str, stamp: Stamp, *, office: str) -> Document:
    """Return the township's reply (a step of the notice) as a letter to the office."""
    paragraphs = (
        (say("Matter of supervision"), _problem(notice)),
        (say("Progress and causes"), step["words"]),
        (say("Measures taken"), step["measures"] or "—"),
        (say("Replied by"), step["person"] or "—"),
    )
    letter = Letter(notice.number, office, township, step["at"].astimezone(OFFICE_TIME).date())
    title = say("Reply to {number}", number=notice.number)
    return Document("reply", title, stamp, _about(notice), paragraphs, (), letter=letter)


def return_visit(
    notice: Notice, step: Step, check: Step | None, township: str, stamp: Stamp, *, office: str
) -> Document:
    """Return the record of a return visit (a step) with the check of the reply before it."""
    checked = (
        say("{day} {person}: {words}", day=_day(check), person=check["person"] or "—",
            words=check["words"])
        if check
        else "—"
    )  # fmt: skip
    paragraphs = (
        (say("Matter of supervision"), _problem(notice)),
        (say("Check of the reply"), checked),
        (say("Found on the return visit"), step["words"]),
        (
            say("Signatures"),
            say(
                "Return visit by: {person}\nAccompanied by (township): {blank}\nDate: {day}",
                person=step["person"] or "—",
                blank=TO_FILL,
                day=_day(step),
            ),
        ),
    )
    letter = Letter(notice.number, "", office, step["at"].astimezone(OFFICE_TIME).date())
    title = say("Record of the return visit to {township}", township=township)
    return Document("return_visit", title, stamp, _about(notice), paragraphs, (), letter=letter)


def _problem(notice: Notice) -> str:
    fact = str(FACT_TITLES[notice.fact])
    matter = notice.matter.rstrip("。.")
    return say(
        "{fact} (figures up to {cut_off}): {evidence}",
        fact=fact if matter in ("", fact) else f"{matter}（{fact}）",
        cut_off=long_moment(notice.cut_off),
        evidence=notice.evidence,
    )


def _about(notice: Notice) -> tuple[tuple[str, str], ...]:
    return ((say("State of the matter"), str(state_words(notice.rung, notice.state))),)


def newest(steps: Sequence[Step], state: NoticeState) -> Step | None:
    """Return the last step that brought a notice into a state; None where there was none."""
    found = [s for s in steps if s["kind"] == StepKind.MOVED and s["state"] == state]
    return found[-1] if found else None


def _day(step: Step) -> str:
    return long_day(step["at"].astimezone(OFFICE_TIME).date())
