"""A refusal leaves its row too: who wanted what, where, and what they were told."""

from __future__ import annotations

from datetime import datetime

from parcels.people.access import Refused
from parcels.people.actor import Actor
from parcels.store import audit
from parcels.store.engine import Store

LONGEST_PATH = 200
REFUSED = "refused"


def note_refusal(store: Store, actor: Actor, refused: Refused, *, now: datetime) -> None:
    """Write the row of a refused service, in a transaction of its own: theirs was rolled back."""
    with store.writing() as connection:
        audit.record(
            connection,
            actor,
            REFUSED,
            refused.action.value if refused.action else "",
            now=now,
            after={"region": refused.region, "said": str(refused)},
        )


def note_refused_address(store: Store, actor: Actor, path: str, *, now: datetime) -> None:
    """Write the row of an address that was not this person's."""
    with store.writing() as connection:
        after = {"path": path.replace("\0", "\ufffd")[:LONGEST_PATH]}
        audit.record(connection, actor, REFUSED, "", now=now, after=after)
