"""The draft under the hands: read on every run, saved by every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from gis.language import Problem, say
from parcels.people.sessions import Session
from parcels.projects import Project
from reports.daily import OFFICE_TIME
from reports.drafts import Draft
from reports.services.keep_draft import find_draft, save_draft
from ui import office
from ui.components.literal import literally

REFUSED = "draft change refused"


@dataclass(frozen=True)
class Desk:
    """A township's day on the form: who writes, and what the report before it said."""

    session: Session
    project: Project
    township: str
    day: date
    draft: Draft
    before: Mapping[str, Any] | None

    @property
    def workers(self) -> int:
        return int(self.before["workers"]) if self.before else 0

    @property
    def machines(self) -> int:
        return int(self.before["machines"]) if self.before else 0

    def key(self, name: str) -> str:
        """Return a widget's key: another day has fields of its own."""
        return f"{name} · {self.project.id} {self.day}"

    def save(self, changes: Mapping[str, Any]) -> Draft | None:
        """Save changes at once; what is refused is told on the next run."""
        try:
            return save_draft(
                office.store(), self.session.actor, self.project.id, self.township, self.day,
                changes, now=office.now(),
            )  # fmt: skip
        except Problem as problem:
            st.session_state[REFUSED] = str(problem)
            return None

    def opened(self) -> Draft:
        """Return the draft with its row in the store; raises Problem where none can be."""
        return save_draft(
            office.store(), self.session.actor, self.project.id, self.township, self.day, {},
            now=office.now(),
        )  # fmt: skip


def open_desk(
    session: Session, project: Project, day: date, before: Mapping[str, Any] | None
) -> Desk:
    """Return the desk of a day as the store has it now."""
    township = session.actor.region
    draft = find_draft(office.store(), session.actor, project.id, township, day)
    return Desk(session, project, township, day, draft, before)


def show_saved(desk: Desk) -> None:
    """Tell when the draft was saved, and what was not."""
    if refused := st.session_state.pop(REFUSED, None):
        st.error(literally(refused))
    if desk.draft.saved_at is None:
        st.caption(say("Every change is saved as you make it; you may leave at any time."))
        return
    saved = desk.draft.saved_at.astimezone(OFFICE_TIME)
    words = say("Draft saved {time} by {name}", time=f"{saved:%H:%M}", name=desk.draft.saved_by)
    st.caption(literally(words))


def follow(key: str, value: Any) -> None:
    """Let a widget show what the draft holds; an unchanged one is left alone under the hands."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
