"""The remedies computed last, within one region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from parcels.jobs import JobState
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import contains, narrower
from parcels.store.engine import Store
from parcels.store.tables import JOB

REMEDIES_JOB = "find_remedies"


def newest_remedies(store: Store, actor: Actor, project: Project) -> Mapping[str, Any] | None:
    """Return the newest result of the remedies job, what lies outside the region taken away.

    Keys: id and person_id of the job, check_id, limit, margin, balance (of the project as a whole:
    None for a part), proposals, outlines (of the chosen ones, in their order), lost.
    """
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_REMEDIES, region)
    wanted = (
        sa.select(JOB.c.id, JOB.c.person_id, JOB.c.result)
        .where(
            JOB.c.kind == REMEDIES_JOB,
            JOB.c.project_id == project.id,
            JOB.c.region == project.region,
            JOB.c.state == JobState.DONE.value,
        )
        .order_by(JOB.c.id.desc())
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(wanted).mappings().first()
    if row is None or "balance" not in row["result"]:  # told in words only: to be computed again
        return None
    found = dict(row["result"]) | {"id": row["id"], "person_id": row["person_id"]}
    if region == project.region:
        return found
    chosen = [one for one in found["proposals"] if one["is_chosen"]]
    outlines = zip(chosen, found["outlines"], strict=True)
    return found | {
        "balance": None,
        "files": [],
        "proposals": [one for one in found["proposals"] if _is_in(region, one)],
        "outlines": [outline for one, outline in outlines if _is_in(region, one)],
        "lost": [one for one in found["lost"] if _is_in(region, one)],
    }


def _is_in(region: str, one: Mapping[str, Any]) -> bool:
    """Tell whether a row lies in the region; one that names no village lies nowhere."""
    return bool(one.get("village_code")) and contains(region, one["village_code"])
