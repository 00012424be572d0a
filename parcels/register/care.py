"""Who answers for each parcel and by when, within one region."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa

from parcels.frames import frame_of
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.reading import seen
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, LEDGER_CARE


def cared_for(store: Store, actor: Actor, project: Project) -> pd.DataFrame:
    """Return ledger_id, responsible and due of the parcels for which either was written."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = (
        sa.select(LEDGER.c.id, LEDGER_CARE.c.responsible, LEDGER_CARE.c.due)
        .join(LEDGER_CARE, LEDGER_CARE.c.ledger_id == LEDGER.c.id)
        .where(
            LEDGER.c.project_id == project.id,
            seen(LEDGER.c.village_code, actor, project),
            (LEDGER_CARE.c.responsible != "") | LEDGER_CARE.c.due.is_not(None),
        )
        .order_by(LEDGER.c.id)
    )
    with store.reading() as connection:
        return frame_of(connection.execute(wanted).all(), ["ledger_id", "responsible", "due"])
