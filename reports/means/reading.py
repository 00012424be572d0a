"""Reading teams, plans and money, always within one region."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa

from parcels.answerable import NOBODY, answerables
from parcels.frames import as_members
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.store.within import within
from parcels.workflow import EventState
from reports.means.money import MoneyKind, purse
from reports.means.plan import Plan, plan_of
from reports.means.standing import Means
from reports.means.team import Team, team_of
from reports.reading import reporting_townships
from reports.schedule import Milestone
from reports.tables import MONEY_MOVEMENT, PLAN, TEAM

MOVEMENT_COLUMNS = [
    "id", "township_code", "day", "kind", "purpose", "amount_fen", "words", "state", "source",
]  # fmt: skip


def teams(store: Store, actor: Actor, project: Project) -> dict[str, Team]:
    """Return township code → team; townships without one are absent."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = sa.select(TEAM).where(
        TEAM.c.project_id == project.id, within(TEAM.c.township_code, region)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).mappings()
        return {row["township_code"]: team_of(dict(row)) for row in rows}


def plans(store: Store, actor: Actor, project: Project) -> dict[str, Plan]:
    """Return township code → newest plan; townships without one are absent."""
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = (
        sa.select(PLAN)
        .where(PLAN.c.project_id == project.id, within(PLAN.c.township_code, region))
        .order_by(PLAN.c.township_code, PLAN.c.version)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).mappings()
        return {row["township_code"]: plan_of(dict(row)) for row in rows}  # the last version wins


def plan_curves(store: Store, actor: Actor, project: Project) -> dict[str, tuple[Milestone, ...]]:
    """Return township code → milestones: what ``completion`` takes as ``plans``."""
    return {code: plan.milestones for code, plan in plans(store, actor, project).items()}


def movements(store: Store, actor: Actor, project: Project, *, until: date) -> pd.DataFrame:
    """Return the money that moved, in order of day; struck-out and void rows included.

    Columns: MOVEMENT_COLUMNS, with kind as MoneyKind and state as EventState.
    """
    region = narrower(actor.region, project.region)
    access.require(actor, Action.SEE_PROGRESS, region)
    wanted = (
        sa.select(*(MONEY_MOVEMENT.c[name] for name in MOVEMENT_COLUMNS))
        .where(
            MONEY_MOVEMENT.c.project_id == project.id,
            MONEY_MOVEMENT.c.day <= until,
            within(MONEY_MOVEMENT.c.township_code, region),
        )
        .order_by(MONEY_MOVEMENT.c.day, MONEY_MOVEMENT.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = pd.DataFrame(rows, columns=MOVEMENT_COLUMNS)
    return frame.assign(
        kind=as_members(frame["kind"], MoneyKind), state=as_members(frame["state"], EventState)
    )


def means_of(store: Store, actor: Actor, project: Project, *, day: date) -> list[Means]:
    """Return what every township of the region that reports has to work with on a day."""
    with store.reading() as connection:
        names = reporting_townships(connection, project, actor)
    people, formed = answerables(store, actor, project), teams(store, actor, project)
    planned, moved = plans(store, actor, project), movements(store, actor, project, until=day)
    return [
        Means(
            code,
            name,
            purse(moved[moved["township_code"] == code], day),
            people.get(code, NOBODY),
            formed.get(code),
            planned.get(code),
        )
        for code, name in names.items()
    ]
