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
from reports.photos.reading import is_sent
from reports.tables import (
    CONTRADICTION,
    DAILY_REPORT,
    INSPECTION,
    INSPECTION_RESULT,
    NOTICE,
    NOTICE_PARCEL,
    PHOTO,
)


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
    """Return id, about, taken_at and kept_at of a parcel's sent photos, oldest first."""
    wanted = (
        sa.select(PHOTO.c.id, PHOTO.c.about, PHOTO.c.taken_at, PHOTO.c.kept_at)
        .where(PHOTO.c.project_id == project.id, PHOTO.c.ledger_id == ledger_id, is_sent())
        .order_by(PHOTO.c.id)
    )
    return _rows(store, actor, project, wanted, PHOTO.c.region)


def notices_of_parcel(
    store: Store, actor: Actor, project: Project, ledger_id: int
) -> list[Mapping[str, Any]]:
    """Return the notices that name a parcel, newest first, with every column of NOTICE."""
    wanted = (
        sa.select(NOTICE)
        .join(NOTICE_PARCEL, NOTICE_PARCEL.c.notice_id == NOTICE.c.id)
        .where(NOTICE.c.project_id == project.id, NOTICE_PARCEL.c.ledger_id == ledger_id)
        .order_by(NOTICE.c.id.desc())
    )
    return _rows(store, actor, project, wanted, NOTICE.c.township_code)


def inspections_of_parcel(
    store: Store, actor: Actor, project: Project, ledger_id: int
) -> list[Mapping[str, Any]]:
    """Return what inspections found on a parcel, newest first; struck results are marked so."""
    wanted = (
        sa.select(INSPECTION_RESULT, INSPECTION.c.step, INSPECTION.c.day, INSPECTION.c.people)
        .join(INSPECTION, INSPECTION.c.id == INSPECTION_RESULT.c.inspection_id)
        .where(INSPECTION.c.project_id == project.id, INSPECTION_RESULT.c.ledger_id == ledger_id)
        .order_by(INSPECTION.c.day.desc(), INSPECTION_RESULT.c.id.desc())
    )
    return _rows(store, actor, project, wanted, INSPECTION.c.township_code)


def contradictions_of_parcel(
    store: Store, actor: Actor, project: Project, ledger_id: int
) -> list[Mapping[str, Any]]:
    """Return where claims on a parcel and later looks at it disagree, newest first."""
    wanted = (
        sa.select(CONTRADICTION)
        .where(CONTRADICTION.c.project_id == project.id, CONTRADICTION.c.ledger_id == ledger_id)
        .order_by(CONTRADICTION.c.id.desc())
    )
    return _rows(store, actor, project, wanted, CONTRADICTION.c.region)


def _rows(
    store: Store,
    actor: Actor,
    project: Project,
    wanted: sa.Select[Any],
    region_of: sa.ColumnElement[str],
) -> list[Mapping[str, Any]]:
    """Return the rows that lie in the actor's region of the project."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    with store.reading() as connection:
        rows = connection.execute(wanted.where(within(region_of, region))).mappings()
        return [dict(row) for row in rows]
