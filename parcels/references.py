"""What refers to these parcels? Upper layers hand in how they count; imports still point down."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis.language import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

Count = Callable[["Connection", Collection[int]], int]


@dataclass(frozen=True)
class Reference:
    """One kind of thing that names ledger rows, and how many of it name any of these."""

    title: Text
    count: Count


_handed_in: dict[str, Reference] = {}


def hand_in_reference(title: Text, count: Count) -> None:
    """Add a kind of thing that refers to parcels; the same title replaces itself."""
    _handed_in[title.msgid] = Reference(title, count)


def references_to(connection: Connection, ledger_ids: Collection[int]) -> list[tuple[Text, int]]:
    """Return every kind that was handed in with how many of it refer to these ledger rows."""
    ids = frozenset(ledger_ids)
    return [(one.title, one.count(connection, ids) if ids else 0) for one in _handed_in.values()]
