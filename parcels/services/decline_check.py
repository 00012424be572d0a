"""Declining a proposal: it stays readable with the reason, and can no longer be adopted."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people.actor import Actor
from parcels.services.adopt_check import require_proposal
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import DECLINED


def decline_check(store: Store, actor: Actor, check_id: int, *, reason: str, now: datetime) -> None:
    """Decline a check that is not in force, for good; a new check of the same layers may follow."""
    reason = reason.strip()
    with store.writing() as connection:
        project = require_proposal(connection, actor, check_id)
        if project.adopted_check_id == check_id:
            raise Problem(_("This check is in force; adopt another to replace it."))
        if not reason:
            raise Problem(_("Say why it is declined: it stands beside the proposal."))
        connection.execute(
            sa.insert(DECLINED).values(
                check_id=check_id, at=now, by_person=actor.person_id, reason=reason
            )
        )
        audit.record(
            connection,
            actor,
            "decline_check",
            f"{project.code} #{check_id}",
            now=now,
            region=project.region,
            after={"reason": reason},
        )
