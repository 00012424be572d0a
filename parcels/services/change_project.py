"""Correcting a project after it was founded: its approval's figures, its deadline, its cut-off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import PROJECT


@dataclass(frozen=True)
class Correction:
    """What may be corrected; areas m². The code, the start and the counted step stay."""

    name: str
    approval_no: str
    approved_on: date | None
    approved_scale_m2: float
    approved_new_arable_m2: float
    deadline: date
    cut_off: time


def correction_of(project: Project) -> Correction:
    """Return a project's fields as they are."""
    return Correction(**{name: getattr(project, name) for name in Correction.__dataclass_fields__})


def change_project(
    store: Store,
    actor: Actor,
    project_id: int,
    wanted: Correction,
    *,
    seen: Correction,
    reason: str,
    now: datetime,
) -> Project:
    """Write the correction with its reason; ``seen`` is what the person had before them.

    Reports keep what was decided when they came (late or not); figures made before keep their
    frozen copies. Raises Problem when somebody else changed the project meanwhile.
    """
    wanted = replace(wanted, name=wanted.name.strip(), approval_no=wanted.approval_no.strip())
    reason = reason.strip()
    with store.writing() as connection:
        project = one_project(connection, project_id)
        access.require(actor, Action.KEEP_PROJECT, project.region)
        present = correction_of(project)
        if present != seen:
            raise Problem(
                _("Somebody changed this project meanwhile; look at it again, then correct it.")
            )
        _require_possible(wanted, reason)
        changed = {
            name: value for name, value in vars(wanted).items() if value != getattr(present, name)
        }
        if not changed:
            raise Problem(_("Nothing was different."))
        corrected = replace(project, **changed)  # refuses a deadline before the start
        connection.execute(sa.update(PROJECT).where(PROJECT.c.id == project_id).values(**changed))
        audit.record(
            connection,
            actor,
            "change_project",
            project.code,
            now=now,
            region=project.region,
            before={name: _said(getattr(present, name)) for name in changed},
            after={name: _said(value) for name, value in changed.items()} | {"reason": reason},
        )
    return corrected


def _require_possible(wanted: Correction, reason: str) -> None:
    if not reason:
        raise Problem(_("Say why the project is corrected; the reason stays in the audit log."))
    if not wanted.name:
        raise Problem(_("A project needs a code and a name."))
    if not 0 < wanted.approved_new_arable_m2 < 1e12 or not 0 < wanted.approved_scale_m2 < 1e12:
        raise Problem(_("Give the approved scale and the approved new arable of the approval."))
    if wanted.approved_new_arable_m2 > wanted.approved_scale_m2:
        raise Problem(_("More new arable than the approved scale cannot be; check both figures."))


def _said(value: object) -> object:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value if isinstance(value, float | str) or value is None else str(value)
