"""Answering a contradiction: the township explains, the bureau accepts or looks on site."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.actor import Actor
from parcels.store import audit
from parcels.store.engine import Store
from reports.clean import clean
from reports.contradictions.states import State, require_next
from reports.tables import CONTRADICTION, CONTRADICTION_ANSWER


def answer_contradiction(
    store: Store, actor: Actor, contradiction_id: int, to: State, *, text: str, now: datetime
) -> None:
    """Move a card along its table; every answer says in words what was found or why."""
    text = clean(text.strip())
    with store.writing() as connection:
        card = connection.execute(
            sa.select(CONTRADICTION).where(CONTRADICTION.c.id == contradiction_id)
        ).first()
        if card is None:
            raise Problem(_("There is no such contradiction."))
        action = require_next(State(card.state), to)
        access.require(actor, action, card.region)
        if not text:
            raise Problem(_("Say in words what you know of this parcel; both sides read it."))
        connection.execute(
            sa.update(CONTRADICTION)
            .where(CONTRADICTION.c.id == contradiction_id)
            .values(state=to.value)
        )
        connection.execute(
            sa.insert(CONTRADICTION_ANSWER).values(
                contradiction_id=contradiction_id, state=to.value, text=text, at=now,
                by_person=actor.person_id,
            )
        )  # fmt: skip
        audit.record(
            connection, actor, f"contradiction_{to.value}", f"#{contradiction_id}", now=now,
            region=card.region, before={"state": card.state}, after={"text": text},
        )  # fmt: skip
