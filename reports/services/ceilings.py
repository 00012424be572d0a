"""Claim ceilings over the whole township: asked when a report is filed and when it is confirmed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.store.tables import LEDGER, PARCEL, STAGE_EVENT
from parcels.store.within import within
from parcels.workflow import EventState
from reports.completion import done_m2
from reports.daily import Breach, Entry, breaches


class TooMuchClaimed(Problem):
    """One line per claim above its ceiling; nothing was changed."""

    def __init__(self, found: list[Breach]) -> None:
        super().__init__(
            _("{count} claims are above their ceiling; nothing was changed.", count=len(found))
        )
        self.breaches = found


def source_of(report_id: int) -> str:
    """Return how stage events name the report they come from."""
    return f"daily_report:{report_id}"


def require_within_ceilings(
    connection: sa.Connection,
    project_id: int,
    township_code: str,
    entries: Sequence[Entry],
    *,
    but: str = "",
) -> None:
    """Raise TooMuchClaimed when entries go above what stands; ``but`` is a source left out."""
    parcels = _parcels(connection, project_id, township_code)
    done = _done(connection, project_id, township_code, but)
    if found := breaches(entries, parcels, done):
        raise TooMuchClaimed(found)


def _parcels(connection: sa.Connection, project_id: int, township_code: str) -> pd.DataFrame:
    rows = connection.execute(
        sa.select(LEDGER.c.id, LEDGER.c.parcel_no, PARCEL.c.area_m2)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(
            LEDGER.c.project_id == project_id,
            within(LEDGER.c.village_code, township_code),
            PARCEL.c.area_m2.is_not(None),
        )
    ).all()
    return pd.DataFrame(rows, columns=["ledger_id", "parcel_no", "area_m2"]).set_index("ledger_id")


def _done(connection: sa.Connection, project_id: int, township_code: str, but: str) -> pd.DataFrame:
    names = ("ledger_id", "step", "day", "area_m2", "state")
    rows = connection.execute(
        sa.select(*(STAGE_EVENT.c[name] for name in names))
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(
            LEDGER.c.project_id == project_id,
            within(LEDGER.c.village_code, township_code),
            STAGE_EVENT.c.state != EventState.VOID.value,
            STAGE_EVENT.c.source != but,
        )
    ).all()
    return done_m2(pd.DataFrame(rows, columns=list(names)), confirmed_only=False)
