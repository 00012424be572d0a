"""What of the reporting loop names parcels, for those who are about to change a layer."""

from __future__ import annotations

from collections.abc import Callable, Collection

import sqlalchemy as sa

from gis.language import _
from parcels.references import hand_in_reference
from parcels.store.engine import in_chunks
from reports.tables import (
    CONTRADICTION,
    DAILY_ENTRY,
    NOTICE_PARCEL,
    PHOTO,
)


def _of(table: sa.Table, key: str) -> Callable[[sa.Connection, Collection[int]], int]:
    """Return how many things of a table name any of these ledger rows, by their ``key``."""

    def count(connection: sa.Connection, ledger_ids: Collection[int]) -> int:
        found: set[int] = set()
        for some in in_chunks(sorted(ledger_ids)):
            wanted = sa.select(table.c[key]).where(table.c.ledger_id.in_(some))
            found |= set(connection.scalars(wanted.distinct()))
        return len(found)

    return count


for _title, _table, _key in (
    (_("Daily reports"), DAILY_ENTRY, "report_id"),
    (_("Notices"), NOTICE_PARCEL, "notice_id"),
    (_("Contradictions"), CONTRADICTION, "id"),
    (_("Photos"), PHOTO, "id"),
):
    hand_in_reference(_title, _of(_table, _key))
