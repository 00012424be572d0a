"""A check's result as files: for a person who may take coordinates out, and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import geopandas as gpd
import sqlalchemy as sa

from gis.formats import Understood
from gis.language import _, say
from parcels import register
from parcels.output import csv_text, gpkg_bytes
from parcels.people import access
from parcels.people.access import Action, Refused
from parcels.people.actor import Actor
from parcels.policy import from_terms
from parcels.projects import Project, projects
from parcels.regions import Level
from parcels.services.keep_layer import LAYER_TITLES, LayerKind
from parcels.shapefile_output import shapefile_zip
from parcels.store.engine import Store
from parcels.store.tables import LAYER
from reports.catalog import check_report, check_result, field_measure
from reports.document import Document, Picture, Stamp
from reports.maps import drawing
from reports.maps.compose import is_drawn, verdict_sheet
from reports.renderers import MEDIA_TYPES, RENDERERS
from reports.services.coordinate_file import coordinate_file
from reports.services.give_codes import coded
from reports.services.looks import look_of
from reports.services.make_documents import office_name
from reports.services.stamps import stamp_of
from reports.services.week import record_export

TITLES = {
    "measure": field_measure.DOCUMENT.title,
    "report": check_report.DOCUMENT.title,
    "report_word": check_report.DOCUMENT.title,
}
XLSX = MEDIA_TYPES["xlsx"]
WITHOUT_MARGIN = ("csv", "gpkg", "zip", "txt")  # what they are worth stands in the file's name


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
    store: Store,
    actor: Actor,
    check_id: int,
    names: tuple[str, ...],
    *,
    now: datetime,
    tell: Callable[[float, str], None] = lambda _share, _words: None,
) -> list[CheckFile]:
    """Return files of a check by their name in ``CHECK_FILES``; raises Refused where none is.

    ``tell`` hears which of them is being written.
    """
    if not names or any(name not in CHECK_FILES for name in names):
        raise _missing()
    project, run = _found(store, actor, check_id)
    parcels = register.judged_parcels(store, actor, project, check_id, in_own_crs=True)
    basis = Basis(store, actor, project, run, parcels, now)
    made = []
    for place, name in enumerate(names):
        suffix, media_type, make = CHECK_FILES[name]
        share = (place + 1) / (len(names) + 1)
        tell(share, say("Writing file {number} of {count} …", number=place + 1, count=len(names)))
        title = TITLES.get(name, _("Check"))
        mark = say("Internal material, not approved for publication")
        words = f"{project.name} {title} {check_id}"
        file_name = f"{words} {mark}.{suffix}" if name in WITHOUT_MARGIN else f"{words}.{suffix}"
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
    run = basis.run
    noticed = register.findings(basis.store, basis.actor, basis.project, run["id"])
    of_parcels, of_structures = (
        noticed.loc[noticed["layer_id"] == run[f"{kind}_layer_id"], "finding"].tolist()
        for kind in ("parcel", "structure")
    )
    return _rendered(
        basis, check_result.compose, of_parcels=of_parcels, of_structures=of_structures
    )


def _measure(basis: Basis) -> bytes:
    return _rendered(basis, field_measure.compose)


def report_document(basis: Basis) -> Document:
    """Return the check report with a map sheet of every township that has parcels in it."""
    run, project = basis.run, basis.project
    return check_report.compose(
        basis.parcels,
        _layers_read(basis.store, run),
        from_terms(run["terms"]),
        register.finding_counts(basis.store, basis.actor, project, run["id"]),
        _stamp(basis),
        pictures=_sheets(basis),
    )


def _stamp(basis: Basis) -> Stamp:
    return stamp_of(
        basis.store, basis.actor, basis.project, versions=_versions(basis.run), is_taken_out=True,
        now=basis.now,
    )  # fmt: skip


def _layers_read(store: Store, run: Mapping[str, Any]) -> list[check_report.LayerRead]:
    wanted = [run[f"{kind}_layer_id"] for kind in ("parcel", "structure", "village")]
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(LAYER).where(LAYER.c.id.in_(list(filter(None, wanted)))).order_by(LAYER.c.id)
        ).mappings()
        return [
            check_report.LayerRead(
                LAYER_TITLES[LayerKind(row["kind"])],
                row["version"],
                row["file_name"],
                Understood(**row["understood"]),
                row["rows_kept"],
                row["image_date"],
            )
            for row in rows
        ]


def _sheets(basis: Basis) -> tuple[Picture, ...]:
    parcels = basis.parcels.to_crs(4490)
    regions = register.region_outlines(basis.store, basis.project.region, Level.VILLAGE)
    made = []
    for code, own in parcels.groupby("township_code", sort=True):
        if not own.geometry.map(is_drawn).any():
            continue
        title = say("Verdicts of {name}", name=own["township"].iloc[0] or code or "—")
        around = (
            regions[regions["code"].astype(str).str.startswith(str(code))]
            if code
            else regions.iloc[:0]
        )
        sheet = verdict_sheet(title, own, around, title=title)
        made.append(Picture(title, drawing.map_only(sheet)))
    return tuple(made)


def _versions(run: Mapping[str, Any]) -> dict[str, Any]:
    return {name: run[f"{name}_version"] for name in ("parcels", "structures", "policy")}


def _rendered(basis: Basis, compose: Callable[..., Document], **more: Any) -> bytes:
    terms = from_terms(basis.run["terms"])
    document = compose(basis.project, basis.parcels, terms, _stamp(basis), **more)
    return RENDERERS["xlsx"](_coded(basis, document), look_of(basis.store))


def _report(basis: Basis, suffix: str) -> bytes:
    return RENDERERS[suffix](_coded(basis, report_document(basis)), look_of(basis.store))


def _coded(basis: Basis, document: Document) -> Document:
    return coded(
        basis.store, basis.actor, basis.project, document, region=basis.project.region,
        action=Action.EXPORT_CHECK, now=basis.now,
    )  # fmt: skip


def _coordinates(basis: Basis) -> bytes:
    return coordinate_file(
        basis.parcels, unit=office_name(basis.store), actor=basis.actor, now=basis.now
    )


def _missing() -> Refused:
    return Refused(_("There is no such file for you."))


CHECK_FILES: dict[str, tuple[str, str, Callable[[Basis], bytes]]] = {
    "xlsx": ("xlsx", XLSX, _workbook),
    "csv": ("csv", "text/csv; charset=utf-8", lambda b: csv_text(b.parcels).encode("utf-8-sig")),
    "gpkg": (
        "gpkg",
        "application/geopackage+sqlite3",
        lambda b: gpkg_bytes(b.parcels, about=_stamp(b).said()),
    ),
    "zip": ("zip", "application/zip", lambda b: shapefile_zip(b.parcels, about=_stamp(b).said())),
    "txt": ("txt", "text/plain; charset=gbk", _coordinates),
    "measure": ("xlsx", XLSX, _measure),
    "report": ("pdf", MEDIA_TYPES["pdf"], lambda b: _report(b, "pdf")),
    "report_word": ("docx", MEDIA_TYPES["docx"], lambda b: _report(b, "docx")),
}
