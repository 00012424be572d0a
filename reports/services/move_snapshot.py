"""A step of the chain: frozen figures passed on, returned, or looked at by a township."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.actor import Actor
from parcels.store import audit
from parcels.store.engine import Store
from reports.clean import clean
from reports.publication.chain import (
    LINK_ACTIONS,
    LINK_TITLES,
    Link,
    Outcome,
    require_another_person,
)
from reports.publication.check_code import shown
from reports.publication.reading import Snapshot, snapshot_of_id
from reports.tables import SNAPSHOT_STEP

ANSWERS = {
    Link.TOWNSHIPS: (Outcome.SEEN, Outcome.OBJECTED),
}
WITH_WORDS = (Outcome.RETURNED, Outcome.OBJECTED)


def move_snapshot(
    store: Store,
    actor: Actor,
    snapshot_id: int,
    link: Link,
    outcome: Outcome,
    *,
    text: str = "",
    now: datetime,
) -> Snapshot:
    """Take the step that figures wait for; ``link`` is the step the person saw on the page."""
    text = clean(text.strip())
    with store.writing() as connection:
        snapshot = snapshot_of_id(connection, snapshot_id, now=now)
        region = actor.region if link is Link.TOWNSHIPS else snapshot.region
        access.require(actor, LINK_ACTIONS[link], region)
        if link is Link.TOWNSHIPS and actor.region not in snapshot.basis["townships"]:
            raise Problem(_("Your township has no row in these figures."))
        if snapshot.standing.waits_for is not link:
            raise Problem(
                _(
                    "{code} no longer waits for “{link}”; look at it again.",
                    code=shown(snapshot.code),
                    link=LINK_TITLES[link],
                )
            )
        if outcome not in ANSWERS.get(link, (Outcome.PASSED, Outcome.RETURNED)):
            raise Problem(_("That is no answer to “{link}”.", link=LINK_TITLES[link]))
        if link is Link.TOWNSHIPS:
            _require_own_look(snapshot, actor)
        require_another_person(link, snapshot.steps, snapshot.frozen_by, actor.person_id)
        if outcome in WITH_WORDS and not text:
            raise Problem(_("Say what is wrong with the figures."))
        connection.execute(
            sa.insert(SNAPSHOT_STEP).values(
                snapshot_id=snapshot_id,
                link=link.value,
                outcome=outcome.value,
                region=region if link is Link.TOWNSHIPS else "",
                text=text,
                person_id=actor.person_id,
                at=now,
            )
        )
        audit.record(
            connection,
            actor,
            f"figures_{outcome.value}",
            f"{snapshot.code} {link.value}",
            now=now,
            region=region,
            after={"text": text},
        )
        return snapshot_of_id(connection, snapshot_id, now=now)


def _require_own_look(snapshot: Snapshot, actor: Actor) -> None:
    if any(said.link is Link.TOWNSHIPS and said.region == actor.region for said in snapshot.steps):
        raise Problem(_("Your township has already answered."))
