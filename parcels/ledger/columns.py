"""The ledger's columns: one table for the page, the workbook and the rights to write.

Upper layers hand in columns of their own (stage, photos, notices), so that imports point down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gis.language import Text, _
from parcels.people.access import Action


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    DAY = "day"
    M2 = "m2"
    MU = "mu"
    COUNT = "count"


@dataclass(frozen=True)
class LedgerColumn:
    """One column; with ``action`` who has that right may write it in place."""

    name: str
    title: Text
    kind: CellKind = CellKind.TEXT
    action: Action | None = None


Values = Callable[[Any, int, Collection[int] | None], Mapping[int, Any]]
"""Connection, project id, ledger ids (None: every row) → value by ledger id."""

BEFORE: tuple[LedgerColumn, ...] = (
    LedgerColumn("township", _("Township")),
    LedgerColumn("village", _("Village")),
    LedgerColumn("parcel_no", _("Parcel number")),
    LedgerColumn("place", _("Where it lies"), action=Action.DESCRIBE_PARCEL),
    LedgerColumn("ownership", _("Ownership")),
    LedgerColumn("land_class", _("Land class")),
    LedgerColumn("area_m2", _("Area (m²)"), CellKind.M2),
    LedgerColumn("area_mu", _("Area (mu)"), CellKind.MU),
    LedgerColumn("structure_m2", _("Structures (m²)"), CellKind.M2),
    LedgerColumn("share", _("Structure share")),
    LedgerColumn("inside_village", _("Inside a village")),
    LedgerColumn("new_arable_m2", _("New arable (m²)"), CellKind.M2),
    LedgerColumn("verdict_title", _("Verdict")),
    LedgerColumn("grounds", _("Grounds")),
)
AFTER: tuple[LedgerColumn, ...] = (
    LedgerColumn("leader", _("Responsible leader"), action=Action.ASSIGN_PARCEL),
    LedgerColumn("responsible", _("Person responsible"), action=Action.DESCRIBE_PARCEL),
    LedgerColumn("due", _("To be done by"), CellKind.DAY, Action.ASSIGN_PARCEL),
    LedgerColumn("problem", _("Problem"), action=Action.DESCRIBE_PARCEL),
    LedgerColumn("correction", _("What was put right"), action=Action.DESCRIBE_PARCEL),
    LedgerColumn("closed_on", _("Closed on"), CellKind.DAY, Action.FOLLOW_PARCEL),
    LedgerColumn("return_visit", _("Return visit"), action=Action.FOLLOW_PARCEL),
    LedgerColumn("withdrawn_reason", _("Withdrawn because")),
)
EDITABLE: dict[str, LedgerColumn] = {c.name: c for c in (*BEFORE, *AFTER) if c.action}
_handed_in: dict[str, tuple[LedgerColumn, Values]] = {}


def hand_in_column(column: LedgerColumn, values: Values) -> None:
    """Add an upper layer's column with how its values are read; the same name replaces itself."""
    _handed_in[column.name] = (column, values)


def handed_in() -> list[tuple[LedgerColumn, Values]]:
    """Return the columns of upper layers, in the order they came."""
    return list(_handed_in.values())


def columns() -> tuple[LedgerColumn, ...]:
    """Return every column in the ledger's order."""
    return (*BEFORE, *(column for column, _values in _handed_in.values()), *AFTER)
