"""Keeping a township's team and plan; a new plan is a new version, earlier ones stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.regions import Level, contains, level_of
from parcels.store import audit
from parcels.store.engine import Store
from reports.clean import clean
from reports.means import plan as plans
from reports.means import team as teams
from reports.means.plan import Plan
from reports.means.team import Team
from reports.schedule import require_sound_plan
from reports.tables import PLAN, TEAM


def keep_team(
    store: Store, actor: Actor, project_id: int, township_code: str, team: Team, *, now: datetime
) -> None:
    """Write a township's team in place of the one before, which the audit log keeps."""
    access.require(actor, Action.KEEP_MEANS, township_code)
    with store.writing() as connection:
        project = _project_of(connection, project_id, township_code)
        is_here = (TEAM.c.project_id == project_id) & (TEAM.c.township_code == township_code)
        present = connection.execute(sa.select(TEAM).where(is_here)).mappings().first()
        before = teams.as_row(teams.team_of(dict(present))) if present else {}
        row = teams.as_row(team)
        if before == row:
            return
        kept = row | {"kept_at": now, "kept_by": actor.person_id}
        if present:
            connection.execute(sa.update(TEAM).where(is_here).values(**kept))
        else:
            place = {"project_id": project_id, "township_code": township_code}
            connection.execute(sa.insert(TEAM).values(**place, **kept))
        audit.record(
            connection,
            actor,
            "keep_team",
            f"{project.code} {township_code}",
            now=now,
            region=township_code,
            before=_said(before),
            after=_said(row),
        )


def keep_plan(
    store: Store,
    actor: Actor,
    project_id: int,
    township_code: str,
    plan: Plan,
    *,
    reason: str = "",
    now: datetime,
) -> int:
    """Write the next version of a township's plan and return its number.

    From then on its milestones are the township's schedule, so a change needs a reason.
    """
    access.require(actor, Action.KEEP_MEANS, township_code)
    reason = clean(reason.strip())
    with store.writing() as connection:
        project = _project_of(connection, project_id, township_code)
        require_sound_plan(project, plan.milestones)
        newest = (
            sa.select(PLAN)
            .where(PLAN.c.project_id == project_id, PLAN.c.township_code == township_code)
            .order_by(PLAN.c.version.desc())
            .limit(1)
        )
        present = connection.execute(newest).mappings().first()
        before = plans.plan_of(dict(present)) if present else None
        if before == replace(plan, version=before.version if before else 1):
            return before.version if before else 1
        if before and not reason:
            raise Problem(_("Say why the plan changes: every gap to schedule changes with it."))
        version = before.version + 1 if before else 1
        row = plans.as_row(plan)
        connection.execute(
            sa.insert(PLAN).values(
                project_id=project_id,
                township_code=township_code,
                version=version,
                reason=reason,
                kept_at=now,
                kept_by=actor.person_id,
                **row,
            )
        )
        audit.record(
            connection,
            actor,
            "keep_plan",
            f"{project.code} {township_code} v{version}",
            now=now,
            region=township_code,
            before=_said(plans.as_row(before)) if before else {},
            after=_said(row) | {"reason": reason},
        )
    return version


def _project_of(connection: sa.Connection, project_id: int, township_code: str) -> Project:
    """Return the project; raises Problem when the township is not one of its county."""
    project = one_project(connection, project_id)
    if level_of(township_code) is not Level.TOWNSHIP or not contains(project.region, township_code):
        raise Problem(_("The township does not belong to project {name}.", name=project.name))
    return project


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as the audit log's JSON takes it."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in row.items()}  # fmt: skip
