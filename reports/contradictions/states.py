"""A contradiction's states and who may move it: the township explains, or the bureau looks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from gis.language import Problem, Text, _
from parcels.people.access import Action


class State(StrEnum):
    """Where a contradiction stands."""

    OPEN = "open"
    EXPLAINED = "explained"
    ACCEPTED = "accepted"
    SEEN_CLEARED = "seen_cleared"
    SEEN_STANDING = "seen_standing"
    CORRECTED = "corrected"


STATE_TITLES: dict[State, Text] = {
    State.OPEN: _("Waits for an answer"),
    State.EXPLAINED: _("Explained by the township"),
    State.ACCEPTED: _("Explanation accepted"),
    State.SEEN_CLEARED: _("Checked on site: it is cleared"),
    State.SEEN_STANDING: _("Checked on site: it still stands; the claim must be corrected"),
    State.CORRECTED: _("The claim was taken back"),
}
NEXT_STATES: dict[State, Mapping[State, Action]] = {
    State.OPEN: {
        State.EXPLAINED: Action.EXPLAIN_CONTRADICTION,
        State.SEEN_CLEARED: Action.CHECK_CONTRADICTION,
        State.SEEN_STANDING: Action.CHECK_CONTRADICTION,
    },
    State.EXPLAINED: {
        State.ACCEPTED: Action.CHECK_CONTRADICTION,
        State.OPEN: Action.CHECK_CONTRADICTION,
        State.SEEN_CLEARED: Action.CHECK_CONTRADICTION,
        State.SEEN_STANDING: Action.CHECK_CONTRADICTION,
    },
    State.SEEN_STANDING: {State.SEEN_CLEARED: Action.CHECK_CONTRADICTION},
    State.ACCEPTED: {},
    State.SEEN_CLEARED: {},
    State.CORRECTED: {},
}
UNSETTLED = frozenset({State.OPEN, State.EXPLAINED, State.SEEN_STANDING})


def require_next(state: State, to: State) -> Action:
    """Return the action that moves a contradiction; raises Problem when there is no such move."""
    action = NEXT_STATES[state].get(to)
    if action is None:
        raise Problem(
            _("A contradiction in the state “{state}” cannot be moved so.",
              state=STATE_TITLES[state])
        )  # fmt: skip
    return action
