"""One parcel's whole life: the layers it was in, whose ground it has, when it was taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.reading import seen
from parcels.store.engine import Store
from parcels.store.tables import (
    ADOPTION,
    CHECK_RUN,
    LAYER,
    LEDGER,
    LEDGER_VERSION,
    PARCEL,
    PERSON,
    POLICY,
    STAGE_EVENT,
    SUCCESSION,
    VERDICT,
    WITHDRAWAL,
)

Rows = list[Mapping[str, Any]]


@dataclass(frozen=True)
class Life:
    """What the register knows of a parcel, each list oldest first."""

    versions: Rows
    before: Rows
    after: Rows
    withdrawals: Rows
    work: Rows


def parcel_life(store: Store, actor: Actor, project: Project, ledger_id: int) -> Life | None:
    """Return a parcel's life; None when the actor's region has no such parcel."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    with store.reading() as connection:
        own = connection.scalar(
            sa.select(LEDGER.c.id).where(
                LEDGER.c.id == ledger_id,
                LEDGER.c.project_id == project.id,
                seen(LEDGER.c.village_code, actor, project),
            )
        )
        if own is None:
            return None
        return Life(
            _rows(connection, _versions(ledger_id)),
            _rows(connection, _relatives(ledger_id, SUCCESSION.c.to_ledger_id,
                                         SUCCESSION.c.from_ledger_id)),
            _rows(connection, _relatives(ledger_id, SUCCESSION.c.from_ledger_id,
                                         SUCCESSION.c.to_ledger_id)),
            _rows(connection, _withdrawals(ledger_id)),
            _rows(
                connection,
                sa.select(STAGE_EVENT)
                .where(STAGE_EVENT.c.ledger_id == ledger_id)
                .order_by(STAGE_EVENT.c.day, STAGE_EVENT.c.id),
            ),
        )  # fmt: skip


def _rows(connection: sa.Connection, wanted: sa.Select) -> Rows:
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _versions(ledger_id: int) -> sa.Select:
    return (
        sa.select(
            ADOPTION.c.at,
            ADOPTION.c.reason,
            PERSON.c.display_name,
            LEDGER_VERSION.c.change,
            LAYER.c.version.label("layer_version"),
            LAYER.c.file_name,
            PARCEL.c.row,
            PARCEL.c.area_m2,
            VERDICT.c.structure_m2,
            VERDICT.c.new_arable_m2,
            VERDICT.c.verdict,
            VERDICT.c.reasons,
            POLICY.c.version.label("policy_version"),
            POLICY.c.terms,
        )
        .select_from(LEDGER_VERSION)
        .join(ADOPTION, ADOPTION.c.id == LEDGER_VERSION.c.adoption_id)
        .join(PERSON, PERSON.c.id == ADOPTION.c.by_person)
        .join(CHECK_RUN, CHECK_RUN.c.id == ADOPTION.c.check_id)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .join(PARCEL, PARCEL.c.id == LEDGER_VERSION.c.parcel_id)
        .join(LAYER, LAYER.c.id == PARCEL.c.layer_id)
        .join(
            VERDICT, (VERDICT.c.parcel_id == PARCEL.c.id) & (VERDICT.c.check_id == CHECK_RUN.c.id)
        )
        .where(LEDGER_VERSION.c.ledger_id == ledger_id)
        .order_by(ADOPTION.c.at, ADOPTION.c.id)
    )


def _relatives(
    ledger_id: int, own: sa.ColumnElement[int], other: sa.ColumnElement[int]
) -> sa.Select:
    """Return those on the other side of a succession; a parcel is no relative of itself."""
    return (
        sa.select(ADOPTION.c.at, LEDGER.c.id, LEDGER.c.parcel_no, SUCCESSION.c.common_m2)
        .select_from(SUCCESSION)
        .join(ADOPTION, ADOPTION.c.id == SUCCESSION.c.adoption_id)
        .join(LEDGER, LEDGER.c.id == other)
        .where(own == ledger_id, other != ledger_id)
        .order_by(ADOPTION.c.at, LEDGER.c.parcel_no)
    )


def _withdrawals(ledger_id: int) -> sa.Select:
    by, undone = PERSON.alias("by"), PERSON.alias("undone")
    return (
        sa.select(
            WITHDRAWAL,
            by.c.display_name.label("by_name"),
            undone.c.display_name.label("undone_name"),
        )
        .outerjoin(by, by.c.id == WITHDRAWAL.c.by_person)
        .outerjoin(undone, undone.c.id == WITHDRAWAL.c.undone_by)
        .where(WITHDRAWAL.c.ledger_id == ledger_id)
        .order_by(WITHDRAWAL.c.id)
    )
