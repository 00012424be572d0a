"""What a page is: a row of the table in ``ui/pages/__init__.py``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gis.language import Text
from parcels.people.access import Action, may
from parcels.people.actor import Role
from parcels.people.sessions import Session


@dataclass(frozen=True)
class Page:
    """One page: who has the action sees it; ``first_for`` land on it."""

    slug: str
    title: Text
    icon: str
    action: Action
    show: Callable[[Session], None]
    first_for: frozenset[Role] = frozenset()

    def is_for(self, session: Session) -> bool:
        return may(session.actor, self.action)
