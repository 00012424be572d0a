"""Reading contradictions, always within one region."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, PARCEL, PERSON
from parcels.store.within import within
from reports.contradictions.judged import SOURCE as JUDGED
from reports.contradictions.layers import SOURCE, claimed_outlines, structures_near
from reports.contradictions.states import UNSETTLED, State
from reports.tables import CONTRADICTION, CONTRADICTION_ANSWER


@dataclass(frozen=True)
class Answer:
    """One answer on a card."""

    state: State
    text: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Card:
    """One contradiction with its answers, oldest first."""

    id: int
    state: State
    region: str
    village: str
    parcel_no: str
    ledger_id: int
    claimed_on: date
    claimed_m2: float
    image_date: date
    standing_m2: float
    is_judged: bool
    found_at: datetime
    answers: tuple[Answer, ...]


def contradictions_of(
    store: Store,
    actor: Actor,
    project: Project,
    *,
    states: Collection[State] = UNSETTLED,
    region: str = "",
) -> list[Card]:
    """Return the cards of the actor's region (or a narrower one), oldest first."""
    place = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, place)
    wanted = (
        sa.select(CONTRADICTION, LEDGER.c.parcel_no, PARCEL.c.village)
        .join(LEDGER, LEDGER.c.id == CONTRADICTION.c.ledger_id)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(
            CONTRADICTION.c.project_id == project.id,
            CONTRADICTION.c.state.in_([state.value for state in states]),
            within(CONTRADICTION.c.region, narrower(place, region) if region else place),
        )
        .order_by(CONTRADICTION.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
        answers = _answers(connection, [row.id for row in rows])
    return [
        Card(
            row.id, State(row.state), row.region, row.village, row.parcel_no, row.ledger_id,
            row.claimed_on, row.claimed_m2, row.image_date, row.standing_m2,
            row.source.startswith(JUDGED), row.found_at,
            tuple(answers.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip


def scene_of(
    store: Store, actor: Actor, contradiction_id: int
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the parcel and the structures seen on it, in metres; raises Problem elsewhere."""
    with store.reading() as connection:
        card = connection.execute(
            sa.select(CONTRADICTION, LEDGER.c.parcel_id)
            .join(LEDGER, LEDGER.c.id == CONTRADICTION.c.ledger_id)
            .where(
                CONTRADICTION.c.id == contradiction_id,
                within(CONTRADICTION.c.region, actor.region),
            )
        ).first()
        if card is None or not access.may(actor, Action.SEE_PROGRESS):
            raise Problem(_("There is no such contradiction."))
        place = pd.Index([card.ledger_id], name="ledger_id")
        parcel = claimed_outlines(
            connection, pd.DataFrame({"parcel_id": [card.parcel_id]}, index=place)
        )
        kind, _colon, number = card.source.partition(":")
        if kind != SOURCE or parcel.empty:
            return parcel, parcel.iloc[:0]
        return parcel, structures_near(connection, int(number), parcel)


def _answers(connection: sa.Connection, ids: list[int]) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = {}
    rows = connection.execute(
        sa.select(CONTRADICTION_ANSWER, sa.func.coalesce(PERSON.c.display_name, "").label("by"))
        .outerjoin(PERSON, PERSON.c.id == CONTRADICTION_ANSWER.c.by_person)
        .where(CONTRADICTION_ANSWER.c.contradiction_id.in_(ids))
        .order_by(CONTRADICTION_ANSWER.c.id)
    )
    for row in rows:
        answer = Answer(State(row.state), row.text, row.at, row.by)
        found.setdefault(row.contradiction_id, []).append(answer)
    return found
