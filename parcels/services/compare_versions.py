"""Working out what a proposal would change, once, and keeping it with the proposal."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from gis.language import say
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.proposals.comparison import as_bytes, compared
from parcels.register.proposals import taken_out_mark, work_mark
from parcels.services.adopt_check import proposal, proposed_moves
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import keep_file
from parcels.store.tables import COMPARISON


def compare_versions(
    store: Store,
    actor: Actor,
    check_id: int,
    *,
    now: datetime,
    tell: Callable[[float, str], None] = lambda _share, _words: None,
    beside: Callable[[sa.Connection, int], None] = lambda _connection, _id: None,
) -> int:
    """Compare a check with the one in force and keep what differs; return the comparison's id.

    Nothing is adopted. ``tell`` hears of progress; what ``beside`` writes stands or falls with it.
    """
    proposed = proposal(store, actor, check_id, tell=lambda share, said: tell(0.7 * share, said))
    project = proposed.project
    access.require(actor, Action.SEE_PROPOSALS, project.region)
    taken_out = taken_out_mark(store, project)
    with store.reading() as connection:
        work = work_mark(connection, project.id)  # before the plan: what comes later shows as new
    tell(0.7, say("Following the reported work …"))
    plan = proposed_moves(store, proposed)
    tell(0.85, say("Listing what changes …"))
    found = compared(proposed.impact, proposed.old, proposed.new, plan)
    with tempfile.TemporaryDirectory() as folder, store.writing() as connection:
        path = Path(folder) / "comparison.json"
        path.write_bytes(as_bytes(found))
        inserted = connection.execute(
            sa.insert(COMPARISON).values(
                check_id=check_id,
                previous_check_id=project.adopted_check_id,
                taken_out=taken_out,
                work=work,
                at=now,
                by_person=actor.person_id,
                file_sha256=keep_file(store, connection, path, now),
            )
        ).inserted_primary_key
        assert inserted is not None  # noqa: S101  an insert of one row has a key
        audit.record(
            connection,
            actor,
            "compare_versions",
            f"{project.code} #{check_id}",
            now=now,
            region=project.region,
            after={
                "check": project.adopted_check_id,
                "parcels": len(proposed.new),
                "flips": sum(group.is_flip for group in found.groups),
            },
        )
        beside(connection, int(inserted[0]))
    return int(inserted[0])
