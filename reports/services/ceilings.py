"""Claim ceilings over the whole township: asked when a report is filed and when it is confirmed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

import pandas as pd
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.store.tables import LEDGER, PARCEL, STAGE_EVENT
from parcels.store.within import within
from parcels.workflow import EventState, Step
from reports.ceilings import Breach, breaches, breaches_in_time
from reports.completion import done_m2
from reports.daily import Correction, DailyReport, Entry
from reports.reasons import CorrectionReason
from reports.tables import DAILY_ENTRY


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


def claims_of(
    connection: sa.Connection, report_id: int
) -> tuple[tuple[Entry, ...], tuple[Correction, ...]]:
    """Return what a report claims and what it takes back."""
    rows = connection.execute(
        sa.select(DAILY_ENTRY).where(DAILY_ENTRY.c.report_id == report_id)
    ).all()
    entries = [Entry(r.ledger_id, Step(r.step), r.area_m2) for r in rows if r.area_m2 > 0]
    corrections = [
        Correction(
            r.ledger_id,
            Step(r.step),
            -r.area_m2,
            CorrectionReason(r.correction_reason),
            r.correction_text,
        )
        for r in rows
        if r.area_m2 < 0
    ]
    return tuple(entries), tuple(corrections)


def events_of(
    connection: sa.Connection, report_id: int
) -> tuple[tuple[Entry, ...], tuple[Correction, ...]]:
    """Return a report's work as its stage events have it now.

    Since it was filed a new layer may have handed its work on to other parcels, and the bureau
    may have adjusted it: what it claimed and what was taken off are one figure.
    """
    area_m2 = sa.func.sum(STAGE_EVENT.c.area_m2).label("area_m2")
    rows = connection.execute(
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, area_m2)
        .where(STAGE_EVENT.c.source == source_of(report_id))
        .group_by(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step)
    ).all()
    entries = [Entry(r.ledger_id, Step(r.step), r.area_m2) for r in rows if r.area_m2 > 0]
    corrections = [
        Correction(r.ledger_id, Step(r.step), -r.area_m2, CorrectionReason.OTHER)
        for r in rows
        if r.area_m2 < 0
    ]
    return tuple(entries), tuple(corrections)


def require_within_ceilings(
    connection: sa.Connection,
    project_id: int,
    township_code: str,
    entries: Sequence[Entry],
    *,
    corrections: Sequence[Correction] = (),
    day: date | None = None,
    but: str = "",
    is_filed: bool = False,
) -> None:
    """Raise TooMuchClaimed when entries go above what stands; ``but`` is a source left out.

    ``is_filed``: they are filed already, see ``breaches``. With ``day`` they must also fit what
    stood at the end of that day.
    """
    touched = {claim.ledger_id for claim in entries} | {c.ledger_id for c in corrections}
    parcels = _parcels(connection, project_id, township_code, touched)
    events = _events(connection, project_id, township_code, touched, but)
    done = done_m2(events, confirmed_only=False)
    found = breaches(entries, parcels, done, corrections, is_filed=is_filed)
    if day is not None and (events["day"] > day).any():
        until = done_m2(events, until=day, confirmed_only=False)
        on_the_day = breaches(entries, parcels, until, corrections, is_filed=is_filed)
        found = breaches_in_time(found, on_the_day, day)
    if found:
        raise TooMuchClaimed(found)


def require_report_within_ceilings(connection: sa.Connection, report: DailyReport) -> None:
    """Raise TooMuchClaimed with every claim of a report above what stands."""
    require_within_ceilings(
        connection,
        report.project_id,
        report.township_code,
        report.entries,
        corrections=report.corrections,
        day=report.day,
    )


def _parcels(
    connection: sa.Connection, project_id: int, township_code: str, touched: Collection[int]
) -> pd.DataFrame:
    rows = connection.execute(
        sa.select(LEDGER.c.id, LEDGER.c.parcel_no, PARCEL.c.area_m2, PARCEL.c.village)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(
            LEDGER.c.project_id == project_id,
            within(LEDGER.c.village_code, township_code),
            LEDGER.c.id.in_(list(touched)),
            PARCEL.c.area_m2.is_not(None),
        )
    ).all()
    names = ["ledger_id", "parcel_no", "area_m2", "village"]
    frame = pd.DataFrame(rows, columns=names).set_index("ledger_id")
    # a number is its village's own: two of a township may have the same
    frame["parcel_no"] = (frame.pop("village") + " " + frame["parcel_no"]).str.strip()
    return frame


def _events(
    connection: sa.Connection,
    project_id: int,
    township_code: str,
    touched: Collection[int],
    but: str,
) -> pd.DataFrame:
    names = ("ledger_id", "step", "day", "area_m2", "state")
    rows = connection.execute(
        sa.select(*(STAGE_EVENT.c[name] for name in names))
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(
            LEDGER.c.project_id == project_id,
            within(LEDGER.c.village_code, township_code),
            LEDGER.c.id.in_(list(touched)),
            STAGE_EVENT.c.state != EventState.VOID.value,
            STAGE_EVENT.c.source != but,
        )
    ).all()
    return pd.DataFrame(rows, columns=list(names))
