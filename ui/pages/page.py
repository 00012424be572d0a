"""What a page is: a row of the table in ``ui/pages/__init__.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gis.language import Text, _
from parcels.people.access import Action, may
from parcels.people.actor import Role
from parcels.people.sessions import Session


class Section(StrEnum):
    """Where a page stands in the sidebar, in this order."""

    DAILY = "daily"
    FOLLOWING = "following"
    PARCELS = "parcels"
    OFFICE = "office"


SECTION_TITLES: dict[Section, Text] = {
    Section.DAILY: _("Every day"),
    Section.FOLLOWING: _("Follow-up"),
    Section.PARCELS: _("Parcels and layers"),
    Section.OFFICE: _("The office"),
}


class Figures(StrEnum):
    """Which figures a page shows; a page that says nothing is marked as showing working ones."""

    WORKING = "working"
    CHOSEN = "chosen"  # frozen or working: the page marks each itself
    NONE = "none"


@dataclass(frozen=True)
class Page:
    """One page: who has the action sees it; ``first_for`` land on it."""

    slug: str
    title: Text
    icon: str
    action: Action
    show: Callable[[Session], None]
    first_for: frozenset[Role] = frozenset()
    section: Section = Section.DAILY
    figures: Figures = Figures.WORKING

    def is_for(self, session: Session) -> bool:
        return may(session.actor, self.action)
