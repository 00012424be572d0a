"""Check runs, the versions figures rest on, and findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import sqlalchemy as sa

from gis.findings import Finding
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
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


def findings(store: Store, actor: Actor, project: Project, check_id: int) -> pd.DataFrame:
    """Return a check's findings, those of reading its two layers included.

    Columns: row, code, parcel_no, village_code, finding (a Finding), x, y.
    """
    access.require(actor, Action.SEE_CHECK, project.region)
    with store.reading() as connection:
        run = connection.execute(
            sa.select(CHECK_RUN).where(
                CHECK_RUN.c.id == check_id, CHECK_RUN.c.project_id == project.id
            )
        ).one()
        wanted = sa.select(FINDING).where(
            (FINDING.c.check_id == check_id)
            | (
                FINDING.c.check_id.is_(None)
                & FINDING.c.layer_id.in_([run.parcel_layer_id, run.structure_layer_id])
            )
        )
        rows = [dict(row) for row in connection.execute(wanted.order_by(FINDING.c.id)).mappings()]
    for row in rows:
        row["finding"] = Finding(row["code"], row["row"], row["values"], row["x"], row["y"])
    columns = ["layer_id", "row", "code", "parcel_no", "village_code", "finding", "x", "y"]
    return pd.DataFrame(rows, columns=columns)
