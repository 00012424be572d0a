"""Checking a parcel layer against a structure layer and the policy; the verdicts are kept."""

from __future__ import annotations

from datetime import datetime

import geopandas as gpd
import sqlalchemy as sa

from gis.language import Problem, _
from parcels.checking import check
from parcels.frames import NUMBER_COLUMNS
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import latest_policy, one_project, region_names
from parcels.regions import Level
from parcels.register import layer_coverage, layer_parcels, layer_structures, region_outlines
from parcels.rules.data import Surroundings
from parcels.rules.verdicts import Verdict
from parcels.services.keep_layer import LayerKind, finding_rows
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import (
    CHECK_RUN,
    FINDING,
    LAYER,
    VERDICT,
)  # fmt: skip

NEVER_JUDGED = {
    "structure_verdict": Verdict.UNDETERMINED.value,
    "new_arable_verdict": Verdict.UNDETERMINED.value,
    "verdict": Verdict.UNDETERMINED.value,
    "near_limit": False,
    "reasons": [{"code": "not_read", "values": {"ground": "—"}}],
}


def run_check(
    store: Store,
    actor: Actor,
    project_id: int,
    *,
    parcel_layer_id: int,
    structure_layer_id: int,
    now: datetime,
) -> int:
    """Judge every parcel of a layer under the newest policy and keep the verdicts; return its id.

    Nothing is adopted: completion and maps go on resting on the check adopted before.
    """
    with store.reading() as connection:
        project = one_project(connection, project_id)
        access.require(actor, Action.UPLOAD_LAYER, project.region)
        policy = latest_policy(connection, project_id)
        if policy is None:
            raise Problem(
                _("Project {name} has no policy yet; give X and Y first.", name=project.name)
            )
        _require_layer(connection, project_id, parcel_layer_id, LayerKind.PARCELS)
        _require_layer(connection, project_id, structure_layer_id, LayerKind.STRUCTURES)
        every = layer_parcels(connection, parcel_layer_id)
        structures = layer_structures(connection, structure_layer_id)
        coverage = layer_coverage(connection, structure_layer_id)
        names = region_names(connection, project.region)
    parcels = every[every.geometry.notna()].drop(columns="area_m2")
    parcels = parcels.astype(dict.fromkeys(NUMBER_COLUMNS, "float64"))
    townships = region_outlines(store, project.region, Level.TOWNSHIP).to_crs(parcels.crs)
    read_from = (
        gpd.GeoSeries([coverage[0]], crs=coverage[1]).to_crs(parcels.crs).iloc[0]
        if coverage
        else None
    )
    judged = check(
        parcels,
        structures,
        policy[2],
        coverage=read_from,
        around=Surroundings(names, dict(zip(townships["code"], townships.geometry, strict=True))),
    )
    verdicts = [
        {
            "parcel_id": parcel.id,
            "structure_m2": parcel.structure_m2,
            "structure_share": parcel.structure_share,
            "new_arable_m2": None
            if parcel.new_arable_m2 != parcel.new_arable_m2
            else parcel.new_arable_m2,
            "structure_verdict": str(parcel.structure_verdict),
            "new_arable_verdict": str(parcel.new_arable_verdict),
            "verdict": str(parcel.verdict),
            "near_limit": bool(parcel.near_limit),
            "reasons": [
                {"code": ground.code, "values": {k: str(v) for k, v in ground.values.items()}}
                for ground in parcel.reasons
            ],
        }
        for parcel in judged.parcels.itertuples()
    ]
    unread = [{"parcel_id": key, **NEVER_JUDGED} for key in every[every.geometry.isna()]["id"]]
    numbers = {row.row: (row.parcel_no, row.village_code) for row in every.itertuples()}
    with store.writing() as connection:
        inserted = connection.execute(
            sa.insert(CHECK_RUN).values(
                project_id=project_id,
                parcel_layer_id=parcel_layer_id,
                structure_layer_id=structure_layer_id,
                policy_id=policy[0],
                at=now,
                by_person=actor.person_id,
            )
        ).inserted_primary_key
        assert inserted is not None  # noqa: S101  an insert of one row has a key
        check_id = int(inserted[0])
        for rows in (verdicts, unread):
            if rows:
                connection.execute(
                    sa.insert(VERDICT), [row | {"check_id": check_id} for row in rows]
                )
        noticed = finding_rows(
            judged.findings, numbers, layer_id=parcel_layer_id, check_id=check_id
        )
        if noticed:
            connection.execute(sa.insert(FINDING), noticed)
        audit.record(
            connection,
            actor,
            "run_check",
            f"{project.code} #{check_id}",
            now=now,
            region=project.region,
            after={"parcels": len(every), "policy": policy[1]},
        )
    return check_id


def _require_layer(
    connection: sa.Connection, project_id: int, layer_id: int, kind: LayerKind
) -> None:
    found = connection.scalar(
        sa.select(LAYER.c.id).where(
            LAYER.c.id == layer_id,
            LAYER.c.project_id == project_id,
            LAYER.c.kind == kind.value,
        )
    )
    if found is None:
        raise Problem(_("This project has no such layer; upload it first."))
