"""Check runs, the versions figures rest on, and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from gis.findings import Finding
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.policy import Policy, from_terms
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.layers import layer_coverage, layer_structures
from parcels.store.engine import Store
from parcels.store.tables import (
    CHECK_RUN,
    FINDING,
    LAYER,
    POLICY,
)  # fmt: skip


def checks(store: Store, actor: Actor, project: Project) -> list[Mapping[str, Any]]:
    """Return the check runs of a project, newest first, with the versions they rest on."""
    access.require(actor, Action.SEE_CHECK, project.region)
    ours, theirs = LAYER.alias("ours"), LAYER.alias("theirs")
    wanted = (
        sa.select(
            CHECK_RUN,
            ours.c.version.label("parcels_version"),
            theirs.c.version.label("structures_version"),
            theirs.c.image_date,
            POLICY.c.version.label("policy_version"),
            POLICY.c.terms,
        )
        .join(ours, ours.c.id == CHECK_RUN.c.parcel_layer_id)
        .join(theirs, theirs.c.id == CHECK_RUN.c.structure_layer_id)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .where(CHECK_RUN.c.project_id == project.id)
        .order_by(CHECK_RUN.c.id.desc())
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def adopted_versions(store: Store, actor: Actor, project: Project) -> dict[str, int] | None:
    """Return the layer and policy versions that figures rest on; None before the first adoption."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    ours, theirs = LAYER.alias("ours"), LAYER.alias("theirs")
    wanted = (
        sa.select(
            ours.c.version.label("parcels"),
            theirs.c.version.label("structures"),
            POLICY.c.version.label("policy"),
        )
        .select_from(CHECK_RUN)
        .join(ours, ours.c.id == CHECK_RUN.c.parcel_layer_id)
        .join(theirs, theirs.c.id == CHECK_RUN.c.structure_layer_id)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .where(CHECK_RUN.c.id == (project.adopted_check_id or 0))
    )
    with store.reading() as connection:
        row = connection.execute(wanted).mappings().first()
    return dict(row) if row else None


def finding_counts(store: Store, actor: Actor, project: Project, check_id: int) -> dict[str, int]:
    """Return code → how many findings of a check, the most frequent first."""
    access.require(actor, Action.SEE_CHECK, project.region)
    count = sa.func.count()
    with store.reading() as connection:
        wanted = sa.select(FINDING.c.code, count).where(_of_check(connection, project, check_id))
        rows = connection.execute(
            wanted.group_by(FINDING.c.code).order_by(count.desc(), FINDING.c.code)
        )
        return {code: int(number) for code, number in rows}


def findings(
    store: Store,
    actor: Actor,
    project: Project,
    check_id: int,
    *,
    code: str | None = None,
    first: int = 0,
    most: int | None = None,
) -> pd.DataFrame:
    """Return a check's findings, those of reading its two layers included.

    ``code``: of this kind only; ``most`` from the ``first`` on: a page of them. Columns: layer_id,
    row, code, parcel_no, village_code, finding (a Finding), x, y.
    """
    access.require(actor, Action.SEE_CHECK, project.region)
    with store.reading() as connection:
        wanted = sa.select(FINDING).where(_of_check(connection, project, check_id))
        if code is not None:
            wanted = wanted.where(FINDING.c.code == code)
        wanted = wanted.order_by(FINDING.c.id).offset(first)
        if most is not None:
            wanted = wanted.limit(most)
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
    for row in rows:
        row["finding"] = Finding(row["code"], row["row"], row["values"], row["x"], row["y"])
    columns = ["layer_id", "row", "code", "parcel_no", "village_code", "finding", "x", "y"]
    return pd.DataFrame(rows, columns=columns)


def _of_check(connection: sa.Connection, project: Project, check_id: int) -> sa.ColumnElement[bool]:
    """Return the condition on findings: the check's own, and those of reading its two layers."""
    run = connection.execute(
        sa.select(CHECK_RUN).where(CHECK_RUN.c.id == check_id, CHECK_RUN.c.project_id == project.id)
    ).one()
    of_reading = FINDING.c.check_id.is_(None) & FINDING.c.layer_id.in_(
        [run.parcel_layer_id, run.structure_layer_id]
    )
    return (FINDING.c.check_id == check_id) | of_reading


@dataclass(frozen=True)
class Inputs:
    """What the adopted verdicts rest on; grounds are in the CRS asked for."""

    structures: gpd.GeoDataFrame
    policy: Policy
    coverage: BaseGeometry | None
    villages: BaseGeometry | None


def adopted_inputs(connection: sa.Connection, project: Project, crs: Any) -> Inputs:
    """Return structures, policy and grounds of the adopted check; one must exist."""
    run = connection.execute(
        sa.select(CHECK_RUN, POLICY.c.terms)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .where(CHECK_RUN.c.id == (project.adopted_check_id or 0))
    ).one()

    def ground(layer_id: int | None) -> BaseGeometry | None:
        kept = layer_coverage(connection, layer_id) if layer_id else None
        return None if kept is None else gpd.GeoSeries([kept[0]], crs=kept[1]).to_crs(crs).iloc[0]

    return Inputs(
        layer_structures(connection, run.structure_layer_id),
        from_terms(run.terms),
        ground(run.structure_layer_id),
        ground(run.village_layer_id),
    )
