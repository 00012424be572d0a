"""A visit under way: found again on any device, with what was filled in and not kept yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import region_names
from parcels.store import audit
from parcels.store.engine import Store
from parcels.workflow import Step
from reports.clean import clean
from reports.tables import INSPECTION

UNDER_WAY = timedelta(days=3)  # a visit nobody has touched for longer is over
LONGEST_DRAFT = 40  # fields


@dataclass(frozen=True)
class Visit:
    """An inspection a person is making now; ``draft`` is field → what stands in it."""

    id: int
    township_code: str
    township: str
    step: Step
    day: date
    draft: dict[str, Any] = field(default_factory=dict)


def visit_under_way(store: Store, actor: Actor, project_id: int, *, now: datetime) -> Visit | None:
    """Return the person's own newest visit that has not ended; None when there is none."""
    wanted = (
        sa.select(INSPECTION)
        .where(
            INSPECTION.c.project_id == project_id,
            INSPECTION.c.recorded_by == actor.person_id,
            INSPECTION.c.ended_at.is_(None),
            INSPECTION.c.recorded_at >= now - UNDER_WAY,
        )
        .order_by(INSPECTION.c.id.desc())
        .limit(1)
    )
    with store.reading() as connection:
        row = connection.execute(wanted).first()
        if row is None or not access.may(actor, Action.RECORD_ACCEPTANCE, row.township_code):
            return None
        name = region_names(connection, row.township_code).get(row.township_code)
    code = row.township_code
    return Visit(row.id, code, name or code, Step(row.step), row.day, dict(row.draft))


def keep_visit_draft(store: Store, actor: Actor, visit_id: int, draft: dict[str, Any]) -> None:
    """Keep what is filled in of the next result; a notepad, so without an audit row."""
    kept = {
        str(name): clean(value)[:500] if isinstance(value, str) else value
        for name, value in list(draft.items())[:LONGEST_DRAFT]
    }
    with store.writing() as connection:
        _own(connection, actor, visit_id)
        connection.execute(
            sa.update(INSPECTION).where(INSPECTION.c.id == visit_id).values(draft=kept)
        )


def end_visit(store: Store, actor: Actor, visit_id: int, *, now: datetime) -> None:
    """End one's visit: its results stay, its notepad goes."""
    with store.writing() as connection:
        visit = _own(connection, actor, visit_id)
        connection.execute(
            sa.update(INSPECTION).where(INSPECTION.c.id == visit_id).values(ended_at=now, draft={})
        )
        audit.record(
            connection, actor, "end_inspection", f"#{visit_id}", now=now,
            region=visit.township_code,
        )  # fmt: skip


def _own(connection: sa.Connection, actor: Actor, visit_id: int) -> sa.Row[Any]:
    """Return the person's visit; raises Problem for one that is over or another's."""
    visit = connection.execute(
        sa.select(INSPECTION).where(
            INSPECTION.c.id == visit_id,
            INSPECTION.c.recorded_by == actor.person_id,
            INSPECTION.c.ended_at.is_(None),
        )
    ).first()
    if visit is None:
        raise Problem(_("This visit is over, or another person's; begin a new one."))
    access.require(actor, Action.RECORD_ACCEPTANCE, visit.township_code)
    return visit
