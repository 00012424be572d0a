"""Naming who answers for a township, and the task a document gives it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.answerable import NOBODY, Answerable, answerable_of, as_row
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import one_project
from parcels.regions import Level, contains, level_of
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import ANSWERABLE


def name_answerable(
    store: Store,
    actor: Actor,
    project_id: int,
    township_code: str,
    answerable: Answerable,
    *,
    now: datetime,
) -> None:
    """Write a township's leader, deputy and task; what stood before is in the audit log."""
    access.require(actor, Action.NAME_ANSWERABLE, township_code)
    with store.writing() as connection:
        project = one_project(connection, project_id)
        if level_of(township_code) is not Level.TOWNSHIP or not contains(
            project.region, township_code
        ):
            raise Problem(_("The township does not belong to project {name}.", name=project.name))
        is_here = (ANSWERABLE.c.project_id == project_id) & (
            ANSWERABLE.c.township_code == township_code
        )
        present = connection.execute(sa.select(ANSWERABLE).where(is_here)).mappings().first()
        before = answerable_of(present) if present else NOBODY
        if before == answerable:
            return
        row = as_row(answerable) | {"kept_at": now, "kept_by": actor.person_id}
        if present:
            connection.execute(sa.update(ANSWERABLE).where(is_here).values(**row))
        else:
            place = {"project_id": project_id, "township_code": township_code}
            connection.execute(sa.insert(ANSWERABLE).values(**place, **row))
        audit.record(
            connection,
            actor,
            "name_answerable",
            f"{project.code} {township_code}",
            now=now,
            region=township_code,
            before=as_row(before),
            after=as_row(answerable),
        )
