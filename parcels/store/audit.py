"""The audit log: who did what to which thing; every row carries the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from parcels.people.actor import Actor
from parcels.store.engine import in_chunks
from parcels.store.tables import AUDIT

FIRST_HASH = "0" * 64
_HASHED = (
    "at", "person", "display_name", "address", "region", "action", "subject", "before", "after",
)  # fmt: skip

# Nothing that pages keep: a job's own row and an unadopted check are asked for each time, and
# whatever else a job changes leaves a row of its own.
CHANGE_NOTHING = (
    "sign_in", "sign_in_refused", "sign_in_throttled", "sign_out", "refused", "export",
    "submit_job", "cancel_job", "end_job", "run_check",
)  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """What an act was done to, and what it was before and after."""

    subject: str
    region: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def record(
    connection: sa.Connection,
    actor: Actor,
    action: str,
    subject: str,
    *,
    now: datetime,
    region: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write one audit row in the caller's transaction; the caller's change and it stand or fall.

    ``connection`` comes from ``Store.writing``: writers are alone, so the head cannot move.
    """
    thing = Thing(subject, region, before or {}, after or {})
    record_each(connection, actor, action, [thing], now=now)


def record_each(
    connection: sa.Connection,
    actor: Actor,
    action: str,
    things: Sequence[Thing],
    *,
    now: datetime,
) -> None:
    """Write a row for each thing that one act changed, as ``record`` does for one."""
    previous, rows = head(connection), []
    for thing in things:
        row: dict[str, Any] = {
            "at": now,
            "person": actor.name,
            "display_name": actor.display_name,
            "address": actor.address,
            "region": thing.region or actor.region,
            "action": action,
            "subject": thing.subject,
            "before": dict(thing.before),
            "after": dict(thing.after),
            "previous_hash": previous,
        }
        previous = hash_of(row)
        rows.append(row | {"hash": previous})
    for some in in_chunks(rows, 5_000):
        connection.execute(sa.insert(AUDIT), some)


def head(connection: sa.Connection) -> str:
    """Return the hash of the newest row: printed on documents, so that a cut tail shows."""
    newest = sa.select(AUDIT.c.hash).order_by(AUDIT.c.id.desc()).limit(1)
    return connection.scalar(newest) or FIRST_HASH


def broken_at(connection: sa.Connection) -> int | None:
    """Return the id of the first row that does not continue the chain; None when it is whole."""
    previous = FIRST_HASH
    for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.id)).mappings():
        if row["previous_hash"] != previous or row["hash"] != hash_of(dict(row)):
            return int(row["id"])
        previous = row["hash"]
    return None


def holds(connection: sa.Connection, printed: str) -> bool:
    """Tell whether a head that a document was printed with stands in the log: a cut tail has none.

    Documents print its first characters.
    """
    printed = printed.strip().lower()
    if printed and FIRST_HASH.startswith(printed):
        return True
    known = sa.select(AUDIT.c.id).where(AUDIT.c.hash.startswith(printed, autoescape=True))
    return bool(printed) and connection.execute(known.limit(1)).first() is not None


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the hash that a row must carry."""
    said = {name: row[name] for name in _HASHED} | {
        "at": row["at"].astimezone(UTC).isoformat(timespec="microseconds")
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((row["previous_hash"] + text).encode()).hexdigest()
