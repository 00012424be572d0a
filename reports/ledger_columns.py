"""What the reporting loop adds to the ledger: stage and its day, photos, notices."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from gis.language import _
from parcels.ledger.columns import CellKind, LedgerColumn, hand_in_column
from parcels.store.engine import in_chunks
from parcels.store.tables import LEDGER, PARCEL, STAGE_EVENT
from parcels.workflow import ORDER, STEP_TITLES, WHOLE_M2, EventState, Step
from reports.photos.reading import is_sent
from reports.tables import NOTICE, NOTICE_PARCEL, PHOTO

Ids = Collection[int] | None

PLACES = {step.value: place for place, step in enumerate(ORDER)}


def _rows(
    connection: sa.Connection, wanted: sa.Select[Any], ledger_id: sa.ColumnElement[int], ids: Ids
) -> list[tuple[Any, ...]]:
    """Return the rows of these ledger ids, or of all."""
    if ids is None:
        return [tuple(row) for row in connection.execute(wanted)]
    return [
        tuple(row)
        for some in in_chunks(list(ids))
        for row in connection.execute(wanted.where(ledger_id.in_(some)))
    ]


def _furthest(connection: sa.Connection, project_id: int, ids: Ids) -> dict[int, tuple[Step, Any]]:
    """Return ledger id → furthest step done on the whole parcel, and the day it was finished."""
    done = sa.func.sum(STAGE_EVENT.c.area_m2)
    wanted = (
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, sa.func.max(STAGE_EVENT.c.day))
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(LEDGER.c.project_id == project_id, STAGE_EVENT.c.state == EventState.CONFIRMED.value)
        .group_by(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, PARCEL.c.area_m2)
        .having(done >= PARCEL.c.area_m2 - WHOLE_M2)
    )
    found: dict[int, tuple[int, Any]] = {}
    for ledger_id, name, day in _rows(connection, wanted, STAGE_EVENT.c.ledger_id, ids):
        place = PLACES[name]
        if ledger_id not in found or place > found[ledger_id][0]:
            found[ledger_id] = (place, day)
    return {ledger_id: (ORDER[place], day) for ledger_id, (place, day) in found.items()}


def _stage(connection: sa.Connection, project_id: int, ids: Ids) -> Mapping[int, str]:
    found = _furthest(connection, project_id, ids)
    return {i: str(STEP_TITLES[step]) for i, (step, _day) in found.items()}


def _stage_on(connection: sa.Connection, project_id: int, ids: Ids) -> Mapping[int, Any]:
    return {i: day for i, (_step, day) in _furthest(connection, project_id, ids).items()}


def _photos(connection: sa.Connection, project_id: int, ids: Ids) -> Mapping[int, int]:
    wanted = (
        sa.select(PHOTO.c.ledger_id, sa.func.count(PHOTO.c.id))
        .where(PHOTO.c.project_id == project_id, PHOTO.c.ledger_id.is_not(None), is_sent())
        .group_by(PHOTO.c.ledger_id)
    )
    return {row[0]: int(row[1]) for row in _rows(connection, wanted, PHOTO.c.ledger_id, ids)}


def _notices(connection: sa.Connection, project_id: int, ids: Ids) -> Mapping[int, int]:
    wanted = (
        sa.select(NOTICE_PARCEL.c.ledger_id, sa.func.count())
        .join(NOTICE, NOTICE.c.id == NOTICE_PARCEL.c.notice_id)
        .where(NOTICE.c.project_id == project_id)
        .group_by(NOTICE_PARCEL.c.ledger_id)
    )
    rows = _rows(connection, wanted, NOTICE_PARCEL.c.ledger_id, ids)
    return {row[0]: int(row[1]) for row in rows}


hand_in_column(LedgerColumn("stage", _("Current stage")), _stage)
hand_in_column(LedgerColumn("stage_on", _("Stage since"), CellKind.DAY), _stage_on)
hand_in_column(LedgerColumn("photos", _("Photos counted"), CellKind.COUNT), _photos)
hand_in_column(LedgerColumn("notices", _("Notices counted"), CellKind.COUNT), _notices)
