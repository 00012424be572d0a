"""The ledger's rows on an adoption: added, carried on, withdrawn, back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from parcels.impact import Impact
from parcels.ledger.keys import Key
from parcels.ledger.succession import handed_on, taken_out
from parcels.people.actor import Actor
from parcels.store.engine import in_chunks
from parcels.store.tables import LEDGER, LEDGER_CARE, LEDGER_VERSION, WITHDRAWAL


@dataclass(frozen=True)
class Ledger:
    """Place → ledger id of the old and the new frame, and how many rows changed.

    ``alive`` are the rows whose number is in the new layer; ``parcel_before`` is ledger id → parcel
    of the old layer.
    """

    project_id: int
    old: dict[int, int]
    new: dict[int, int]
    parcel_before: dict[int, int]
    added: int
    withdrawn: int
    back: int

    @property
    def alive(self) -> frozenset[int]:
        return frozenset(self.new.values())


def adopt_rows(
    connection: sa.Connection,
    actor: Actor,
    project_id: int,
    adoption_id: int,
    old: pd.DataFrame,
    new: pd.DataFrame,
    impact: Impact,
    *,
    reason: str,
    now: datetime,
) -> Ledger:
    """Bring the ledger to a new layer.

    A row is found again by its key; whether a person took the parcel out follows the ground, and
    with it who answers for the parcel where the row is new.
    """
    present = _present(connection, project_id)
    by_adoption = _withdrawn_by_adoption(connection, project_id)
    old_ids = {p: int(i) for p, i in enumerate(old["ledger_id"]) if pd.notna(i)}
    before = handed_on(impact)
    out = taken_out(impact, dict(enumerate(old["is_withdrawn"].tolist())))
    keys: list[Key] = impact.new["key"].tolist()
    parcel_ids = [int(i) for i in new["id"]]
    fresh = [place for place, key in enumerate(keys) if key not in present]
    _insert(
        connection,
        LEDGER,
        [
            {
                "project_id": project_id,
                "village_code": keys[place][0],
                "parcel_no": keys[place][1],
                "occurrence": keys[place][2],
                "parcel_id": parcel_ids[place],
            }
            for place in fresh
        ],
    )
    known = [place for place, key in enumerate(keys) if key in present]
    if known:
        connection.execute(
            sa.update(LEDGER)
            .where(LEDGER.c.id == sa.bindparam("key"))
            .values(parcel_id=sa.bindparam("parcel")),
            [{"key": present[keys[p]].id, "parcel": parcel_ids[p]} for p in known],
        )
    after = _present(connection, project_id)
    new_ids = {place: int(after[key].id) for place, key in enumerate(keys)}
    reasons = {i: row.withdrawn_reason for i, row in ((r.id, r) for r in present.values())}
    wanted = set(keys)
    gone = [r for key, r in present.items() if key not in wanted and not r.withdrawn_at]
    back, again = [], []
    for place in known:
        row = present[keys[place]]
        if row.withdrawn_at and row.id in by_adoption and place not in out:
            back.append(row.id)
        elif row.withdrawn_at and row.id not in by_adoption and place in before:
            again += [row.id] if place not in out else []
    is_in = {place for place in out if not after[keys[place]].withdrawn_at}
    taken = [
        (new_ids[place], reasons.get(old_ids.get(before[place], 0)) or reason) for place in is_in
    ]
    _come_back(connection, actor, [*back, *again], reason, now)
    _withdraw(
        connection, actor, adoption_id, [(row.id, reason) for row in gone], now, by_layer=True
    )
    _withdraw(connection, actor, adoption_id, taken, now, by_layer=False)
    _hand_on_care(
        connection, actor, {new_ids[p]: old_ids.get(before.get(p, -1)) for p in fresh}, now
    )
    changes = impact.new["change"].tolist()
    _insert(
        connection,
        LEDGER_VERSION,
        [
            {
                "adoption_id": adoption_id,
                "ledger_id": new_ids[place],
                "parcel_id": parcel_ids[place],
                "change": str(changes[place]),
            }
            for place in range(len(keys))
        ],
    )
    parcel_before = {old_ids[p]: int(i) for p, i in enumerate(old["id"]) if p in old_ids}
    return Ledger(project_id, old_ids, new_ids, parcel_before, len(fresh), len(gone), len(back))


def _present(connection: sa.Connection, project_id: int) -> dict[Key, sa.Row[Any]]:
    rows = connection.execute(
        sa.select(LEDGER).where(LEDGER.c.project_id == project_id, LEDGER.c.occurrence > 0)
    )
    return {(row.village_code, row.parcel_no, row.occurrence): row for row in rows}


def _withdrawn_by_adoption(connection: sa.Connection, project_id: int) -> set[int]:
    """Return the rows that left with their layer: those come back with one; a person's do not."""
    wanted = (
        sa.select(WITHDRAWAL.c.ledger_id)
        .join(LEDGER, LEDGER.c.id == WITHDRAWAL.c.ledger_id)
        .where(
            LEDGER.c.project_id == project_id,
            WITHDRAWAL.c.adoption_id.is_not(None),
            WITHDRAWAL.c.undone_at.is_(None),
        )
    )
    return set(connection.scalars(wanted))


def _withdraw(
    connection: sa.Connection,
    actor: Actor,
    adoption_id: int,
    rows: list[tuple[int, str]],
    now: datetime,
    *,
    by_layer: bool,
) -> None:
    if not rows:
        return
    connection.execute(
        sa.update(LEDGER)
        .where(LEDGER.c.id == sa.bindparam("key"))
        .values(withdrawn_at=now, withdrawn_reason=sa.bindparam("why")),
        [{"key": ledger_id, "why": why} for ledger_id, why in rows],
    )
    _insert(
        connection,
        WITHDRAWAL,
        [
            {
                "ledger_id": ledger_id,
                "adoption_id": adoption_id if by_layer else None,
                "at": now,
                "by_person": actor.person_id,
                "reason": why,
            }
            for ledger_id, why in rows
        ],
    )


def _come_back(
    connection: sa.Connection, actor: Actor, ledger_ids: list[int], reason: str, now: datetime
) -> None:
    for some in in_chunks(ledger_ids):
        connection.execute(
            sa.update(LEDGER)
            .where(LEDGER.c.id.in_(some))
            .values(withdrawn_at=None, withdrawn_reason="")
        )
        connection.execute(
            sa.update(WITHDRAWAL)
            .where(WITHDRAWAL.c.ledger_id.in_(some), WITHDRAWAL.c.undone_at.is_(None))
            .values(undone_at=now, undone_by=actor.person_id, undone_reason=reason)
        )


def _hand_on_care(
    connection: sa.Connection, actor: Actor, heirs: dict[int, int | None], now: datetime
) -> None:
    """Give a new row what was written about the parcel whose ground it has."""
    givers = sorted({giver for giver in heirs.values() if giver is not None})
    written: dict[int, Any] = {}
    for some in in_chunks(givers):
        rows = connection.execute(sa.select(LEDGER_CARE).where(LEDGER_CARE.c.ledger_id.in_(some)))
        written |= {row["ledger_id"]: dict(row) for row in rows.mappings()}
    _insert(
        connection,
        LEDGER_CARE,
        [
            written[giver]
            | {"ledger_id": heir, "version": 1, "changed_at": now, "changed_by": actor.person_id}
            for heir, giver in heirs.items()
            if giver in written
        ],
    )


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for some in in_chunks(rows, 5_000):
        connection.execute(sa.insert(table), some)
