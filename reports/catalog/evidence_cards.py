"""Evidence cards: parcels from the air before and after, with figures, verdicts and history."""

from __future__ import annotations

from collections.abc import Sequence

from gis.language import _, say
from reports.document import Card, Document, DocumentKind, Stamp


def compose(cards: Sequence[Card], stamp: Stamp, *, area: str) -> Document:
    """Return the cards of an area, a third of a page each."""
    about = ((say("Cards of"), area), (say("Number of cards"), str(len(cards))))
    title = say("Evidence cards of {name}", name=stamp.project)
    return Document("evidence_cards", title, stamp, about, (), (), cards=tuple(cards))


DOCUMENT = DocumentKind("evidence_cards", _("Evidence cards"), compose, formats=("pdf",))
