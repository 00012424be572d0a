"""Parcels with their verdicts, within one region."""

from __future__ import annotations

import geopandas as gpd
import sqlalchemy as sa

from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.reading import LONLAT, PARCEL_COLUMNS, geo_frame, seen
from parcels.store.engine import Store
from parcels.store.tables import (
    CHECK_RUN,
    LAYER,
    LEDGER,
    PARCEL,
    POLICY,
    VERDICT,
)  # fmt: skip

VERDICT_COLUMNS = [column for column in VERDICT.c if column.name not in ("check_id", "parcel_id")]


def judged_parcels(
    store: Store,
    actor: Actor,
    project: Project,
    check_id: int | None = None,
    *,
    in_own_crs: bool = False,
) -> gpd.GeoDataFrame:
    """Return the parcels of a check (default: the adopted one) in the actor's region.

    Outlines are lon/lat, or with ``in_own_crs`` exactly as the layer had them.

    Columns: those of PARCEL and VERDICT, min_share (the X they were judged by, as text), and of
    the adopted check also ledger_id and is_withdrawn. Without an adopted check it is empty.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted_check = check_id or project.adopted_check_id
    if check_id and check_id != project.adopted_check_id:
        access.require(actor, Action.SEE_CHECK, project.region)
    wanted = (
        sa.select(
            PARCEL.c.id,
            *PARCEL_COLUMNS,
            *VERDICT_COLUMNS,
            LEDGER.c.id.label("ledger_id"),
            LEDGER.c.withdrawn_at,
            LEDGER.c.withdrawn_reason,
            POLICY.c.terms,
        )
        .select_from(VERDICT)
        .join(CHECK_RUN, CHECK_RUN.c.id == VERDICT.c.check_id)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .join(PARCEL, PARCEL.c.id == VERDICT.c.parcel_id)
        .outerjoin(LEDGER, (LEDGER.c.parcel_id == PARCEL.c.id) & (LEDGER.c.occurrence > 0))
        .where(VERDICT.c.check_id == (wanted_check or 0), CHECK_RUN.c.project_id == project.id)
        .where(seen(PARCEL.c.village_code, actor, project))
        .order_by(PARCEL.c.row)
    )
    with store.reading() as connection:
        epsg = connection.scalar(
            sa.select(LAYER.c.crs)
            .join(CHECK_RUN, CHECK_RUN.c.parcel_layer_id == LAYER.c.id)
            .where(CHECK_RUN.c.id == (wanted_check or 0))
        )
        frame = geo_frame(connection, wanted, epsg or LONLAT)
    frame["is_withdrawn"] = frame["withdrawn_at"].notna()
    frame["min_share"] = [terms["min_share"] for terms in frame.pop("terms")]
    frame["ledger_id"] = frame["ledger_id"].astype("Int64")
    return frame if in_own_crs else frame.to_crs(LONLAT)
