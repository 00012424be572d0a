"""Recording what imagery shows of a parcel, and a second person's word on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.judgement.queue import fingerprints
from parcels.judgement.vocabulary import JudgementState, Shows
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import one_project
from parcels.register import judged_parcels
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import CORRECTION, IMAGERY, JUDGEMENT

LONGEST = 2_000
TABLES = {"judgement": JUDGEMENT, "correction": CORRECTION}


def record_judgement(
    store: Store,
    actor: Actor,
    project_id: int,
    parcel_id: int,
    *,
    before_shows: Collection[Shows],
    after_shows: Collection[Shows],
    explanation: str,
    before_id: int | None,
    after_id: int | None,
    now: datetime,
) -> int:
    """Write a judgement of an adopted parcel; return its id. Earlier ones stay readable."""
    explanation = explanation.strip()[:LONGEST]
    with store.reading() as connection:
        project = one_project(connection, project_id)
    access.require(actor, Action.JUDGE, project.region)
    parcels = judged_parcels(store, actor, project, in_own_crs=True)
    chosen = parcels[parcels["id"] == parcel_id]
    if chosen.empty:
        raise Problem(_("This parcel is not in the adopted layer any more; open the queue again."))
    if not before_shows and not after_shows:
        raise Problem(_("Say what an image shows: choose at least one word."))
    if (before_shows and before_id is None) or (after_shows and after_id is None):
        raise Problem(_("No image of that moment is registered; nothing can be read from it."))
    parcel = chosen.iloc[0]
    with store.writing() as connection:
        _require_images(connection, project_id, [before_id, after_id])
        inserted = connection.execute(
            sa.insert(JUDGEMENT).values(
                project_id=project_id,
                parcel_id=parcel_id,
                check_id=project.adopted_check_id,
                village_code=parcel["village_code"],
                parcel_no=parcel["parcel_no"],
                before_id=before_id,
                after_id=after_id,
                before_shows=[Shows(one).value for one in before_shows],
                after_shows=[Shows(one).value for one in after_shows],
                explanation=explanation,
                fingerprint=fingerprints(chosen).iloc[0],
                state=JudgementState.RECORDED.value,
                at=now,
                by_person=actor.person_id,
            )
        ).inserted_primary_key
        assert inserted is not None  # noqa: S101  an insert of one row has a key
        audit.record(
            connection,
            actor,
            "record_judgement",
            f"{project.code} {parcel['village_code']} {parcel['parcel_no']}",
            now=now,
            region=parcel["village_code"] or project.region,
            after={
                "before_shows": [str(one) for one in before_shows],
                "after_shows": [str(one) for one in after_shows],
                "explanation": explanation,
            },
        )
    return int(inserted[0])


def second_word(
    store: Store, actor: Actor, what: str, key: int, *, agrees: bool, words: str, now: datetime
) -> None:
    """Confirm or reject another person's judgement or correction (``what``: its table)."""
    table, words = TABLES[what], words.strip()[:LONGEST]
    with store.writing() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == key)).mappings().first()
        if row is None:
            raise Problem(_("There is no such record for you."))
        project = one_project(connection, row["project_id"])
        access.require(actor, Action.SECOND_JUDGEMENT, project.region)
        if row["state"] != JudgementState.RECORDED:
            raise Problem(_("This was decided before; open the page again."))
        if agrees and row["by_person"] == actor.person_id:  # one may take one's own back
            raise Problem(_("A second person must be another person than the one who recorded it."))
        if not agrees and not words:
            raise Problem(_("Say why it is rejected, so that the judge can look again."))
        state = JudgementState.CONFIRMED if agrees else JudgementState.REJECTED
        connection.execute(
            sa.update(table)
            .where(table.c.id == key)
            .values(
                state=state.value, second_at=now, second_person=actor.person_id, second_words=words
            )
        )
        audit.record(
            connection,
            actor,
            f"second_{what}",
            f"{project.code} {row['village_code']} {row['parcel_no']}",
            now=now,
            region=row["village_code"] or project.region,
            before={"state": row["state"]},
            after={"state": state.value, "words": words},
        )


def _require_images(
    connection: sa.Connection, project_id: int, ids: Collection[int | None]
) -> None:
    named = {one for one in ids if one is not None}
    known = connection.scalars(
        sa.select(IMAGERY.c.id).where(IMAGERY.c.id.in_(named), IMAGERY.c.project_id == project_id)
    )
    if named - set(known):
        raise Problem(_("There is no such image for you."))
