"""Which rows of the ledger a person wants, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gis.language import Text, _


class Standing(StrEnum):
    """How a parcel stands in the project."""

    ALL = "all"
    IN_LAYER = "in_layer"
    WITHDRAWN = "withdrawn"
    OVERDUE = "overdue"


STANDING_TITLES: dict[Standing, Text] = {
    Standing.ALL: _("All parcels"),
    Standing.IN_LAYER: _("In the project"),
    Standing.WITHDRAWN: _("Withdrawn parcels"),
    Standing.OVERDUE: _("Overdue and not closed"),
}


class Order(StrEnum):
    """What rows are sorted by; the layer's own order is that of its file."""

    LAYER = "layer"
    PARCEL_NO = "parcel_no"
    AREA = "area"
    SHARE = "share"
    NEW_ARABLE = "new_arable"
    DUE = "due"
    CHANGED = "changed"


ORDER_TITLES: dict[Order, Text] = {
    Order.LAYER: _("As in the layer"),
    Order.PARCEL_NO: _("Village and number"),
    Order.AREA: _("Area, largest first"),
    Order.SHARE: _("Structure share, smallest first"),
    Order.NEW_ARABLE: _("New arable, smallest first"),
    Order.DUE: _("To be done by, earliest first"),
    Order.CHANGED: _("Written last, newest first"),
}


@dataclass(frozen=True)
class WantedRows:
    """A filter of the ledger; empty parts ask nothing.

    ``holding`` names a column of an upper layer and the value it must have (a stage, say).
    """

    township_code: str = ""
    verdicts: tuple[str, ...] = ()
    standing: Standing = Standing.ALL
    words: str = ""
    holding: tuple[str, str] | None = None
    order: Order = Order.LAYER
    today: date | None = None  # what is overdue is asked on a day
