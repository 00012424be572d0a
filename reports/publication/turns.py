"""Whose turn it is: the person that frozen figures wait for."""

from __future__ import annotations

from parcels.people import access
from parcels.people.actor import Actor
from reports.publication.chain import LINK_ACTIONS, Link
from reports.publication.reading import Snapshot


def is_turn_of(actor: Actor, snapshot: Snapshot) -> bool:
    """Tell whether this person is the one figures wait for; nobody acts on them twice."""
    link = snapshot.standing.waits_for
    if link is None:
        return False
    if link is Link.TOWNSHIPS:
        looked = {said.region for said in snapshot.steps}
        return (
            access.may(actor, LINK_ACTIONS[link], actor.region)
            and actor.region in snapshot.basis["townships"]
            and actor.region not in looked
        )
    took_part = any(
        said.link is not Link.TOWNSHIPS and said.person_id == actor.person_id
        for said in snapshot.steps
    )
    froze = link is not Link.PUBLICATION and snapshot.frozen_by == actor.person_id
    return access.may(actor, LINK_ACTIONS[link], snapshot.region) and not took_part and not froze
