"""Checking a parcel layer against a structure layer and the policy; the verdicts are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from gis.findings import KINDS
from gis.language import Problem, _, say
from parcels.checking import check
from parcels.frames import NUMBER_COLUMNS
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.policy import InsideVillage, Policy
from parcels.projects import Project, latest_policy, one_project, region_names
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
    PROJECT,
    VERDICT,
)  # fmt: skip
from parcels.store.within import within


def run_check(
    store: Store,
    actor: Actor,
    project_id: int,
    *,
    parcel_layer_id: int,
    structure_layer_id: int,
    now: datetime,
    tell: Callable[[float, str], None] = lambda _share, _words: None,
    beside: Callable[[sa.Connection, int], None] = lambda _connection, _check_id: None,
) -> int:
    """Judge every parcel of a layer under the newest policy and keep the verdicts; return its id.

    Nothing is adopted: completion and maps go on resting on the check adopted before. ``tell``
    hears of progress; what ``beside`` writes stands or falls with the verdicts.
    """
    tell(0.0, say("Reading the layers …"))
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
        village_layer_id = _village_layer(connection, project_id, policy[2])
        every = layer_parcels(connection, parcel_layer_id)
        structures = layer_structures(connection, structure_layer_id)
        coverage = layer_coverage(connection, structure_layer_id)
        villages = layer_coverage(connection, village_layer_id) if village_layer_id else None
        names = region_names(connection, project.region)
        unread = _unread(connection, parcel_layer_id, every)
        others = _other_projects(connection, project, every.crs)
    tell(
        0.3,
        say(
            "Checking {parcels} parcels against {structures} structures …",
            parcels=len(every),
            structures=len(structures),
        ),
    )
    parcels = every[every.geometry.notna()].drop(columns="area_m2")
    parcels = parcels.astype(dict.fromkeys(NUMBER_COLUMNS, "float64"))
    townships = region_outlines(store, project.region, Level.TOWNSHIP).to_crs(parcels.crs)
    judged = check(
        parcels,
        structures,
        policy[2],
        coverage=_ground(coverage, parcels.crs),
        villages=_ground(villages, parcels.crs),
        around=Surroundings(
            names, dict(zip(townships["code"], townships.geometry, strict=True)), others
        ),
    )
    tell(0.7, say("Keeping the verdicts …"))
    verdicts = [_verdict_row(parcel) for parcel in judged.parcels.itertuples()]
    numbers = {row.row: (row.parcel_no, row.village_code) for row in every.itertuples()}
    with store.writing() as connection:
        inserted = connection.execute(
            sa.insert(CHECK_RUN).values(
                project_id=project_id,
                parcel_layer_id=parcel_layer_id,
                structure_layer_id=structure_layer_id,
                village_layer_id=village_layer_id,
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
        beside(connection, check_id)
    return check_id


def _verdict_row(parcel: Any) -> dict[str, Any]:
    figures = {
        name: None if pd.isna(value) else float(value)
        for name, value in (
            ("structure_m2", parcel.structure_m2),
            ("structure_share", parcel.structure_share),
            ("new_arable_m2", parcel.new_arable_m2),
        )
    }
    return figures | {
        "parcel_id": parcel.id,
        "structure_verdict": str(parcel.structure_verdict),
        "new_arable_verdict": str(parcel.new_arable_verdict),
        "verdict": str(parcel.verdict),
        "near_limit": bool(parcel.near_limit),
        "reasons": [
            {"code": ground.code, "values": {k: str(v) for k, v in ground.values.items()}}
            for ground in parcel.reasons
        ],
    }


def _unread(
    connection: sa.Connection, layer_id: int, every: gpd.GeoDataFrame
) -> list[dict[str, Any]]:
    """Return the verdict rows of parcels without an outline: undetermined, by the reader's word."""
    said: dict[int, list[dict[str, Any]]] = {}
    wanted = sa.select(FINDING).where(FINDING.c.layer_id == layer_id, FINDING.c.check_id.is_(None))
    for found in connection.execute(wanted):
        if found.row is not None and KINDS[found.code].severity == "rejected":
            said.setdefault(found.row, []).append({"code": found.code, "values": found.values})
    not_read = [{"code": "not_read", "values": {"ground": "—"}}]
    return [
        {
            "parcel_id": parcel.id,
            "structure_verdict": Verdict.UNDETERMINED.value,
            "new_arable_verdict": Verdict.UNDETERMINED.value,
            "verdict": Verdict.UNDETERMINED.value,
            "near_limit": False,
            "reasons": said.get(parcel.row, not_read),
        }
        for parcel in every[every.geometry.isna()].itertuples()
    ]


def _ground(kept: tuple[BaseGeometry, int] | None, crs: Any) -> BaseGeometry | None:
    """Return a kept area in another CRS."""
    return None if kept is None else gpd.GeoSeries([kept[0]], crs=kept[1]).to_crs(crs).iloc[0]


def _village_layer(connection: sa.Connection, project_id: int, policy: Policy) -> int | None:
    """Return the newest village-area layer where the policy asks one; raises Problem without."""
    if policy.inside_village is not InsideVillage.LAYER:
        return None
    newest = connection.scalar(
        sa.select(sa.func.max(LAYER.c.id)).where(
            LAYER.c.project_id == project_id, LAYER.c.kind == LayerKind.VILLAGES.value
        )
    )
    if newest is None:
        raise Problem(
            _("The policy asks the village-area layer, and none is here; upload it first.")
        )
    return int(newest)


def _other_projects(
    connection: sa.Connection, project: Project, crs: Any
) -> dict[str, list[BaseGeometry]]:
    """Return name → outlines of the county's other projects, as adopted."""
    wanted = (
        sa.select(PROJECT.c.name, CHECK_RUN.c.parcel_layer_id)
        .join(CHECK_RUN, CHECK_RUN.c.id == PROJECT.c.adopted_check_id)
        .where(within(PROJECT.c.region, project.region), PROJECT.c.id != project.id)
    )
    return {
        row.name: list(layer_parcels(connection, row.parcel_layer_id).geometry.dropna().to_crs(crs))
        for row in connection.execute(wanted).all()
    }


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
