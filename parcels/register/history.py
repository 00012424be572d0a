"""What figures rested on, and when: adoptions, and the parcels as they were believed then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import geopandas as gpd
import sqlalchemy as sa

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, latest_policy
from parcels.regions import narrower
from parcels.register.reading import LONLAT, PARCEL_COLUMNS, geo_frame, seen
from parcels.register.verdicts import VERDICT_COLUMNS
from parcels.store.engine import Store
from parcels.store.tables import (
    ADOPTION,
    CHECK_RUN,
    LAYER,
    LEDGER,
    LEDGER_VERSION,
    PARCEL,
    PERSON,
    POLICY,
    VERDICT,
    WITHDRAWAL,
)


def adoptions(store: Store, actor: Actor, project: Project) -> list[Mapping[str, Any]]:
    """Return every adoption of a project, newest first: who, when, why, which versions."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    ours, theirs = LAYER.alias("ours"), LAYER.alias("theirs")
    wanted = (
        sa.select(
            ADOPTION,
            PERSON.c.display_name,
            ours.c.version.label("parcels_version"),
            ours.c.file_name.label("parcels_file"),
            theirs.c.version.label("structures_version"),
            theirs.c.image_date,
            POLICY.c.version.label("policy_version"),
            POLICY.c.terms,
        )
        .join(CHECK_RUN, CHECK_RUN.c.id == ADOPTION.c.check_id)
        .join(PERSON, PERSON.c.id == ADOPTION.c.by_person)
        .join(ours, ours.c.id == CHECK_RUN.c.parcel_layer_id)
        .join(theirs, theirs.c.id == CHECK_RUN.c.structure_layer_id)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .where(ADOPTION.c.project_id == project.id)
        .order_by(ADOPTION.c.at.desc(), ADOPTION.c.id.desc())
    )
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def in_force_at(adopted: list[Mapping[str, Any]], moment: datetime) -> Mapping[str, Any] | None:
    """Return the adoption that figures rested on at a moment; None before the first."""
    return next((one for one in adopted if one["at"] <= moment), None)


def believed_parcels(
    store: Store, actor: Actor, project: Project, adoption_id: int, moment: datetime
) -> gpd.GeoDataFrame:
    """Return the parcels of an adoption in the actor's region as they stood at a moment, lon/lat.

    Columns: those of PARCEL and VERDICT, ledger_id, change, is_withdrawn (taken out by then).
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    out = (
        sa.select(WITHDRAWAL.c.ledger_id)
        .where(
            WITHDRAWAL.c.at <= moment,
            WITHDRAWAL.c.undone_at.is_(None) | (WITHDRAWAL.c.undone_at > moment),
        )
    )  # fmt: skip
    wanted = (
        sa.select(
            PARCEL.c.id,
            *PARCEL_COLUMNS,
            *VERDICT_COLUMNS,
            LEDGER_VERSION.c.ledger_id,
            LEDGER_VERSION.c.change,
            LEDGER_VERSION.c.ledger_id.in_(out).label("is_withdrawn"),
            POLICY.c.terms,
        )
        .select_from(LEDGER_VERSION)
        .join(ADOPTION, ADOPTION.c.id == LEDGER_VERSION.c.adoption_id)
        .join(CHECK_RUN, CHECK_RUN.c.id == ADOPTION.c.check_id)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .join(PARCEL, PARCEL.c.id == LEDGER_VERSION.c.parcel_id)
        .join(
            VERDICT,
            (VERDICT.c.parcel_id == PARCEL.c.id) & (VERDICT.c.check_id == ADOPTION.c.check_id),
        )
        .where(ADOPTION.c.id == adoption_id, ADOPTION.c.project_id == project.id)
        .where(seen(PARCEL.c.village_code, actor, project))
        .order_by(PARCEL.c.row)
    )
    with store.reading() as connection:
        epsg = connection.scalar(
            sa.select(LAYER.c.crs)
            .join(CHECK_RUN, CHECK_RUN.c.parcel_layer_id == LAYER.c.id)
            .join(ADOPTION, ADOPTION.c.check_id == CHECK_RUN.c.id)
            .where(ADOPTION.c.id == adoption_id)
        )
        frame = geo_frame(connection, wanted, epsg or LONLAT)
    frame["min_share"] = [terms["min_share"] for terms in frame.pop("terms")]
    return frame.astype({"is_withdrawn": bool}).to_crs(LONLAT)


def newest_versions(store: Store, actor: Actor, project: Project) -> dict[str, Any] | None:
    """Return the newest layers and policy, and whether a check of just these was run; None where
    one is still missing.

    Keys: parcels, structures, policy (version numbers), parcel_layer_id, structure_layer_id,
    is_checked.
    """
    access.require(actor, Action.SEE_CHECK, project.region)
    with store.reading() as connection:
        found: dict[str, Any] = {}
        for kind, name in (("parcels", "parcel_layer_id"), ("structures", "structure_layer_id")):
            newest = connection.execute(
                sa.select(LAYER.c.id, LAYER.c.version)
                .where(LAYER.c.project_id == project.id, LAYER.c.kind == kind)
                .order_by(LAYER.c.version.desc())
                .limit(1)
            ).first()
            if newest is None:
                return None
            found |= {name: newest.id, kind: newest.version}
        policy = latest_policy(connection, project.id)
        if policy is None:
            return None
        is_checked = connection.scalar(
            sa.select(sa.func.count(CHECK_RUN.c.id)).where(
                CHECK_RUN.c.parcel_layer_id == found["parcel_layer_id"],
                CHECK_RUN.c.structure_layer_id == found["structure_layer_id"],
                CHECK_RUN.c.policy_id == policy[0],
            )
        )
    return found | {"policy": policy[1], "is_checked": bool(is_checked)}


def withdrawal_mark(store: Store, project: Project) -> tuple[int, int]:
    """Return a value that changes whenever a parcel is taken out or put back."""
    wanted = (
        sa.select(sa.func.max(WITHDRAWAL.c.id), sa.func.count(WITHDRAWAL.c.undone_at))
        .join(LEDGER, LEDGER.c.id == WITHDRAWAL.c.ledger_id)
        .where(LEDGER.c.project_id == project.id)
    )
    with store.reading() as connection:
        newest, undone = connection.execute(wanted).one()
    return int(newest or 0), int(undone)
