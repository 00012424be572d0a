"""Taking a parcel out (核减) and putting it back: a state with its reason, never a deletion."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, PROJECT, WITHDRAWAL


def withdraw_parcel(
    store: Store, actor: Actor, ledger_id: int, *, reason: str, now: datetime
) -> None:
    """Take a parcel out of every total; its work and its page stay."""
    reason = _required(reason)
    with store.writing() as connection:
        row = _one(connection, actor, ledger_id)
        if row.withdrawn_at is not None:
            raise Problem(_("Parcel {no} is withdrawn already.", no=row.parcel_no))
        connection.execute(
            sa.update(LEDGER)
            .where(LEDGER.c.id == ledger_id)
            .values(withdrawn_at=now, withdrawn_reason=reason)
        )
        connection.execute(
            sa.insert(WITHDRAWAL).values(
                ledger_id=ledger_id, at=now, by_person=actor.person_id, reason=reason
            )
        )
        _record(connection, actor, row, "withdraw_parcel", reason, now)


def restore_parcel(
    store: Store, actor: Actor, ledger_id: int, *, reason: str, now: datetime
) -> None:
    """Undo a person's withdrawal; a parcel that left with its layer comes back with one only."""
    reason = _required(reason)
    with store.writing() as connection:
        row = _one(connection, actor, ledger_id)
        if row.withdrawn_at is None:
            raise Problem(_("Parcel {no} is not withdrawn.", no=row.parcel_no))
        is_by_layer = row.occurrence < 0 or connection.scalar(
            sa.select(sa.func.count(WITHDRAWAL.c.id)).where(
                WITHDRAWAL.c.ledger_id == ledger_id,
                WITHDRAWAL.c.undone_at.is_(None),
                WITHDRAWAL.c.adoption_id.is_not(None),
            )
        )
        if is_by_layer:
            raise Problem(
                _(
                    "Parcel {no} is not in the layer in force; only a layer brings it back.",
                    no=row.parcel_no,
                )
            )
        connection.execute(
            sa.update(LEDGER)
            .where(LEDGER.c.id == ledger_id)
            .values(withdrawn_at=None, withdrawn_reason="")
        )
        connection.execute(
            sa.update(WITHDRAWAL)
            .where(WITHDRAWAL.c.ledger_id == ledger_id, WITHDRAWAL.c.undone_at.is_(None))
            .values(undone_at=now, undone_by=actor.person_id, undone_reason=reason)
        )
        _record(connection, actor, row, "restore_parcel", reason, now)


def _required(reason: str) -> str:
    if not reason.strip():
        raise Problem(_("Give the reason: it stays in the ledger with the parcel."))
    return reason.strip()[:1000]


def _one(connection: sa.Connection, actor: Actor, ledger_id: int) -> sa.Row[Any]:
    row = connection.execute(
        sa.select(LEDGER, PROJECT.c.code, PROJECT.c.region)
        .join(PROJECT, PROJECT.c.id == LEDGER.c.project_id)
        .where(LEDGER.c.id == ledger_id)
    ).first()
    if row is None:
        raise Problem(_("There is no such parcel in this ledger."))
    access.require(actor, Action.WITHDRAW_PARCEL, row.village_code or row.region)
    return row


def _record(
    connection: sa.Connection,
    actor: Actor,
    row: sa.Row[Any],
    action: str,
    reason: str,
    now: datetime,
) -> None:
    audit.record(
        connection,
        actor,
        action,
        f"{row.code} {row.village_code} {row.parcel_no}",
        now=now,
        region=row.village_code or row.region,
        before={"withdrawn": row.withdrawn_reason},
        after={"reason": reason},
    )
