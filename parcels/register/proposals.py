"""What is kept of a proposal: how it compares with what is in force, whether it was declined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.proposals.comparison import Comparison, from_bytes
from parcels.register.history import withdrawal_mark
from parcels.store.engine import Store
from parcels.store.files import file_path
from parcels.store.tables import CHECK_RUN, COMPARISON, DECLINED, LEDGER, PERSON, STAGE_EVENT
from parcels.workflow import EventState


def find_comparison(
    store: Store, actor: Actor, project: Project, check_id: int
) -> Mapping[str, Any] | None:
    """Return the newest comparison of a proposal with what is in force now.

    None where there is none, or where parcels were taken out or put back since. ``is_work_same``
    tells whether the work reported is what it was then.
    """
    access.require(actor, Action.SEE_PROPOSALS, project.region)
    wanted = (
        sa.select(COMPARISON)
        .join(CHECK_RUN, CHECK_RUN.c.id == COMPARISON.c.check_id)
        .where(
            COMPARISON.c.check_id == check_id,
            CHECK_RUN.c.project_id == project.id,
            COMPARISON.c.previous_check_id.is_not_distinct_from(project.adopted_check_id),
            COMPARISON.c.taken_out == taken_out_mark(store, project),
        )
        .order_by(COMPARISON.c.id.desc())
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(wanted).mappings().first()
        if row is None:
            return None
        return dict(row) | {"is_work_same": row["work"] == work_mark(connection, project.id)}


def comparison_of(
    store: Store, actor: Actor, project: Project, row: Mapping[str, Any]
) -> Comparison:
    """Return what a row of ``find_comparison`` holds."""
    access.require(actor, Action.SEE_PROPOSALS, project.region)
    return from_bytes(file_path(store, row["file_sha256"]).read_bytes())


def declined_checks(store: Store, actor: Actor, project: Project) -> dict[int, Mapping[str, Any]]:
    """Return check id → at, display_name and reason of the proposals that were declined."""
    access.require(actor, Action.SEE_CHECK, project.region)
    wanted = (
        sa.select(DECLINED.c.check_id, DECLINED.c.at, DECLINED.c.reason, PERSON.c.display_name)
        .join(CHECK_RUN, CHECK_RUN.c.id == DECLINED.c.check_id)
        .join(PERSON, PERSON.c.id == DECLINED.c.by_person)
        .where(CHECK_RUN.c.project_id == project.id)
    )
    with store.reading() as connection:
        return {row["check_id"]: dict(row) for row in connection.execute(wanted).mappings()}


def taken_out_mark(store: Store, project: Project) -> str:
    """Return a text that changes whenever a parcel is taken out or put back."""
    return "/".join(map(str, withdrawal_mark(store, project)))


def work_mark(connection: sa.Connection, project_id: int) -> str:
    """Return a text that changes whenever work is reported, returned or corrected."""
    newest, count, area_m2 = connection.execute(
        sa.select(
            sa.func.max(STAGE_EVENT.c.id),
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(STAGE_EVENT.c.area_m2), 0.0),
        )
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(LEDGER.c.project_id == project_id, STAGE_EVENT.c.state != EventState.VOID.value)
    ).one()
    return f"{newest or 0}/{count}/{area_m2:.2f}"
