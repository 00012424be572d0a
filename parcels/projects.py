"""A project (项目区): its approval, its days and how its completion is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, time
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.policy import Policy, from_terms
from parcels.regions import Level, contains
from parcels.store.engine import Store
from parcels.store.tables import POLICY, PROJECT, REGION
from parcels.store.within import within
from parcels.workflow import ORDER, Step


@dataclass(frozen=True)
class Project:
    """One project as the register holds it; areas m²."""

    id: int
    code: str
    name: str
    region: str
    approval_no: str
    approved_on: date | None
    approved_scale_m2: float
    approved_new_arable_m2: float
    starts_on: date
    deadline: date
    counting_step: Step
    cut_off: time
    adopted_check_id: int | None

    def __post_init__(self) -> None:
        if self.deadline <= self.starts_on:
            raise Problem(
                _(
                    "The deadline {deadline} is not after the start {start}; mend one of them.",
                    deadline=self.deadline,
                    start=self.starts_on,
                )
            )
        if self.counting_step not in ORDER:
            raise ValueError(self.counting_step)


def project_of_row(row: Mapping[str, Any]) -> Project:
    """Return the project of a table row."""
    values = {field.name: row[field.name] for field in fields(Project)}
    return Project(**values | {"counting_step": Step(row["counting_step"])})


def projects(store: Store, actor: Actor) -> list[Project]:
    """Return the projects whose county the actor belongs to or looks over."""
    if not access.may(actor, Action.SEE_PROGRESS) and not access.may(actor, Action.KEEP_PROJECT):
        return []
    county = actor.region[: Level.COUNTY]
    wanted = sa.select(PROJECT).where(within(PROJECT.c.region, county)).order_by(PROJECT.c.id)
    with store.reading() as connection:
        return [project_of_row(dict(row)) for row in connection.execute(wanted).mappings()]


def every_project(store: Store) -> list[Project]:
    """Return every project of the store: for whoever holds the server, at its shell."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(PROJECT).order_by(PROJECT.c.id)).mappings()
        return [project_of_row(dict(row)) for row in rows]


def project_by_code(store: Store, code: str | None) -> Project:
    """Return the project of a code, or the only one there is; raises Problem naming the codes.

    For commands on the server; a person's projects are those of ``projects``.
    """
    found = every_project(store)
    chosen = [project for project in found if code in (None, project.code)]
    if len(chosen) == 1:
        return chosen[0]
    known = ", ".join(project.code for project in found) or "—"
    if code is None:
        raise Problem(_("Say which project: --project with one of {known}.", known=known))
    raise Problem(_("There is no project {code}; known: {known}.", code=code, known=known))


def one_project(connection: sa.Connection, project_id: int) -> Project:
    """Return a project; raises Problem when there is none."""
    row = connection.execute(sa.select(PROJECT).where(PROJECT.c.id == project_id)).mappings()
    found = row.first()
    if found is None:
        raise Problem(_("There is no project {id}.", id=project_id))
    return project_of_row(dict(found))


def latest_policy(connection: sa.Connection, project_id: int) -> tuple[int, int, Policy] | None:
    """Return id, version and terms of the newest policy version; None when there is none."""
    wanted = (
        sa.select(POLICY)
        .where(POLICY.c.project_id == project_id)
        .order_by(POLICY.c.version.desc())
        .limit(1)
    )
    row = connection.execute(wanted).mappings().first()
    return (row["id"], row["version"], from_terms(row["terms"])) if row else None


def region_names(connection: sa.Connection, region: str) -> dict[str, str]:
    """Return code → name of the region table under a prefix."""
    wanted = sa.select(REGION.c.code, REGION.c.name).where(within(REGION.c.code, region))
    return {row.code: row.name for row in connection.execute(wanted)}


def townships(store: Store, project: Project, actor: Actor) -> dict[str, str]:
    """Return code → name of the project's townships that the actor sees."""
    with store.reading() as connection:
        names = region_names(connection, project.region)
    return {
        code: name
        for code, name in sorted(names.items())
        if len(code) == Level.TOWNSHIP
        and (contains(actor.region, code) or contains(code, actor.region))
    }
