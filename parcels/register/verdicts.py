"""Parcels with their verdicts, within one region."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa

from parcels.frames import frame_of
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.register.as_built import as_built_m2, is_surveyed
from parcels.register.reading import LONLAT, PARCEL_COLUMNS, geo_frame, seen
from parcels.store.engine import Store, in_chunks
from parcels.store.tables import (
    AS_BUILT,
    CHECK_RUN,
    LAYER,
    LEDGER,
    PARCEL,
    POLICY,
    VERDICT,
)  # fmt: skip

Frame = TypeVar("Frame", bound=pd.DataFrame)
VERDICT_COLUMNS = [column for column in VERDICT.c if column.name not in ("check_id", "parcel_id")]


def judged_parcels(
    store: Store,
    actor: Actor,
    project: Project,
    check_id: int | None = None,
    *,
    in_own_crs: bool = False,
    only: Collection[int] | None = None,
    at_lonlat: tuple[float, float] | None = None,
    within_lonlat: tuple[float, float, float, float] | None = None,
    of_ledger: int | None = None,
) -> gpd.GeoDataFrame:
    """Return the parcels of a check (default: the adopted one) in the actor's region.

    Outlines are lon/lat, or with ``in_own_crs`` exactly as the layer had them. ``only`` these ids,
    or those whose bounds hold the point ``at_lonlat`` or meet the bounds ``within_lonlat``, or the
    one ``of_ledger``: a page or a click needs no more.

    Columns: those of PARCEL and VERDICT, min_share (the X they were judged by, as text), and of
    the adopted check also ledger_id, is_withdrawn and as_built_m2 (NaN: not surveyed). Without an
    adopted check it is empty.
    """
    _require_seen(actor, project, check_id)
    wanted_check = check_id or project.adopted_check_id
    wanted = _judged(actor, project, wanted_check or 0, PARCEL_COLUMNS)
    if only is not None:
        wanted = wanted.where(PARCEL.c.id.in_(list(only)))
    if at_lonlat is not None:
        wanted = wanted.where(*_around(*at_lonlat, *at_lonlat))
    if within_lonlat is not None:
        wanted = wanted.where(*_around(*within_lonlat))
    if of_ledger is not None:
        wanted = wanted.where(LEDGER.c.id == of_ledger)
    with store.reading() as connection:
        crs, min_share = _basis(connection, wanted_check or 0)
        frame = geo_frame(connection, wanted, crs)
    _complete(frame, min_share)
    return frame if in_own_crs else frame.to_crs(LONLAT)


def judged_rows(store: Store, actor: Actor, project: Project) -> pd.DataFrame:
    """Return the adopted check's parcels as ``judged_parcels`` does, without their outlines.

    A map of 100 000 draws few of them at a time and asks ``drawn_outlines`` for those.
    """
    _require_seen(actor, project, None)
    columns = [column for column in PARCEL_COLUMNS if column.name != "geometry"]
    wanted = _judged(actor, project, project.adopted_check_id or 0, columns)
    with store.reading() as connection:
        _crs, min_share = _basis(connection, project.adopted_check_id or 0)
        rows = connection.execute(wanted).all()
    names = [column.name for column in wanted.selected_columns]
    figures = [c.name for c in wanted.selected_columns if isinstance(c.type, sa.Float)]
    frame = frame_of(rows, names)
    frame = frame.astype(dict.fromkeys(figures, "float64") if rows else object)
    return _complete(frame, min_share)


def _judged(
    actor: Actor, project: Project, check_id: int, columns: Sequence[sa.ColumnElement[Any]]
) -> sa.Select:
    return (
        sa.select(
            PARCEL.c.id,
            *columns,
            *VERDICT_COLUMNS,
            LEDGER.c.id.label("ledger_id"),
            LEDGER.c.withdrawn_at,
            LEDGER.c.withdrawn_reason,
            as_built_m2(),
        )
        .select_from(VERDICT)
        .join(CHECK_RUN, CHECK_RUN.c.id == VERDICT.c.check_id)
        .join(PARCEL, PARCEL.c.id == VERDICT.c.parcel_id)
        .outerjoin(LEDGER, (LEDGER.c.parcel_id == PARCEL.c.id) & (LEDGER.c.occurrence > 0))
        .outerjoin(AS_BUILT, is_surveyed(project))
        .where(VERDICT.c.check_id == check_id, CHECK_RUN.c.project_id == project.id)
        .where(seen(PARCEL.c.village_code, actor, project))
        .order_by(PARCEL.c.row)
    )


def _basis(connection: sa.Connection, check_id: int) -> tuple[int, str]:
    """Return the CRS and the X of a check; without one, degrees and no X."""
    wanted = (
        sa.select(LAYER.c.crs, POLICY.c.terms)
        .select_from(CHECK_RUN)
        .join(LAYER, LAYER.c.id == CHECK_RUN.c.parcel_layer_id)
        .join(POLICY, POLICY.c.id == CHECK_RUN.c.policy_id)
        .where(CHECK_RUN.c.id == check_id)
    )
    basis = connection.execute(wanted).first()
    return (basis.crs, basis.terms["min_share"]) if basis else (LONLAT, "")


def _complete(frame: Frame, min_share: str) -> Frame:
    """Add to a frame just made what its columns say together; return it."""
    frame["is_withdrawn"] = frame["withdrawn_at"].notna()
    frame["min_share"] = min_share
    frame["ledger_id"] = frame["ledger_id"].astype("Int64")
    return frame


def drawn_parcels(
    store: Store, actor: Actor, project: Project, check_id: int | None = None
) -> pd.DataFrame:
    """Return what colours and places the parcels of a check on a map, as ``judged_parcels`` sees.

    Without outlines (``drawn_outlines`` has them) and grounds a map of 100 000 is there at once.
    Columns: id, ledger_id, village_code, area_m2, new_arable_m2, verdict, is_withdrawn, and west,
    south, east, north of lon/lat (NaN without an outline).
    """
    _require_seen(actor, project, check_id)
    columns = (
        PARCEL.c.id, LEDGER.c.id.label("ledger_id"), PARCEL.c.village_code, PARCEL.c.area_m2,
        VERDICT.c.new_arable_m2, VERDICT.c.verdict,
        LEDGER.c.withdrawn_at.is_not(None).label("is_withdrawn"),
        PARCEL.c.west, PARCEL.c.south, PARCEL.c.east, PARCEL.c.north,
    )  # fmt: skip
    wanted = (
        sa.select(*columns)
        .select_from(VERDICT)
        .join(PARCEL, PARCEL.c.id == VERDICT.c.parcel_id)
        .outerjoin(LEDGER, (LEDGER.c.parcel_id == PARCEL.c.id) & (LEDGER.c.occurrence > 0))
        .where(VERDICT.c.check_id == _of_project(project, check_id))
        .where(seen(PARCEL.c.village_code, actor, project))
        .order_by(PARCEL.c.row)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = frame_of(rows, [column.name for column in columns])
    figures = [column.name for column in columns if isinstance(column.type, sa.Float)]
    return frame.astype(
        dict.fromkeys(figures, "float64") | {"is_withdrawn": bool, "ledger_id": "Int64"}
    )


def drawn_outlines(
    store: Store,
    actor: Actor,
    project: Project,
    ids: Collection[int],
    check_id: int | None = None,
) -> gpd.GeoSeries:
    """Return the outlines (lon/lat) of some parcels of a check, by id in the order asked."""
    _require_seen(actor, project, check_id)
    of_check = sa.select(CHECK_RUN.c.parcel_layer_id).where(
        CHECK_RUN.c.id == _of_project(project, check_id)
    )
    wanted = [int(key) for key in ids]
    found: dict[int, bytes | None] = {}
    with store.reading() as connection:
        crs = connection.scalar(sa.select(LAYER.c.crs).where(LAYER.c.id.in_(of_check)))
        for some in in_chunks(wanted):
            rows = connection.execute(
                sa.select(PARCEL.c.id, PARCEL.c.geometry)
                .where(PARCEL.c.layer_id.in_(of_check))
                .where(seen(PARCEL.c.village_code, actor, project))
                .where(PARCEL.c.id.in_(some))
            )
            found |= {row.id: row.geometry for row in rows}
    outlines = shapely.from_wkb([found.get(key) or None for key in wanted])
    return gpd.GeoSeries(outlines, index=wanted, crs=crs or LONLAT).to_crs(LONLAT)


def _require_seen(actor: Actor, project: Project, check_id: int | None) -> None:
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    if check_id and check_id != project.adopted_check_id:
        access.require(actor, Action.SEE_CHECK, project.region)


def _of_project(project: Project, check_id: int | None) -> sa.ScalarSelect[int]:
    wanted = check_id or project.adopted_check_id or 0
    return (
        sa.select(CHECK_RUN.c.id)
        .where(CHECK_RUN.c.id == wanted, CHECK_RUN.c.project_id == project.id)
        .scalar_subquery()
    )


def verdict_rows(store: Store, actor: Actor, project: Project, check_id: int) -> pd.DataFrame:
    """Return what a check's lists and totals need of every parcel.

    No outlines and no grounds: 100 000 rows stay light. In order of the file's rows. Columns: id,
    row, parcel_no, township, village, village_code, area_m2, new_arable_m2, verdict, near_limit,
    west, south, east, north (of lon/lat, unknown without an outline).
    """
    access.require(actor, Action.SEE_CHECK, project.region)
    columns = (
        PARCEL.c.id, PARCEL.c.row, PARCEL.c.parcel_no, PARCEL.c.township, PARCEL.c.village,
        PARCEL.c.village_code, PARCEL.c.area_m2, VERDICT.c.new_arable_m2, VERDICT.c.verdict,
        VERDICT.c.near_limit, PARCEL.c.west, PARCEL.c.south, PARCEL.c.east, PARCEL.c.north,
    )  # fmt: skip
    wanted = (
        sa.select(*columns)
        .select_from(VERDICT)
        .join(CHECK_RUN, CHECK_RUN.c.id == VERDICT.c.check_id)
        .join(PARCEL, PARCEL.c.id == VERDICT.c.parcel_id)
        .where(VERDICT.c.check_id == check_id, CHECK_RUN.c.project_id == project.id)
        .order_by(PARCEL.c.row)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    figures = [column.name for column in columns if isinstance(column.type, sa.Float)]
    return frame.astype(dict.fromkeys(figures, "float64") | {"near_limit": bool})


def _around(
    west: float, south: float, east: float, north: float
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        PARCEL.c.west <= east,
        PARCEL.c.east >= west,
        PARCEL.c.south <= north,
        PARCEL.c.north >= south,
    )
