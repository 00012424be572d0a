"""A project that a person may do something with."""

from __future__ import annotations

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.store.engine import Store


def project_for(
    store: Store, actor: Actor, action: Action, project_id: int | None, region: str
) -> Project:
    """Return the project; raises Refused for a region where the actor may not do this."""
    assert project_id is not None  # noqa: S101  the job was asked for with a project
    with store.reading() as connection:
        project = one_project(connection, project_id)
    access.require(actor, action, region)
    return project
