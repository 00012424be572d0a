"""What the reporting loop holds of one parcel, within one region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.store.within import within
from reports.tables import DAILY_REPORT, NOTICE, PHOTO


def receipts_of(
    store: Store, actor: Actor, project: Project, report_ids: list[int]
) -> dict[int, str]:
    """Return report id → receipt number, of the reports of the actor's region."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = sa.select(DAILY_REPORT.c.id, DAILY_REPORT.c.receipt_no).where(
        DAILY_REPORT.c.project_id == project.id,
        DAILY_REPORT.c.id.in_(report_ids),
        within(DAILY_REPORT.c.township_code, region),
    )
    with store.reading() as connection:
        return {row.id: row.receipt_no for row in connection.execute(wanted)}


def photos_of_parcel(
    store: Store, actor: Actor, project: Project, ledger_id: int
) -> list[Mapping[str, Any]]:
    """Return id, about, taken_at and kept_at of a parcel's photos, oldest first."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = (
        sa.select(PHOTO.c.id, PHOTO.c.about, PHOTO.c.taken_at, PHOTO.c.kept_at)
        .where(
            PHOTO.c.project_id == project.id,
            PHOTO.c.ledger_id == ledger_id,
            within(PHOTO.c.region, region),
        )
        .order_by(PHOTO.c.id)
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def notices_of_township(
    store: Store, actor: Actor, project: Project, township_code: str
) -> list[Mapping[str, Any]]:
    """Return office, year, sequence, matter and day of a township's notices, newest first."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = (
        sa.select(NOTICE)
        .where(
            NOTICE.c.project_id == project.id,
            NOTICE.c.township_code == township_code,
            within(NOTICE.c.township_code, region),
        )
        .order_by(NOTICE.c.id.desc())
        .limit(10)
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]
