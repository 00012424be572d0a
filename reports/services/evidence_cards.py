"""Evidence cards of chosen parcels as a document, drawn from the images of the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from gis.imagery.picture import jpeg
from gis.language import say
from parcels.evidence.ground import Ground
from parcels.evidence.words import figure_lines, history_lines, reason_lines
from parcels.imagery import Moment
from parcels.people.access import Action
from parcels.regions import narrower
from reports.catalog import evidence_cards
from reports.daily import OFFICE_TIME
from reports.document import Card, Document
from reports.services.give_codes import coded
from reports.services.stamps import stamp_of

MOST_CARDS = 2_000
WIDE_PX, HIGH_PX = 372, 480  # on paper 53 mm × 68 mm: some 170 dots an inch


def cards_document(
    ground: Ground,
    indexes: Sequence[Any],
    area: str,
    *,
    now: datetime,
    tell: Callable[[float], None] = lambda _share: None,
) -> Document:
    """Return the cards of these parcels of the ground; ``tell`` hears the share that is drawn."""
    cards = []
    for place, index in enumerate(indexes, start=1):
        cards.append(_card(ground, index))
        tell(place / len(indexes))
    here = f"{now.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
    stamp = stamp_of(
        ground.store, ground.actor, ground.project, cut_off=here, is_taken_out=True, now=now
    )
    document = evidence_cards.compose(cards, stamp, area=area)
    return coded(
        ground.store, ground.actor, ground.project, document,
        region=narrower(ground.actor.region, ground.project.region), action=Action.EXPORT_CARDS,
        now=now,
    )  # fmt: skip


def _card(ground: Ground, index: Any) -> Card:
    parcel = ground.parcels.loc[index]
    return Card(
        say("Parcel {parcel_no}", parcel_no=parcel["parcel_no"] or f"#{parcel['row']}"),
        tuple(figure_lines(parcel)),
        (*reason_lines(parcel), *history_lines(*ground.history(index))),
        tuple(jpeg(ground.picture(index, moment, WIDE_PX, HIGH_PX)) for moment in Moment),
    )
