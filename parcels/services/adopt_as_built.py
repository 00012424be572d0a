"""Adopting an as-built survey: from then on accepted new arable is what it measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from gis.language import Problem, _
from parcels.as_built import check_as_built, occurrences
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.policy import InsideVillage, Policy
from parcels.projects import Project, latest_policy, one_project
from parcels.register.layers import layer_coverage, layer_parcels
from parcels.services.keep_layer import LayerKind
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import AS_BUILT, AS_BUILT_ADOPTION, CHECK_RUN, LAYER, LEDGER, PARCEL


@dataclass(frozen=True)
class AsBuilt:
    """A survey checked and matched, not yet adopted.

    ``matched``: ledger_id, parcel_id, parcel_no, area_m2, new_arable_m2, verdict, reasons, and
    expected_m2 (village, number and new arable as designed). ``unmatched``: surveyed rows that no
    ledger row answers to, or that have no outline; ``missing``: ledger rows not surveyed.
    """

    project: Project
    layer_id: int
    matched: pd.DataFrame
    unmatched: pd.DataFrame
    missing: pd.DataFrame


def checked_as_built(store: Store, actor: Actor, layer_id: int) -> AsBuilt:
    """Return what a survey layer says of every ledger row; nothing is written."""
    with store.reading() as connection:
        layer = connection.execute(sa.select(LAYER).where(LAYER.c.id == layer_id)).first()
        if layer is None or layer.kind != LayerKind.AS_BUILT.value:
            raise Problem(_("There is no as-built layer {id}.", id=layer_id))
        project = one_project(connection, layer.project_id)
        access.require(actor, Action.SEE_CHECK, project.region)
        terms = latest_policy(connection, project.id)
        if terms is None:
            raise Problem(_("The project has no policy yet: Y is not known."))
        rows = layer_parcels(connection, layer_id)
        ledger = _ledger(connection, project)
        villages = _villages(connection, project, terms[2], rows)
    rows = rows.assign(occurrence=occurrences(rows))
    has_outline = rows.geometry.notna()
    surveyed = _inside_as_designed(rows[has_outline], ledger)
    found = check_as_built(surveyed, terms[2], villages=villages)
    judged = pd.DataFrame(surveyed.drop(columns=["geometry", "area_m2"])).join(found)
    keys = ["village_code", "parcel_no", "occurrence"]
    both = judged.rename(columns={"id": "parcel_id"}).merge(
        ledger.drop(columns="inside_village"), on=keys, how="left"
    )
    is_known = both["ledger_id"].notna()
    matched = both[is_known].astype({"ledger_id": "int64"})
    unread = pd.DataFrame(rows[~has_outline].drop(columns="geometry"))
    unmatched = pd.concat([both[~is_known], unread], ignore_index=True)
    missing = ledger[~ledger["ledger_id"].isin(matched["ledger_id"])]
    return AsBuilt(project, layer_id, matched, unmatched, missing)


def adopt_as_built(
    store: Store, actor: Actor, found: AsBuilt, *, reason: str, now: datetime
) -> None:
    """Let the fourth total rest on this survey; earlier surveys stay readable."""
    access.require(actor, Action.ADOPT_CHECK, found.project.region)
    reason = reason.strip()
    if not reason:
        raise Problem(_("Say why this survey is adopted: it stands in the audit log."))
    if found.matched.empty:
        raise Problem(_("No surveyed parcel has the village and number of a ledger row."))
    with store.writing() as connection:
        key = connection.execute(
            sa.insert(AS_BUILT_ADOPTION).values(
                project_id=found.project.id,
                layer_id=found.layer_id,
                reason=reason,
                at=now,
                by_person=actor.person_id,
            )
        ).inserted_primary_key
        assert key is not None  # noqa: S101  an insert of one row has a key
        connection.execute(
            sa.insert(AS_BUILT),
            [
                {
                    "adoption_id": key[0],
                    "ledger_id": int(row.ledger_id),
                    "parcel_id": int(row.parcel_id),
                    "area_m2": float(row.area_m2),
                    "new_arable_m2": None
                    if pd.isna(row.new_arable_m2)
                    else float(row.new_arable_m2),
                    "verdict": str(row.verdict),
                    "reasons": [
                        {"code": one.code, "values": dict(one.values)} for one in row.reasons
                    ],
                }
                for row in found.matched.itertuples()
            ],
        )
        audit.record(
            connection,
            actor,
            "adopt_as_built",
            f"{found.project.code} #{found.layer_id}",
            now=now,
            region=found.project.region,
            after={
                "matched": len(found.matched),
                "unmatched": len(found.unmatched),
                "missing": len(found.missing),
                "reason": reason,
            },
        )


def _ledger(connection: sa.Connection, project: Project) -> pd.DataFrame:
    rows = connection.execute(
        sa.select(
            LEDGER.c.id,
            LEDGER.c.village_code,
            LEDGER.c.parcel_no,
            LEDGER.c.occurrence,
            PARCEL.c.inside_village,
            PARCEL.c.declared_new_arable_m2,
        )
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(
            LEDGER.c.project_id == project.id,
            LEDGER.c.occurrence > 0,
            LEDGER.c.withdrawn_at.is_(None),
        )
    ).all()
    columns = ["ledger_id", "village_code", "parcel_no", "occurrence", "inside_village",
               "expected_m2"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _inside_as_designed(rows: gpd.GeoDataFrame, ledger: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the survey with the design's answer to “inside a village?” where it has none."""
    keys = ["village_code", "parcel_no", "occurrence"]
    known = {
        tuple(row[key] for key in keys): row["inside_village"] for row in ledger.to_dict("records")
    }
    said = [
        known.get(tuple(row[key] for key in keys))
        if row["inside_village"] is None
        else row["inside_village"]
        for row in rows[[*keys, "inside_village"]].to_dict("records")
    ]
    return rows.assign(inside_village=pd.Series(said, index=rows.index, dtype=object))


def _villages(
    connection: sa.Connection, project: Project, policy: Policy, rows: gpd.GeoDataFrame
) -> BaseGeometry | None:
    if policy.inside_village in (InsideVillage.ALL, InsideVillage.ATTRIBUTE):
        return None
    layer_id = connection.scalar(
        sa.select(CHECK_RUN.c.village_layer_id).where(
            CHECK_RUN.c.id == (project.adopted_check_id or 0)
        )
    )
    ground = layer_coverage(connection, layer_id) if layer_id else None
    if ground is None:
        return None
    return gpd.GeoSeries([ground[0]], crs=ground[1]).to_crs(rows.crs).iloc[0]
