"""Which work counted at a moment of the past: what was confirmed by then, where it lay then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from parcels.frames import as_members
from parcels.ledger.opening import OPENING
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.reading import seen
from parcels.store.engine import Store
from parcels.store.tables import ADOPTION, LEDGER, OPENING_BALANCE, STAGE_EVENT, WORK_MOVE
from parcels.workflow import EventState, Step
from reports.daily import OFFICE_TIME, ReportState
from reports.services.ceilings import source_of as source_of_report
from reports.services.record_inspection import source_of as source_of_inspection
from reports.tables import DAILY_REPORT, INSPECTION, INSPECTION_RESULT

COLUMNS = ["ledger_id", "step", "day", "area_m2", "state", "source"]
KEY = ["ledger_id", "step", "day", "source"]


def believed_work(store: Store, actor: Actor, project: Project, moment: datetime) -> pd.DataFrame:
    """Return the region's work as it counted at a moment, for ``completion``: COLUMNS.

    A report counts from its confirmation on, an opening balance or an inspection until it was taken
    back, a correction from when it was made. Work that a later adoption moved lies where it lay.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    day = moment.astimezone(OFFICE_TIME).date()
    events = (
        sa.select(*(STAGE_EVENT.c[name] for name in (*KEY, "area_m2", "state")))
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(
            LEDGER.c.project_id == project.id,
            STAGE_EVENT.c.recorded_at <= moment,
            STAGE_EVENT.c.day <= day,
        )
    )
    with store.reading() as connection:
        rows = [dict(row) for row in connection.execute(events).mappings()]
        counted = _counted_sources(connection, project, moment)
        struck = _struck(connection, project, moment)
        moves = _moved_since(connection, project, moment, day)
        own = set(
            connection.scalars(
                sa.select(LEDGER.c.id).where(
                    LEDGER.c.project_id == project.id,
                    seen(LEDGER.c.village_code, actor, project),
                )
            )
        )
    believed = [row for row in rows if _counts(row, counted, struck)]
    sums: dict[tuple[Any, ...], float] = {}
    for row in believed:
        key = tuple(row[name] for name in KEY)
        sums[key] = sums.get(key, 0.0) + row["area_m2"]
    sources = {row["source"] for row in believed}
    for move in (move for move in moves if move["source"] in sources):
        what = (move["step"], move["day"], move["source"])
        for ledger_id, area_m2 in (
            (move["to_ledger_id"], -move["area_m2"]),
            (move["from_ledger_id"], move["area_m2"]),
        ):
            key = (ledger_id, *what)
            sums[key] = sums.get(key, 0.0) + area_m2
    frame = pd.DataFrame(
        [[*key, round(area_m2, 2)] for key, area_m2 in sums.items() if key[0] in own],
        columns=[*KEY, "area_m2"],
    )
    frame = frame[frame["area_m2"] != 0].reset_index(drop=True)
    states = pd.Series([EventState.CONFIRMED] * len(frame), dtype=object)
    return frame.assign(step=as_members(frame["step"], Step), state=states)[COLUMNS]


def _counts(
    row: Mapping[str, Any],
    counted: Mapping[str, bool],
    struck: frozenset[tuple[str, int]],
) -> bool:
    """Tell whether an event counted then: by its source where that has a history, or as it is."""
    if (row["source"], row["ledger_id"]) in struck:
        return True
    if row["source"] in counted and not row["source"].startswith("acceptance:"):
        return counted[row["source"]]
    return bool(row["state"] == EventState.CONFIRMED.value)


def _counted_sources(
    connection: sa.Connection, project: Project, moment: datetime
) -> dict[str, bool]:
    """Return source → whether it counted at the moment, of reports and opening balances."""
    reports = connection.execute(
        sa.select(DAILY_REPORT.c.id, DAILY_REPORT.c.state, DAILY_REPORT.c.reviewed_at).where(
            DAILY_REPORT.c.project_id == project.id
        )
    )
    found = {
        source_of_report(row.id): row.state == ReportState.CONFIRMED.value
        and row.reviewed_at is not None
        and row.reviewed_at <= moment
        for row in reports
    }
    openings = connection.execute(
        sa.select(OPENING_BALANCE.c.id, OPENING_BALANCE.c.at, OPENING_BALANCE.c.undone_at).where(
            OPENING_BALANCE.c.project_id == project.id
        )
    )
    return found | {
        f"{OPENING}:{row.id}": row.at <= moment
        and (row.undone_at is None or row.undone_at > moment)
        for row in openings
    }


def _struck(
    connection: sa.Connection, project: Project, moment: datetime
) -> frozenset[tuple[str, int]]:
    """Return (source, ledger id) of accepted results that were struck out only later."""
    rows = connection.execute(
        sa.select(INSPECTION_RESULT.c.inspection_id, INSPECTION_RESULT.c.ledger_id)
        .join(INSPECTION, INSPECTION.c.id == INSPECTION_RESULT.c.inspection_id)
        .where(
            INSPECTION.c.project_id == project.id,
            INSPECTION_RESULT.c.is_accepted,
            INSPECTION_RESULT.c.struck_at > moment,
        )
    )
    return frozenset((source_of_inspection(row.inspection_id), row.ledger_id) for row in rows)


def _moved_since(
    connection: sa.Connection, project: Project, moment: datetime, day: Any
) -> list[dict[str, Any]]:
    """Return the work that adoptions after the moment moved, newest first."""
    wanted = (
        sa.select(WORK_MOVE)
        .join(ADOPTION, ADOPTION.c.id == WORK_MOVE.c.adoption_id)
        .where(ADOPTION.c.project_id == project.id, ADOPTION.c.at > moment, WORK_MOVE.c.day <= day)
        .order_by(WORK_MOVE.c.id.desc())
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]
