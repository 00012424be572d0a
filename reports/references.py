"""What of the reporting loop names parcels, for those who are about to change a layer."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from gis.language import _
from parcels.references import hand_in_reference
from parcels.store.engine import in_chunks
from reports.tables import DAILY_ENTRY


def _daily_reports(connection: sa.Connection, ledger_ids: Collection[int]) -> int:
    found: set[int] = set()
    for some in in_chunks(sorted(ledger_ids)):
        wanted = sa.select(DAILY_ENTRY.c.report_id).where(DAILY_ENTRY.c.ledger_id.in_(some))
        found |= set(connection.scalars(wanted.distinct()))
    return len(found)


hand_in_reference(_("Daily reports"), _daily_reports)
