"""A check's result as files: for a person who may take coordinates out, and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import geopandas as gpd

from gis.language import _, say
from parcels import register
from parcels.output import csv_text, gpkg_bytes
from parcels.people import access
from parcels.people.access import Action, Refused
from parcels.people.actor import Actor
from parcels.policy import from_terms
from parcels.projects import Project, projects
from parcels.shapefile_output import shapefile_zip
from parcels.store.engine import Store
from reports.catalog import check_result, field_measure
from reports.document import Document
from reports.renderers import RENDERERS
from reports.services.looks import look_of
from reports.services.stamps import stamp_of
from reports.services.week import record_export

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CheckFile(NamedTuple):
    """A file of a check: its name for people, its media type, what is in it."""

    name: str
    media_type: str
    content: bytes


class Basis(NamedTuple):
    """What a file of a check is made from."""

    store: Store
    actor: Actor
    project: Project
    run: Mapping[str, Any]
    parcels: gpd.GeoDataFrame
    now: datetime


def check_files(
    store: Store, actor: Actor, check_id: int, names: tuple[str, ...], *, now: datetime
) -> list[CheckFile]:
    """Return files of a check by their name in ``CHECK_FILES``; raises Refused where none is."""
    if not names or any(name not in CHECK_FILES for name in names):
        raise _missing()
    project, run = _found(store, actor, check_id)
    parcels = register.judged_parcels(store, actor, project, check_id, in_own_crs=True)
    basis = Basis(store, actor, project, run, parcels, now)
    made = []
    for name in names:
        suffix, media_type, make = CHECK_FILES[name]
        title = say("Field-measure list") if name == "measure" else say("Check")
        file_name = f"{project.name} {title} {check_id}.{suffix}"
        made.append(CheckFile(file_name, media_type, make(basis)))
        record_export(store, actor, project, f"check {check_id} {name}", now=now)
    return made


def _found(store: Store, actor: Actor, check_id: int) -> tuple[Project, Mapping[str, Any]]:
    for project in projects(store, actor):
        if not access.may(actor, Action.EXPORT_CHECK, project.region):
            continue
        runs = {run["id"]: run for run in register.checks(store, actor, project)}
        if check_id in runs:
            return project, runs[check_id]
    raise _missing()


def _workbook(basis: Basis) -> bytes:
    return _rendered(basis, check_result.compose)


def _measure(basis: Basis) -> bytes:
    return _rendered(basis, field_measure.compose)


def _rendered(basis: Basis, compose: Callable[..., Document]) -> bytes:
    versions = {name: basis.run[f"{name}_version"] for name in ("parcels", "structures", "policy")}
    stamp = stamp_of(basis.store, basis.actor, basis.project, versions=versions, now=basis.now)
    document = compose(basis.project, basis.parcels, from_terms(basis.run["terms"]), stamp)
    return RENDERERS["xlsx"](document, look_of(basis.store))


def _missing() -> Refused:
    return Refused(_("There is no such file for you."))


CHECK_FILES: dict[str, tuple[str, str, Callable[[Basis], bytes]]] = {
    "xlsx": ("xlsx", XLSX, _workbook),
    "csv": ("csv", "text/csv; charset=utf-8", lambda b: csv_text(b.parcels).encode("utf-8-sig")),
    "gpkg": ("gpkg", "application/geopackage+sqlite3", lambda b: gpkg_bytes(b.parcels)),
    "zip": ("zip", "application/zip", lambda b: shapefile_zip(b.parcels)),
    "measure": ("xlsx", XLSX, _measure),
}
