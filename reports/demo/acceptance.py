"""Acceptance on site in the demo county: some pass, some are refused, one is mended; as built."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np

from gis.formats import read_layer
from parcels.columns import PARCEL_FIELDS, recognised
from parcels.people.actor import Actor
from parcels.register import judged_parcels, stage_events
from parcels.services.adopt_as_built import adopt_as_built, checked_as_built
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from parcels.workflow import Step
from reports.acceptance.inspection import Ground, Result
from reports.completion import done_m2
from reports.counted import is_counted
from reports.daily import OFFICE_TIME
from reports.demo.scene import Scene
from reports.services.keep_visit import end_visit
from reports.services.record_inspection import open_inspection, record_results

REFUSALS = (
    ((Ground.RUBBLE,), "东北角瓦砾未清净，请清运后报复验。"),
    ((Ground.SOIL_THIN, Ground.NOT_PLANTED), "有效土层不足，补覆土后及时种植。"),
    ((Ground.BUILDING_LEFT,), "墙基未挖除，请拆除清运。"),
)


def accepted(scene: Scene) -> None:
    """Inspect the two quickest townships, refuse a few parcels, survey what was accepted."""
    inspector = scene.actors["inspector"]
    for name in ("town1", "town2"):
        _inspect(scene, inspector, scene.actors[name])
    _survey(scene)


def _inspect(scene: Scene, inspector: Actor, township: Actor) -> None:
    parcels = _ready(scene, township)
    if len(parcels) < 6:
        return
    today = scene.now.astimezone(OFFICE_TIME).date()
    first = today - timedelta(days=9)
    visit = _visit(scene, inspector, township, first)
    chosen = parcels.head(min(len(parcels), 26)).to_dict("records")
    refused = chosen[: len(REFUSALS)]
    results = [
        Result(int(parcel["ledger_id"]), True, float(parcel["area_m2"]))
        for parcel in chosen[len(REFUSALS) :]
    ]
    results += [
        Result(int(parcel["ledger_id"]), False, 0.0, grounds, words, first + timedelta(days=7))
        for parcel, (grounds, words) in zip(refused, REFUSALS, strict=True)
    ]
    record_results(scene.store, inspector, visit, results, now=_noon(first))
    end_visit(scene.store, inspector, visit, now=_noon(first))
    again = _visit(scene, inspector, township, today - timedelta(days=3))
    mended = Result(int(refused[0]["ledger_id"]), True, float(refused[0]["area_m2"]))
    record_results(scene.store, inspector, again, [mended], now=_noon(today - timedelta(days=3)))
    end_visit(scene.store, inspector, again, now=_noon(today - timedelta(days=3)))


def _ready(scene: Scene, township: Actor) -> gpd.GeoDataFrame:
    """Return the township's parcels that are wholly self-checked and confirmed."""
    today = scene.now.astimezone(OFFICE_TIME).date()
    parcels = judged_parcels(scene.store, township, scene.project)
    parcels = parcels[is_counted(parcels) & parcels["area_m2"].notna()]
    events = stage_events(scene.store, township, scene.project)
    done = done_m2(events, until=today - timedelta(days=10))[Step.SELF_CHECKED]
    at = done.reindex(parcels["ledger_id"], fill_value=0.0).to_numpy()
    return parcels[at >= parcels["area_m2"].to_numpy() - 0.005]


def _visit(scene: Scene, inspector: Actor, township: Actor, day: date) -> int:
    return open_inspection(
        scene.store,
        inspector,
        scene.project.id,
        township.region,
        Step.COUNTY_ACCEPTED,
        day=day,
        people=f"{inspector.display_name}、周文涛、{township.display_name}",
        now=_noon(day),
    )


def _survey(scene: Scene) -> None:
    """Keep and adopt an as-built layer of what was accepted, a little off the design."""
    bureau = scene.actors["bureau"]
    parcels = judged_parcels(scene.store, bureau, scene.project, in_own_crs=True)
    events = stage_events(scene.store, bureau, scene.project)
    done = done_m2(events)[Step.COUNTY_ACCEPTED]
    accepted_ids = set(done.index[done > 0])
    built = parcels[parcels["ledger_id"].isin(accepted_ids)].reset_index(drop=True)
    if built.empty:
        return
    measured = np.floor(built["new_arable_m2"].to_numpy() * 0.985 * 100) / 100
    layer = gpd.GeoDataFrame(
        {
            "TBBH": built["parcel_no"],
            "ZLDWDM": built["village_code"],
            "XZGDMJ": measured,
            "SFCN": ["是" if inside else "否" for inside in built["inside_village"]],
        },
        geometry=built.geometry.array,
        crs=built.crs,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "竣工图.gpkg"
        layer.to_file(path, layer="as_built", driver="GPKG")
        read = read_layer(path)
        mapping = recognised(read.understood.columns, PARCEL_FIELDS)
        upload = Upload(LayerKind.AS_BUILT, path, path.name, read, mapping)
        kept = keep_layer(scene.store, bureau, scene.project.id, upload, now=scene.now)
    found = checked_as_built(scene.store, bureau, kept)
    adopt_as_built(scene.store, bureau, found, reason="首批竣工测量成果", now=scene.now)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), OFFICE_TIME)


PART = accepted
