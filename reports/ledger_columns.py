"""What the reporting loop adds to the ledger: stage and its day, photos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from gis.language import _
from parcels.ledger.columns import CellKind, LedgerColumn, hand_in_column
from parcels.store.tables import LEDGER, PARCEL, STAGE_EVENT
from parcels.workflow import ORDER, STEP_TITLES, WHOLE_M2, EventState, Step
from reports.tables import PHOTO


def _furthest(connection: sa.Connection, project_id: int) -> dict[int, tuple[Step, Any]]:
    """Return ledger id → furthest step done on the whole parcel, and the day it was finished."""
    done = sa.func.sum(STAGE_EVENT.c.area_m2)
    rows = connection.execute(
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, sa.func.max(STAGE_EVENT.c.day))
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(LEDGER.c.project_id == project_id, STAGE_EVENT.c.state == EventState.CONFIRMED.value)
        .group_by(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, PARCEL.c.area_m2)
        .having(done >= PARCEL.c.area_m2 - WHOLE_M2)
    )
    found: dict[int, tuple[Step, Any]] = {}
    for ledger_id, name, day in rows:
        step = Step(name)
        if ledger_id not in found or ORDER.index(step) > ORDER.index(found[ledger_id][0]):
            found[ledger_id] = (step, day)
    return found


def _stage(connection: sa.Connection, project_id: int) -> Mapping[int, str]:
    return {
        i: str(STEP_TITLES[step]) for i, (step, _d) in _furthest(connection, project_id).items()
    }


def _stage_on(connection: sa.Connection, project_id: int) -> Mapping[int, Any]:
    return {i: day for i, (_step, day) in _furthest(connection, project_id).items()}


def _photos(connection: sa.Connection, project_id: int) -> Mapping[int, int]:
    rows = connection.execute(
        sa.select(PHOTO.c.ledger_id, sa.func.count(PHOTO.c.id))
        .where(PHOTO.c.project_id == project_id, PHOTO.c.ledger_id.is_not(None))
        .group_by(PHOTO.c.ledger_id)
    )
    return {row[0]: int(row[1]) for row in rows}


hand_in_column(LedgerColumn("stage", _("Current stage")), _stage)
hand_in_column(LedgerColumn("stage_on", _("Stage since"), CellKind.DAY), _stage_on)
hand_in_column(LedgerColumn("photos", _("Photos counted"), CellKind.COUNT), _photos)
