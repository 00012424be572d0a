"""What was done on which parcel and when, within one region."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa

from parcels.frames import as_members, frame_of
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.reading import seen
from parcels.store.engine import Store
from parcels.store.tables import (
    LEDGER,
    STAGE_EVENT,
)  # fmt: skip
from parcels.workflow import EventState, Step


def stage_events(
    store: Store, actor: Actor, project: Project, *, until: date | None = None
) -> pd.DataFrame:
    """Return the region's stage events that are not void, in order of day.

    Columns: ledger_id, village_code, step (Step), day, area_m2, state (EventState), source.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = (
        sa.select(
            STAGE_EVENT.c.ledger_id,
            LEDGER.c.village_code,
            STAGE_EVENT.c.step,
            STAGE_EVENT.c.day,
            STAGE_EVENT.c.area_m2,
            STAGE_EVENT.c.state,
            STAGE_EVENT.c.source,
        )
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(
            LEDGER.c.project_id == project.id,
            STAGE_EVENT.c.state != EventState.VOID.value,
            seen(LEDGER.c.village_code, actor, project),
        )
        .order_by(STAGE_EVENT.c.day, STAGE_EVENT.c.id)
    )
    if until is not None:
        wanted = wanted.where(STAGE_EVENT.c.day <= until)
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    columns = ["ledger_id", "village_code", "step", "day", "area_m2", "state", "source"]
    frame = frame_of(rows, columns)
    return frame.assign(
        step=as_members(frame["step"], Step), state=as_members(frame["state"], EventState)
    )
