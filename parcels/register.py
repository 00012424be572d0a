"""Reading the register: layers, verdicts and the ledger as frames, always within one region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from gis.findings import Finding
from parcels.frames import as_members
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import Level, narrower
from parcels.store.engine import Store
from parcels.store.tables import (
    CHECK_RUN,
    FINDING,
    LAYER,
    LEDGER,
    PARCEL,
    POLICY,
    REGION,
    STAGE_EVENT,
    STRUCTURE,
    VERDICT,
)  # fmt: skip
from parcels.store.within import within
from parcels.workflow import EventState, Step

LONLAT = 4490
PARCEL_COLUMNS = [column for column in PARCEL.c if column.name not in ("id", "layer_id")]
VERDICT_COLUMNS = [column for column in VERDICT.c if column.name not in ("check_id", "parcel_id")]


def layers(store: Store, actor: Actor, project: Project) -> list[Mapping[str, Any]]:
    """Return the layers of a project, newest first."""
    access.require(actor, Action.UPLOAD_LAYER, project.region)
    wanted = sa.select(LAYER).where(LAYER.c.project_id == project.id).order_by(LAYER.c.id.desc())
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


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


def layer_parcels(connection: sa.Connection, layer_id: int) -> gpd.GeoDataFrame:
    """Return a parcel layer's rows in its own CRS, rejected ones with a null outline."""
    wanted = sa.select(PARCEL.c.id, *PARCEL_COLUMNS).where(PARCEL.c.layer_id == layer_id)
    epsg = connection.scalar(sa.select(LAYER.c.crs).where(LAYER.c.id == layer_id))
    return _geo_frame(connection, wanted.order_by(PARCEL.c.row), epsg)


def layer_structures(connection: sa.Connection, layer_id: int) -> gpd.GeoDataFrame:
    """Return a structure layer's outlines in its own CRS."""
    wanted = sa.select(STRUCTURE.c.row, STRUCTURE.c["class"], STRUCTURE.c.geometry)
    epsg = connection.scalar(sa.select(LAYER.c.crs).where(LAYER.c.id == layer_id))
    return _geo_frame(connection, wanted.where(STRUCTURE.c.layer_id == layer_id), epsg)


def layer_coverage(connection: sa.Connection, layer_id: int) -> tuple[BaseGeometry, int] | None:
    """Return the area a structure layer was read from with its EPSG; None: everywhere."""
    wanted = sa.select(LAYER.c.coverage, LAYER.c.crs).where(LAYER.c.id == layer_id)
    row = connection.execute(wanted).one()
    return (shapely.from_wkb(row.coverage), row.crs) if row.coverage else None


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
        .outerjoin(LEDGER, LEDGER.c.parcel_id == PARCEL.c.id)
        .where(VERDICT.c.check_id == (wanted_check or 0), CHECK_RUN.c.project_id == project.id)
        .where(_seen(PARCEL.c.village_code, actor, project))
        .order_by(PARCEL.c.row)
    )
    with store.reading() as connection:
        epsg = connection.scalar(
            sa.select(LAYER.c.crs)
            .join(CHECK_RUN, CHECK_RUN.c.parcel_layer_id == LAYER.c.id)
            .where(CHECK_RUN.c.id == (wanted_check or 0))
        )
        frame = _geo_frame(connection, wanted, epsg or LONLAT)
    frame["is_withdrawn"] = frame["withdrawn_at"].notna()
    frame["min_share"] = [terms["min_share"] for terms in frame.pop("terms")]
    frame["ledger_id"] = frame["ledger_id"].astype("Int64")
    return frame if in_own_crs else frame.to_crs(LONLAT)


def structures_under(
    store: Store, actor: Actor, project: Project, parcels: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return the adopted check's structures that touch these parcels, lon/lat.

    ``parcels`` come from ``judged_parcels`` of the same actor, so nobody sees a neighbour's.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    outlines = parcels.geometry.dropna().to_numpy()
    west, south, east, north = shapely.total_bounds(outlines)
    with store.reading() as connection:
        layer_id = connection.scalar(
            sa.select(CHECK_RUN.c.structure_layer_id).where(
                CHECK_RUN.c.id == (project.adopted_check_id or 0)
            )
        )
        epsg = connection.scalar(sa.select(LAYER.c.crs).where(LAYER.c.id == (layer_id or 0)))
        wanted = sa.select(STRUCTURE.c.row, STRUCTURE.c["class"], STRUCTURE.c.geometry).where(
            STRUCTURE.c.layer_id == (layer_id or 0),
            STRUCTURE.c.west <= float(east),
            STRUCTURE.c.east >= float(west),
            STRUCTURE.c.south <= float(north),
            STRUCTURE.c.north >= float(south),
        )
        found = _geo_frame(connection, wanted, epsg or LONLAT).to_crs(LONLAT)
    touching = shapely.STRtree(outlines).query(found.geometry.to_numpy(), predicate="intersects")
    return found.iloc[sorted(set(touching[0]))]


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


def region_outlines(store: Store, region: str, level: Level) -> gpd.GeoDataFrame:
    """Return code, name and outline (lon/lat) of the regions of a level under a prefix."""
    chosen = sa.and_(
        within(REGION.c.code, region),
        sa.func.length(REGION.c.code) == int(level),
        REGION.c.geometry.is_not(None),
    )
    wanted = sa.select(REGION.c.code, REGION.c.name, REGION.c.geometry).where(chosen)
    with store.reading() as connection:
        # one import gives one CRS; regions of another import are another query's business
        epsg = connection.scalar(sa.select(sa.func.max(REGION.c.crs)).where(chosen)) or LONLAT
        in_it = wanted.where(REGION.c.crs == epsg).order_by(REGION.c.code)
        return _geo_frame(connection, in_it, epsg).to_crs(LONLAT)


def stage_events(
    store: Store, actor: Actor, project: Project, *, until: date | None = None
) -> pd.DataFrame:
    """Return the region's stage events that are not void, in order of day.

    Columns: ledger_id, village_code, step (Step), day, area_m2, state (EventState), source.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = (
        sa.select(
            STAGE_EVENT.c.ledger_id,
            LEDGER.c.village_code,
            STAGE_EVENT.c.step,
            STAGE_EVENT.c.day,
            STAGE_EVENT.c.area_m2,
            STAGE_EVENT.c.state,
            STAGE_EVENT.c.source,
        )
        .join(LEDGER, LEDGER.c.id == STAGE_EVENT.c.ledger_id)
        .where(
            LEDGER.c.project_id == project.id,
            STAGE_EVENT.c.state != EventState.VOID.value,
            _seen(LEDGER.c.village_code, actor, project),
        )
        .order_by(STAGE_EVENT.c.day, STAGE_EVENT.c.id)
    )
    if until is not None:
        wanted = wanted.where(STAGE_EVENT.c.day <= until)
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    columns = ["ledger_id", "village_code", "step", "day", "area_m2", "state", "source"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(
        step=as_members(frame["step"], Step), state=as_members(frame["state"], EventState)
    )


def _seen(code: sa.ColumnElement[str], actor: Actor, project: Project) -> sa.ColumnElement[bool]:
    """Return which rows of a project a person sees: who sees the project as a whole sees all.

    So a parcel whose code is empty or of another county is not lost to everyone.
    """
    region = narrower(actor.region, project.region)
    return sa.true() if region == project.region else within(code, region)


def _geo_frame(connection: sa.Connection, wanted: sa.Select, epsg: int | None) -> gpd.GeoDataFrame:
    result = connection.execute(wanted)
    names = list(result.keys())
    rows = result.all()
    table = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    outlines = shapely.from_wkb([bytes(wkb) if wkb else None for wkb in table.pop("geometry")])
    figures = [c.name for c in wanted.selected_columns if isinstance(c.type, sa.Float)]
    # unknown is NaN, even where every row is unknown: a column of None adds up to an error
    frame = pd.DataFrame(table).astype(dict.fromkeys(figures, "float64"))
    return gpd.GeoDataFrame(frame, geometry=list(outlines), crs=epsg)
