"""The demo project: its files taken in by the services, checked and adopted."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from gis.formats import read_layer
from parcels import policy as policies
from parcels.columns import PARCEL_FIELDS, STRUCTURE_FIELDS, recognised
from parcels.demo import DemoFiles
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.services.adopt_check import adopt_check
from parcels.services.keep_layer import LayerKind, Upload, keep_layer
from parcels.services.keep_project import add_policy, create_project, import_regions, name_region
from parcels.services.run_check import run_check
from parcels.store.engine import Store
from reports.daily import OFFICE_TIME

DAYS = 60
PROJECT_DAYS = 120


def found_project(store: Store, bureau: Actor, files: DemoFiles, now: datetime) -> Project:
    """Found the county and its project, take the layers in, check and adopt them.

    All on the morning of the first day: from the adoption on reports are expected.
    """
    now = datetime.combine(
        now.astimezone(OFFICE_TIME).date() - timedelta(days=DAYS), time(9), OFFICE_TIME
    )
    name_region(store, bureau, files.county_code, files.county_name, now=now)
    for layer in ("townships", "villages"):
        read = read_layer(files.boundaries, layer=layer)
        import_regions(store, bureau, read.frame, code_column="code", name_column="name", now=now)
    start = now.date()
    project = create_project(
        store,
        bureau,
        code="DEMO-01",
        name=f"{files.county_name}拆旧复垦演示项目",
        region=files.county_code,
        approval_no="演示批复〔2024〕第0号（虚构）",
        approved_on=start - timedelta(days=30),
        approved_scale_m2=1_126_800.0,
        approved_new_arable_m2=960_400.0,
        starts_on=start,
        deadline=start + timedelta(days=PROJECT_DAYS - 1),
        now=now,
    )
    add_policy(store, bureau, project.id, policies.from_toml(files.policy), now=now)
    parcels = read_layer(files.parcels)
    structures = read_layer(files.structures, layer="structures")
    coverage = read_layer(files.structures, layer="coverage").frame
    uploads = (
        Upload(
            LayerKind.PARCELS,
            files.parcels,
            files.parcels.name,
            parcels,
            recognised(parcels.understood.columns, PARCEL_FIELDS),
        ),
        Upload(
            LayerKind.STRUCTURES,
            files.structures,
            files.structures.name,
            structures,
            recognised(structures.understood.columns, STRUCTURE_FIELDS),
            image_date=policies.from_toml(files.policy).image_date,
            coverage=coverage.geometry.to_crs(structures.frame.crs).union_all(),
        ),
    )
    kept = {u.kind: keep_layer(store, bureau, project.id, u, now=now) for u in uploads}
    check_id = run_check(
        store,
        bureau,
        project.id,
        parcel_layer_id=kept[LayerKind.PARCELS],
        structure_layer_id=kept[LayerKind.STRUCTURES],
        now=now,
    )
    began = now - timedelta(days=DAYS)
    adopt_check(store, bureau, check_id, reason="演示数据初始图层", now=began)
    return project
