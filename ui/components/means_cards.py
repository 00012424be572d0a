"""How many townships lack a leader, a team, a plan, or let money lie: red on the first page."""

from __future__ import annotations

from collections.abc import Sequence

from gis.language import named, say
from reports.means.standing import LACK_TITLES, Lack, Means, lacking
from ui.components.cards import Card, show_cards

SHOWN = (Lack.LEADER, Lack.TEAM, Lack.PLAN, Lack.IDLE_MONEY)


def lack_cards(every: Sequence[Means], idle_days: float) -> None:
    """Show how many townships lack what, and which; nothing missing is said too."""
    cards = []
    for lack in SHOWN:
        found = lacking(every, lack, idle_days=idle_days)
        cards.append(
            Card(
                str(LACK_TITLES[lack]),
                say("{count} of {all}", count=len(found), all=len(every)),
                named(means.name for means in found) or say("none missing"),
                "bad" if found else "good",
            )
        )
    show_cards(cards)
