"""Founding a project: regions from a boundary layer, the project itself, its policy versions."""

from __future__ import annotations

from datetime import date, datetime, time

import geopandas as gpd
import shapely
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.policy import Policy
from parcels.projects import Project, latest_policy, one_project
from parcels.regions import Level, level_of
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import POLICY, PROJECT, REGION
from parcels.workflow import Step


def import_regions(
    store: Store,
    actor: Actor,
    boundaries: gpd.GeoDataFrame,
    *,
    code_column: str,
    name_column: str,
    now: datetime,
) -> tuple[int, list[str]]:
    """Write the regions of a boundary layer; return how many, and the codes that were refused.

    A code is refused when it has no level or lies outside the actor's region; a known code gets
    the new name and outline.
    """
    access.require(actor, Action.KEEP_PROJECT, actor.region)
    epsg = boundaries.crs.to_epsg() if boundaries.crs else None
    refused: list[str] = []
    rows = []
    for code, name, outline in zip(
        boundaries[code_column].astype(str).str.strip(),
        boundaries[name_column].astype(str).str.strip(),
        boundaries.geometry,
        strict=True,
    ):
        if level_of(code) is None or not access.may(actor, Action.KEEP_PROJECT, code) or not name:
            refused.append(code)
            continue
        rows.append({"code": code, "name": name, "crs": epsg, "geometry": shapely.to_wkb(outline)})
    if not rows:
        raise Problem(
            _(
                "No region could be read: column {column} holds no codes of {region}.",
                column=code_column,
                region=actor.region,
            )
        )
    codes = [row["code"] for row in rows]
    with store.writing() as connection:
        connection.execute(sa.delete(REGION).where(REGION.c.code.in_(codes)))
        connection.execute(sa.insert(REGION), rows)
        audit.record(
            connection, actor, "import_regions", codes[0], now=now, after={"regions": len(rows)}
        )
    return len(rows), refused


def name_region(store: Store, actor: Actor, code: str, name: str, *, now: datetime) -> None:
    """Write one region without an outline, or give a known one a new name."""
    code, name = code.strip(), name.strip()
    access.require(actor, Action.KEEP_PROJECT, code)
    if level_of(code) is None or not name:
        raise Problem(_("A region needs a code of 4, 6, 9 or 12 digits and a name."))
    with store.writing() as connection:
        known = connection.scalar(sa.select(REGION.c.name).where(REGION.c.code == code))
        if known is None:
            connection.execute(sa.insert(REGION).values(code=code, name=name))
        else:
            connection.execute(sa.update(REGION).where(REGION.c.code == code).values(name=name))
        audit.record(
            connection,
            actor,
            "name_region",
            code,
            now=now,
            region=code,
            before={"name": known or ""},
            after={"name": name},
        )


def create_project(
    store: Store,
    actor: Actor,
    *,
    code: str,
    name: str,
    region: str,
    approval_no: str,
    approved_on: date | None,
    approved_scale_m2: float,
    approved_new_arable_m2: float,
    starts_on: date,
    deadline: date,
    counting_step: Step = Step.PLANTED,
    cut_off: time = time(17, 30),
    now: datetime,
) -> Project:
    """Write a project and return it; its code is unique over all counties."""
    access.require(actor, Action.KEEP_PROJECT, region)
    code, name = code.strip(), name.strip()
    if level_of(region) is not Level.COUNTY:
        raise Problem(_("A project belongs to a county: a code of 6 digits."))
    if not code or not name:
        raise Problem(_("A project needs a code and a name."))
    if approved_scale_m2 <= 0 or approved_new_arable_m2 <= 0:
        raise Problem(_("Give the approved scale and the approved new arable of the approval."))
    if approved_new_arable_m2 > approved_scale_m2:
        raise Problem(_("More new arable than the approved scale cannot be; check both figures."))
    values = {
        "code": code,
        "name": name,
        "region": region,
        "approval_no": approval_no.strip(),
        "approved_on": approved_on,
        "approved_scale_m2": approved_scale_m2,
        "approved_new_arable_m2": approved_new_arable_m2,
        "starts_on": starts_on,
        "deadline": deadline,
        "counting_step": counting_step,
        "cut_off": cut_off,
    }
    Project(id=0, adopted_check_id=None, **values)  # type: ignore[arg-type]
    with store.writing() as connection:
        if connection.scalar(sa.select(PROJECT.c.id).where(PROJECT.c.code == code)):
            raise Problem(_("The project code {code} is taken; choose another.", code=code))
        row = values | {"counting_step": counting_step.value}
        key = connection.execute(sa.insert(PROJECT).values(**row)).inserted_primary_key
        after = {title: str(value) for title, value in row.items()}
        audit.record(connection, actor, "create_project", code, now=now, region=region, after=after)
        assert key is not None  # noqa: S101  an insert of one row has a key
        return one_project(connection, key[0])


def add_policy(
    store: Store, actor: Actor, project_id: int, policy: Policy, *, now: datetime
) -> int:
    """Write a new policy version and return its number; earlier versions stay as they are."""
    with store.writing() as connection:
        project = one_project(connection, project_id)
        access.require(actor, Action.KEEP_PROJECT, project.region)
        before = latest_policy(connection, project_id)
        if before and before[2] == policy:
            return before[1]
        version = before[1] + 1 if before else 1
        connection.execute(
            sa.insert(POLICY).values(
                project_id=project_id,
                version=version,
                terms=policy.as_terms(),
                created_at=now,
                created_by=actor.person_id,
            )
        )
        audit.record(
            connection,
            actor,
            "add_policy",
            f"{project.code} v{version}",
            now=now,
            region=project.region,
            before=before[2].as_terms() if before else {},
            after=policy.as_terms(),
        )
    return version
