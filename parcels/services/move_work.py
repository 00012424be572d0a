"""Reported work on its way to successor parcels: events are parted, never lost and never added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from parcels.ledger.succession import CENTS, Event, Plan
from parcels.services.write_ledger import Ledger
from parcels.store.engine import in_chunks
from parcels.store.tables import LEDGER, STAGE_EVENT, WITHDRAWAL, WORK_MOVE
from parcels.workflow import EventState


def work_on(connection: sa.Connection, project_id: int, places: Mapping[int, int]) -> list[Event]:
    """Return the standing events of these ledger rows (id → place), oldest first."""
    rows = connection.execute(
        sa.select(STAGE_EVENT.c.id, STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step,
                  STAGE_EVENT.c.area_m2)
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(
            LEDGER.c.project_id == project_id, STAGE_EVENT.c.state != EventState.VOID.value
        )
        .order_by(STAGE_EVENT.c.day, STAGE_EVENT.c.id)
    )  # fmt: skip
    return [
        Event(row.id, places[row.ledger_id], row.step, round(row.area_m2 * CENTS))
        for row in rows
        if row.ledger_id in places
    ]


def move_work(
    connection: sa.Connection,
    adoption_id: int,
    found: Plan,
    ledger: Ledger,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Part the events of a plan among ledger rows and write down each part that moved.

    What lies on no parcel any more stays on the withdrawn row; where the number lives on elsewhere
    it goes to a row of its own, withdrawn at once: the new place must not be credited with it.
    """
    behind = _rows_for_what_is_left(connection, found, ledger, reason, now)
    parts: dict[int, list[tuple[int, int]]] = {}
    for piece in found.pieces:
        was = ledger.old[piece.old]
        to = behind.get(was, was) if piece.new is None else ledger.new[piece.new]
        if to != was:
            parts.setdefault(piece.event_id, []).append((to, piece.cents))
    events = _events(connection, sorted(parts))
    changed, added, moved = [], [], []
    for event_id, pieces in parts.items():
        event = events[event_id]
        left = round(event["area_m2"] * CENTS) - sum(cents for _to, cents in pieces)
        moved += [_moved(adoption_id, event, to, cents) for to, cents in pieces]
        row = event["ledger_id"]
        if not left:
            (row, left), *pieces = pieces
        changed.append({"key": event_id, "row": row, "area": left / CENTS})
        copied = {name: event[name] for name in event if name != "id"}
        added += [copied | {"ledger_id": to, "area_m2": cents / CENTS} for to, cents in pieces]
    if changed:
        connection.execute(
            sa.update(STAGE_EVENT)
            .where(STAGE_EVENT.c.id == sa.bindparam("key"))
            .values(ledger_id=sa.bindparam("row"), area_m2=sa.bindparam("area")),
            changed,
        )
    for table, rows in ((STAGE_EVENT, added), (WORK_MOVE, moved)):
        for some in in_chunks(rows, 5_000):
            connection.execute(sa.insert(table), some)


def _moved(adoption_id: int, event: Mapping[str, Any], to: int, cents: int) -> dict[str, Any]:
    return {
        "adoption_id": adoption_id,
        "from_ledger_id": event["ledger_id"],
        "to_ledger_id": to,
        "step": event["step"],
        "day": event["day"],
        "area_m2": cents / CENTS,
        "source": event["source"],
    }


def _events(connection: sa.Connection, ids: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for some in in_chunks(ids):
        rows = connection.execute(sa.select(STAGE_EVENT).where(STAGE_EVENT.c.id.in_(some)))
        found |= {row["id"]: dict(row) for row in rows.mappings()}
    return found


def _rows_for_what_is_left(
    connection: sa.Connection, found: Plan, ledger: Ledger, reason: str, now: datetime
) -> dict[int, int]:
    """Return ledger id → the withdrawn row that keeps its left work, for numbers that live on."""
    needed = sorted({ledger.old[piece.old] for piece in found.left} & ledger.alive)
    lowest = connection.scalar(
        sa.select(sa.func.min(LEDGER.c.occurrence)).where(LEDGER.c.project_id == ledger.project_id)
    )
    number = min(int(lowest or 0), 0)
    behind: dict[int, int] = {}
    for ledger_id in needed:
        number -= 1  # below zero: no layer has such a parcel, the row only keeps what was done
        row = connection.execute(sa.select(LEDGER).where(LEDGER.c.id == ledger_id)).one()
        key = connection.execute(
            sa.insert(LEDGER).values(
                project_id=ledger.project_id,
                village_code=row.village_code,
                parcel_no=row.parcel_no,
                occurrence=number,
                parcel_id=ledger.parcel_before[ledger_id],
                withdrawn_at=now,
                withdrawn_reason=reason,
            )
        ).inserted_primary_key
        assert key is not None  # noqa: S101  an insert of one row has a key
        behind[ledger_id] = int(key[0])
        connection.execute(
            sa.insert(WITHDRAWAL).values(ledger_id=behind[ledger_id], at=now, reason=reason)
        )
    return behind
