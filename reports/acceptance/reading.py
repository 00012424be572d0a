"""Reading inspections and their results, always within one region."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import sqlalchemy as sa

from gis.language import _
from parcels.frames import as_members
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.references import hand_in_reference
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, PARCEL, PERSON
from parcels.store.within import within
from parcels.workflow import Step
from reports.acceptance.inspection import Ground
from reports.tables import INSPECTION, INSPECTION_RESULT

RESULT_COLUMNS = [
    "id", "inspection_id", "township_code", "step", "day", "people", "document_no", "ledger_id",
    "parcel_no", "village", "is_accepted", "area_m2", "grounds", "to_mend", "mend_by", "recorder",
]  # fmt: skip


def inspection_results(store: Store, actor: Actor, project: Project) -> pd.DataFrame:
    """Return the standing results of the region, in the order they were recorded.

    Columns: RESULT_COLUMNS, with step as Step and grounds as a list of Ground.
    """
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = (
        sa.select(
            INSPECTION_RESULT.c.id,
            INSPECTION_RESULT.c.inspection_id,
            INSPECTION.c.township_code,
            INSPECTION.c.step,
            INSPECTION.c.day,
            INSPECTION.c.people,
            INSPECTION.c.document_no,
            INSPECTION_RESULT.c.ledger_id,
            LEDGER.c.parcel_no,
            PARCEL.c.village,
            INSPECTION_RESULT.c.is_accepted,
            INSPECTION_RESULT.c.area_m2,
            INSPECTION_RESULT.c.grounds,
            INSPECTION_RESULT.c.to_mend,
            INSPECTION_RESULT.c.mend_by,
            PERSON.c.display_name.label("recorder"),
        )
        .join(INSPECTION, INSPECTION.c.id == INSPECTION_RESULT.c.inspection_id)
        .join(LEDGER, LEDGER.c.id == INSPECTION_RESULT.c.ledger_id)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .join(PERSON, PERSON.c.id == INSPECTION.c.recorded_by)
        .where(
            INSPECTION.c.project_id == project.id,
            INSPECTION_RESULT.c.struck_at.is_(None),
            within(INSPECTION.c.township_code, region),
        )
        .order_by(INSPECTION_RESULT.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = pd.DataFrame(rows, columns=RESULT_COLUMNS)
    return frame.assign(
        step=as_members(frame["step"], Step),
        grounds=pd.Series(
            [[Ground(one) for one in grounds] for grounds in frame["grounds"]],
            index=frame.index,
            dtype=object,
        ),
    )


def _referring(connection: sa.Connection, ledger_ids: Collection[int]) -> int:
    """Return how many standing results of inspections name any of these ledger rows."""
    counted = sa.select(sa.func.count()).where(
        INSPECTION_RESULT.c.struck_at.is_(None), INSPECTION_RESULT.c.ledger_id.in_(ledger_ids)
    )
    return int(connection.scalar(counted) or 0)


hand_in_reference(_("Results of inspections"), _referring)
