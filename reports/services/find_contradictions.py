"""Looking for claims that a later look at the ground contradicts; each makes one card."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import pandas as pd
import sqlalchemy as sa

from parcels.people.actor import Actor, system
from parcels.projects import Project, one_project
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, PARCEL, STAGE_EVENT
from parcels.workflow import EventState
from reports.contradictions import judged as _judged  # noqa: F401  hands in its finder
from reports.contradictions import layers as _layers  # noqa: F401  hands in its finder
from reports.contradictions.evidence import (
    OVERLOOKED_M2,
    STEP,
    Contradiction,
    contradicted,
    evidence,
)
from reports.contradictions.states import UNSETTLED, State
from reports.tables import CONTRADICTION, CONTRADICTION_ANSWER


def find_contradictions(
    store: Store, project_id: int, *, now: datetime, parcel_id: int | None = None
) -> int:
    """Look at every claim of a project, as after a new layer; return how many cards were opened.

    With ``parcel_id`` look at that parcel only, as after a judgement of it.
    """
    with store.writing() as connection:
        project = one_project(connection, project_id)
        only = None
        if parcel_id is not None:
            wanted = sa.select(LEDGER.c.id).where(LEDGER.c.parcel_id == parcel_id)
            only = list(connection.scalars(wanted))
        return look_again(connection, system(project.region), project, now=now, only=only)


def look_again(
    connection: sa.Connection,
    actor: Actor,
    project: Project,
    *,
    now: datetime,
    only: Collection[int] | None = None,
) -> int:
    """Look at claims (of these ledger ids only) in the caller's transaction.

    A card whose claim was taken back is closed by that; one that was answered stays answered.
    """
    events = _events(connection, project, only)
    _close_corrected(connection, actor, project, events, now, only)
    claimed = _claimed(connection, events)
    if claimed.empty:
        return 0
    opened = 0
    for found in contradicted(claimed, events, evidence(connection, project, claimed)):
        opened += _open(connection, actor, project, claimed, found, now)
    return opened


def _events(
    connection: sa.Connection, project: Project, only: Collection[int] | None
) -> pd.DataFrame:
    wanted = (
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.day, STAGE_EVENT.c.area_m2)
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(
            LEDGER.c.project_id == project.id,
            STAGE_EVENT.c.step == STEP.value,
            STAGE_EVENT.c.state != EventState.VOID.value,
        )
        .order_by(STAGE_EVENT.c.day)
    )
    if only is not None:
        wanted = wanted.where(LEDGER.c.id.in_(list(only)))
    rows = connection.execute(wanted).all()
    return pd.DataFrame(rows, columns=["ledger_id", "day", "area_m2"])


def _claimed(connection: sa.Connection, events: pd.DataFrame) -> pd.DataFrame:
    """Return the claimed parcels: parcel_id, village_code, area_m2, retained_m2, claimed_on."""
    first = events.groupby("ledger_id")["day"].min()
    rows = connection.execute(
        sa.select(
            LEDGER.c.id,
            LEDGER.c.parcel_id,
            LEDGER.c.village_code,
            PARCEL.c.area_m2,
            sa.func.coalesce(PARCEL.c.retained_m2, 0.0).label("retained_m2"),
        )
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(LEDGER.c.id.in_([int(one) for one in first.index]), PARCEL.c.area_m2.is_not(None))
    ).all()
    columns = ["ledger_id", "parcel_id", "village_code", "area_m2", "retained_m2"]
    frame = pd.DataFrame(rows, columns=columns).set_index("ledger_id")
    return frame.assign(claimed_on=first.reindex(frame.index))


def _open(
    connection: sa.Connection,
    actor: Actor,
    project: Project,
    claimed: pd.DataFrame,
    found: Contradiction,
    now: datetime,
) -> int:
    """Open a card unless this very look has made one, or one of the parcel still waits."""
    present = connection.execute(
        sa.select(CONTRADICTION.c.state, CONTRADICTION.c.source).where(
            CONTRADICTION.c.ledger_id == found.ledger_id, CONTRADICTION.c.step == STEP.value
        )
    ).all()
    if any(row.source == found.evidence.source or row.state in UNSETTLED for row in present):
        return 0
    region = str(claimed.at[found.ledger_id, "village_code"])
    connection.execute(
        sa.insert(CONTRADICTION).values(
            project_id=project.id,
            region=region,
            ledger_id=found.ledger_id,
            step=STEP.value,
            claimed_on=found.claimed_on,
            claimed_m2=found.claimed_m2,
            source=found.evidence.source,
            image_date=found.evidence.image_date,
            standing_m2=round(found.evidence.standing_m2, 2),
            state=State.OPEN.value,
            found_at=now,
        )
    )
    audit.record(
        connection, actor, "open_contradiction", f"#{found.ledger_id}", now=now, region=region,
        after={"source": found.evidence.source, "standing_m2": round(found.evidence.standing_m2)},
    )  # fmt: skip
    return 1


def _close_corrected(
    connection: sa.Connection,
    actor: Actor,
    project: Project,
    events: pd.DataFrame,
    now: datetime,
    only: Collection[int] | None,
) -> None:
    """Close the cards whose claim was taken back: wholly, or by as much as was seen standing."""
    wanted = sa.select(CONTRADICTION).where(
        CONTRADICTION.c.project_id == project.id,
        CONTRADICTION.c.state.in_([state.value for state in UNSETTLED]),
    )
    if only is not None:
        wanted = wanted.where(CONTRADICTION.c.ledger_id.in_(list(only)))
    stands = events.groupby("ledger_id")["area_m2"].sum()
    for card in connection.execute(wanted).all():
        own = events[(events["ledger_id"] == card.ledger_id) & (events["day"] >= card.claimed_on)]
        taken_back_m2 = -float(own.loc[own["area_m2"] < 0, "area_m2"].sum())
        is_gone = float(stands.get(card.ledger_id, 0.0)) <= 0.0
        if not is_gone and taken_back_m2 < card.standing_m2 - OVERLOOKED_M2:
            continue
        connection.execute(
            sa.update(CONTRADICTION)
            .where(CONTRADICTION.c.id == card.id)
            .values(state=State.CORRECTED.value)
        )
        connection.execute(
            sa.insert(CONTRADICTION_ANSWER).values(
                contradiction_id=card.id, state=State.CORRECTED.value, text="", at=now,
                by_person=actor.person_id,
            )
        )  # fmt: skip
        audit.record(
            connection, actor, "contradiction_corrected", f"#{card.id}", now=now,
            region=card.region, before={"state": card.state},
        )  # fmt: skip
