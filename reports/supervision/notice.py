"""A notice (督办单): its states and who may move it, its number, its dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gis.language import Problem, Text, _
from parcels.people.access import Action
from reports.supervision.facts import Fact
from reports.supervision.ladder import Rung


class NoticeState(StrEnum):
    """Where a notice stands."""

    OPEN = "open"
    REPLIED = "replied"
    CHECKED = "checked"
    REVISITED = "revisited"
    CLOSED = "closed"


NOTICE_STATES: dict[NoticeState, Text] = {
    NoticeState.OPEN: _("To be corrected"),
    NoticeState.REPLIED: _("Replied, awaiting the check"),
    NoticeState.CHECKED: _("Checked, awaiting the return visit"),
    NoticeState.REVISITED: _("Return visit made, to be closed"),
    NoticeState.CLOSED: _("Closed"),
}
REMINDER_STATES: dict[NoticeState, Text] = NOTICE_STATES | {
    NoticeState.REPLIED: _("Replied, to be closed on the figures")
}
Moves = Mapping[NoticeState, Mapping[NoticeState, Action]]
NEXT_NOTICE_STATES: Moves = {
    NoticeState.OPEN: {NoticeState.REPLIED: Action.REPLY_NOTICE},
    NoticeState.REPLIED: {
        NoticeState.CHECKED: Action.CHECK_NOTICE,
        NoticeState.OPEN: Action.CHECK_NOTICE,
    },
    NoticeState.CHECKED: {
        NoticeState.REVISITED: Action.REVISIT_NOTICE,
        NoticeState.OPEN: Action.REVISIT_NOTICE,
    },
    NoticeState.REVISITED: {
        NoticeState.CLOSED: Action.CLOSE_NOTICE,
        NoticeState.OPEN: Action.CLOSE_NOTICE,
    },
    NoticeState.CLOSED: {NoticeState.OPEN: Action.REOPEN_NOTICE},
}
# a reminder asks for no paper and no visit: the figures close it
NEXT_REMINDER_STATES: Moves = {
    NoticeState.OPEN: {
        NoticeState.REPLIED: Action.REPLY_NOTICE,
        NoticeState.CLOSED: Action.CLOSE_NOTICE,
    },
    NoticeState.REPLIED: {NoticeState.CLOSED: Action.CLOSE_NOTICE},
    NoticeState.CLOSED: {NoticeState.OPEN: Action.REOPEN_NOTICE},
}


class StepKind(StrEnum):
    """What happened to a notice."""

    ISSUED = "issued"
    MOVED = "moved"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    REOPENED = "reopened"


STEP_KINDS: dict[StepKind, Text] = {
    StepKind.ISSUED: _("Issued"),
    StepKind.MOVED: _("Moved on"),
    StepKind.EXTENSION_ASKED: _("Extension asked"),
    StepKind.EXTENSION_GRANTED: _("Extension granted"),
    StepKind.EXTENSION_REFUSED: _("Extension refused"),
    StepKind.REOPENED: _("Reopened: the figure fell back"),
}


@dataclass(frozen=True)
class Notice:
    """One notice as the store holds it."""

    id: int
    project_id: int
    township_code: str
    office: str
    year: int
    sequence: int
    rung: Rung
    fact: Fact
    matter: str
    evidence: str
    cut_off: datetime
    requirement: str
    answerable: str
    due: date
    extension_until: date | None
    state: NoticeState
    issued_at: datetime
    issuer: str

    @property
    def number(self) -> str:
        """The number as offices write it: 〔2026〕第3号."""
        return f"{self.office}〔{self.year}〕第{self.sequence}号"

    @property
    def is_open(self) -> bool:
        return self.state is not NoticeState.CLOSED

    def is_overdue(self, today: date) -> bool:
        """Tell whether the township has let the due date pass; a pending check is not its fault."""
        return self.state is NoticeState.OPEN and today > self.due

    @property
    def is_reminder(self) -> bool:
        return self.rung is Rung.REMIND


def moves_of(rung: Rung) -> Moves:
    """Return the table that a notice of this rung moves by."""
    return NEXT_REMINDER_STATES if rung is Rung.REMIND else NEXT_NOTICE_STATES


def state_words(rung: Rung, state: NoticeState) -> Text:
    """Return how a state is called: nobody checks a reminder's reply, so none waits for it."""
    return (REMINDER_STATES if rung is Rung.REMIND else NOTICE_STATES)[state]


def require_move(rung: Rung, state: NoticeState, to: NoticeState) -> Action:
    """Return the action that moves a notice; raises Problem when the table has no such move."""
    action = moves_of(rung).get(state, {}).get(to)
    if action is None:
        raise Problem(
            _(
                "A notice in the state “{state}” cannot become “{to}”.",
                state=state_words(rung, state),
                to=state_words(rung, to),
            )
        )
    return action
