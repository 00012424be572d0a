"""What a judge saw on an image younger than the claim: structures still standing, or gone."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import sqlalchemy as sa

from parcels.judgement.vocabulary import SECOND_PERSON, STILL_STANDING, Shows, counts
from parcels.projects import Project
from parcels.settings import setting
from parcels.store.tables import IMAGERY, JUDGEMENT, LEDGER, VERDICT
from reports.contradictions.evidence import Evidence, hand_in_evidence

SOURCE = "judgement"


def structures_judged(
    connection: sa.Connection, project: Project, claimed: pd.DataFrame
) -> Iterator[Evidence]:
    """Give what the newest judgement that counts says of each claimed parcel.

    A judge says that structures stand, not how large: the measured ones count, all or none.
    """
    second = bool(setting(connection, SECOND_PERSON.name))
    rows = connection.execute(
        sa.select(
            LEDGER.c.id.label("ledger_id"), JUDGEMENT.c.id, JUDGEMENT.c.after_shows,
            JUDGEMENT.c.state, IMAGERY.c.taken_on, VERDICT.c.structure_m2,
        )
        .join(IMAGERY, IMAGERY.c.id == JUDGEMENT.c.after_id)
        .join(
            LEDGER,
            (LEDGER.c.project_id == JUDGEMENT.c.project_id)
            & (LEDGER.c.village_code == JUDGEMENT.c.village_code)
            & (LEDGER.c.parcel_no == JUDGEMENT.c.parcel_no),
        )
        .join(
            VERDICT,
            (VERDICT.c.check_id == JUDGEMENT.c.check_id)
            & (VERDICT.c.parcel_id == JUDGEMENT.c.parcel_id),
        )
        .where(JUDGEMENT.c.project_id == project.id)
        .order_by(JUDGEMENT.c.id.desc())
    )  # fmt: skip
    told: set[int] = set()
    for row in rows:
        is_asked = row.ledger_id in claimed.index and row.ledger_id not in told
        if not is_asked or not counts(row.state, needs_second=second):
            continue
        shows = {Shows(one) for one in row.after_shows}
        if not shows or shows == {Shows.NOTHING_TOLD}:
            continue
        told.add(row.ledger_id)
        stands = bool(shows & STILL_STANDING)
        standing_m2 = float(row.structure_m2 or 0.0) if stands else 0.0
        yield Evidence(int(row.ledger_id), row.taken_on, standing_m2, f"{SOURCE}:{row.id}")


hand_in_evidence(SOURCE, structures_judged)
