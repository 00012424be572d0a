"""A person's judgement of the after-image: the newest that counts says whether something stands."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import sqlalchemy as sa

from parcels.judgement.vocabulary import SECOND_PERSON, STILL_STANDING, JudgementState, counts
from parcels.projects import Project
from parcels.settings import setting
from parcels.store.tables import IMAGERY, JUDGEMENT
from reports.contradictions.evidence import OVERLOOKED_M2, Evidence, hand_in_evidence

SOURCE = "judgement"
SEEN_M2 = 2 * OVERLOOKED_M2
"""What a judgement weighs: it measures nothing, so it contradicts only a claim of the whole."""


def judged_standing(
    connection: sa.Connection, project: Project, claimed: pd.DataFrame
) -> Iterator[Evidence]:
    """Give what after-images younger than the claim were judged to show on these parcels."""
    needs_second = bool(setting(connection, SECOND_PERSON.name))
    ids = {int(parcel_id): int(one) for one, parcel_id in claimed["parcel_id"].items()}
    rows = connection.execute(
        sa.select(
            JUDGEMENT.c.id, JUDGEMENT.c.parcel_id, JUDGEMENT.c.after_shows, JUDGEMENT.c.state,
            IMAGERY.c.taken_on,
        )
        .join(IMAGERY, IMAGERY.c.id == JUDGEMENT.c.after_id)
        .where(
            JUDGEMENT.c.project_id == project.id,
            JUDGEMENT.c.parcel_id.in_(list(ids)),
            IMAGERY.c.taken_on > claimed["claimed_on"].min(),
        )
        .order_by(JUDGEMENT.c.id)
    ).all()  # fmt: skip
    newest = {
        row.parcel_id: row
        for row in rows
        if counts(JudgementState(row.state), needs_second=needs_second)
    }
    for row in newest.values():
        ledger_id = ids[row.parcel_id]
        if row.taken_on <= claimed.at[ledger_id, "claimed_on"]:
            continue
        stands = bool(STILL_STANDING & set(row.after_shows))
        source = f"{SOURCE}:{row.id}"
        yield Evidence(ledger_id, row.taken_on, SEEN_M2 if stands else 0.0, source)


hand_in_evidence(SOURCE, judged_standing)
