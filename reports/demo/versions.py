"""A second parcel layer with splits and a merger in force, a third that waits for a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa
from shapely.affinity import translate
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import split

from gis.formats import read_layer
from parcels.columns import PARCEL_FIELDS, recognised
from parcels.register import judged_parcels
from parcels.services.adopt_check import adopt_check, proposal, proposed_moves
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from parcels.services.run_check import run_check
from parcels.store.tables import LAYER, STAGE_EVENT
from reports.demo.scene import Scene

ADOPTED_DAYS_AGO, PROPOSED_DAYS_AGO = 4, 1
NUMBER, VILLAGE, NEW_ARABLE, AREA = "TBBH", "ZLDWDM", "XZGDMJ", "TBMJ"
OWN_PLACE_M = 60.0


def second_and_third_layer(scene: Scene) -> None:
    """Take in a changed layer, adopt it with the work that moves, and leave another waiting."""
    adopted_at = scene.now - timedelta(days=ADOPTED_DAYS_AGO)
    worked = _worked_numbers(scene)
    check_id = _checked(scene, "拆旧地块第二版.gpkg", lambda f: _second(f, worked), adopted_at)
    bureau = scene.actors["bureau"]
    moves = proposed_moves(scene.store, proposal(scene.store, bureau, check_id))
    adopt_check(
        scene.store,
        bureau,
        check_id,
        reason="设计单位按现场踏勘调整图斑界线：拆分、合并各若干，局县会商同意（演示）",
        now=adopted_at,
        seen=moves.mark,
    )
    proposed_at = scene.now - timedelta(days=PROPOSED_DAYS_AGO)
    _checked(scene, "拆旧地块第三版（送审）.gpkg", lambda f: _third(_second(f, worked), worked),
             proposed_at)  # fmt: skip


def _checked(
    scene: Scene,
    name: str,
    changed: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame],
    now: datetime,
) -> int:
    """Write a changed layer as an office's file, take it in as any upload and check it."""
    bureau = scene.actors["bureau"]
    first = read_layer(scene.files.parcels).frame.drop(columns="row")
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        changed(first).to_file(path, driver="GPKG", engine="pyogrio")
        read = read_layer(path)
        columns = recognised(read.understood.columns, PARCEL_FIELDS)
        upload = Upload(LayerKind.PARCELS, path, name, read, columns)
        parcel_layer = keep_layer(scene.store, bureau, scene.project.id, upload, now=now)
    with scene.store.reading() as connection:
        structures = connection.scalar(
            sa.select(sa.func.max(LAYER.c.id)).where(
                LAYER.c.project_id == scene.project.id, LAYER.c.kind == LayerKind.STRUCTURES.value
            )
        )
    assert structures is not None  # noqa: S101  the first check used one
    return run_check(
        scene.store,
        bureau,
        scene.project.id,
        parcel_layer_id=parcel_layer,
        structure_layer_id=structures,
        now=now,
    )


def _worked_numbers(scene: Scene) -> list[tuple[str, str]]:
    """Return (village, number) of parcels with work on them that stand apart, in their order."""
    parcels = judged_parcels(scene.store, scene.actors["bureau"], scene.project)
    with scene.store.reading() as connection:
        busy = set(connection.scalars(sa.select(STAGE_EVENT.c.ledger_id).distinct()))
    own = parcels[parcels["ledger_id"].isin(busy) & (parcels["verdict"] == "pass")]
    own = own[~own.duplicated(["village_code", "parcel_no"], keep=False) & (own["parcel_no"] != "")]
    large = own[own["area_m2"] > 2 * own["area_m2"].median()]
    return list(zip(large["village_code"], large["parcel_no"], strict=True))


def _second(first: gpd.GeoDataFrame, worked: list[tuple[str, str]]) -> gpd.GeoDataFrame:
    """Split two parcels, renumber one, trim one, drop one, add one."""
    rows = first.copy()
    halves, renumbered, trimmed, dropped = worked[0:2], worked[2:3], worked[3:5], worked[5:6]
    for place in _places(rows, renumbered):
        rows.loc[place, NUMBER] = f"{rows.loc[place, NUMBER]}改"[:12]
    for place in _places(rows, trimmed):
        rows.loc[place, "geometry"] = rows.geometry[place].buffer(-0.8, join_style="mitre")
    parted = [_halves(rows.loc[place], rows.crs) for place in _places(rows, halves)]
    kept = rows.drop(index=[*_places(rows, halves), *_places(rows, dropped)])
    return _together(kept, *parted, _beside(rows, _places(rows, trimmed)[:1], "新增1"))


def _third(second: gpd.GeoDataFrame, worked: list[tuple[str, str]]) -> gpd.GeoDataFrame:
    """Join the halves of one parcel again, split two others, drop two, trim one, add one."""
    rows = second.reset_index(drop=True)
    village, number = worked[0]
    joined = _places(rows, [(village, f"{number}-1"), (village, f"{number}-2")])
    whole = rows.loc[joined[:1]].copy()
    whole[NUMBER] = number
    whole.loc[joined[0], "geometry"] = rows.geometry[joined].union_all()
    for column in (NEW_ARABLE, AREA):
        whole[column] = rows.loc[joined, column].sum()
    halves, dropped = _places(rows, worked[6:8]), _places(rows, worked[8:10])
    trimmed = _places(rows, worked[10:11])
    for place in trimmed:
        rows.loc[place, "geometry"] = rows.geometry[place].buffer(-3.0, join_style="mitre")
    parted = [_halves(rows.loc[place], rows.crs) for place in halves]
    kept = rows.drop(index=[*joined, *halves, *dropped])
    return _together(kept, whole, *parted, _beside(rows, trimmed, "新增2"))


def _places(rows: gpd.GeoDataFrame, wanted: list[tuple[str, str]]) -> list[int]:
    keys = list(zip(rows[VILLAGE].str[:12], rows[NUMBER].fillna(""), strict=True))
    return [rows.index[keys.index(key)] for key in wanted if key in keys]


def _halves(parcel: pd.Series, crs: Any) -> gpd.GeoDataFrame:
    """Cut a parcel north to south through its middle; new arable goes by area."""
    outline: BaseGeometry = parcel["geometry"]
    middle = outline.centroid.x
    _west, south, _east, north = outline.bounds
    pieces = split(outline, LineString([(middle, south - 1), (middle, north + 1)])).geoms
    polygons = sorted(pieces, key=lambda piece: piece.centroid.x)
    parts = [
        parcel.to_dict()
        | {
            "geometry": piece,
            NUMBER: f"{parcel[NUMBER]}-{place}"[:12],
            NEW_ARABLE: round(parcel[NEW_ARABLE] * piece.area / outline.area, 2),
            AREA: round(parcel[AREA] * piece.area / outline.area, 2),
        }
        for place, piece in enumerate(polygons, start=1)
    ]
    return gpd.GeoDataFrame(parts, geometry="geometry", crs=crs)


def _beside(rows: gpd.GeoDataFrame, places: list[int], number: str) -> gpd.GeoDataFrame:
    """Return a new parcel like the given one, on free ground beside it."""
    added = rows.loc[places].copy()
    added[NUMBER] = number
    tree = shapely.STRtree(rows.geometry.to_numpy())
    for place in places:
        away = rows.geometry[place]
        while len(tree.query(away, predicate="intersects")):
            away = translate(away, xoff=OWN_PLACE_M)
        added.loc[place, "geometry"] = away
    return added


def _together(*frames: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    crs = frames[0].crs
    rows = pd.concat([pd.DataFrame(frame) for frame in frames], ignore_index=True)
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=crs)


PART = second_and_third_layer
