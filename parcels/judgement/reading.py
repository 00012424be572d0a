"""Reading judgements and corrections, always within one region."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import sqlalchemy as sa

from parcels.judgement.vocabulary import SECOND_PERSON, JudgementState, counts
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.reading import seen
from parcels.settings import setting
from parcels.store.engine import Store
from parcels.store.tables import CORRECTION, JUDGEMENT, PERSON

SECOND = PERSON.alias("second")


def needs_second(store: Store) -> bool:
    """Tell whether a judgement waits for a second person."""
    with store.reading() as connection:
        return bool(setting(connection, SECOND_PERSON.name))


def judgements(
    store: Store, actor: Actor, project: Project, *, parcel_no: str | None = None,
    village_code: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the judgements of the actor's region, newest first, with the names of both persons.

    Columns: those of JUDGEMENT, by_name, second_name, counts.
    """
    return _rows(store, actor, project, JUDGEMENT, parcel_no, village_code)


def corrections(
    store: Store, actor: Actor, project: Project, *, parcel_no: str | None = None,
    village_code: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the corrections of the actor's region, newest first; columns as of judgements."""
    return _rows(store, actor, project, CORRECTION, parcel_no, village_code)


def explained(found: pd.DataFrame) -> set[str]:
    """Return the fingerprints whose explanation counts."""
    return set(found.loc[found["counts"].astype(bool), "fingerprint"])


def pending(found: pd.DataFrame) -> pd.DataFrame:
    """Return the corrections that no layer holds yet and nobody rejected, oldest first."""
    open_states: Collection[str] = (JudgementState.RECORDED, JudgementState.CONFIRMED)
    return found[found["state"].isin([str(state) for state in open_states])].sort_values("id")


def _rows(
    store: Store,
    actor: Actor,
    project: Project,
    table: sa.Table,
    parcel_no: str | None,
    village_code: str | None,
) -> pd.DataFrame:
    access.require(actor, Action.SEE_CHECK, narrower(actor.region, project.region))
    wanted = (
        sa.select(
            table,
            PERSON.c.display_name.label("by_name"),
            SECOND.c.display_name.label("second_name"),
        )
        .join(PERSON, PERSON.c.id == table.c.by_person)
        .outerjoin(SECOND, SECOND.c.id == table.c.second_person)
        .where(table.c.project_id == project.id, seen(table.c.village_code, actor, project))
        .order_by(table.c.id.desc())
    )
    if parcel_no is not None:
        wanted = wanted.where(table.c.parcel_no == parcel_no, table.c.village_code == village_code)
    with store.reading() as connection:
        rows: list[Mapping[str, Any]] = [dict(r) for r in connection.execute(wanted).mappings()]
        second = bool(setting(connection, SECOND_PERSON.name))
    names = [*(column.name for column in table.c), "by_name", "second_name"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(counts=[counts(state, needs_second=second) for state in frame["state"]])
