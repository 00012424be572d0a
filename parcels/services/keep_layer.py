"""Taking a layer that was read and understood into the register, with all it was read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from gis.findings import Finding
from gis.formats import Layer
from gis.language import Problem, Text, _
from gis.survey_area import survey_area_m2
from parcels.columns import require_known
from parcels.frames import parcels_frame, structures_frame
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import one_project, region_names
from parcels.services.place_parcels import placed
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import note_file, place_file
from parcels.store.tables import FINDING, LAYER, PARCEL, STRUCTURE

CHUNK = 5_000


class LayerKind(StrEnum):
    """What a layer of the register holds."""

    PARCELS = "parcels"
    STRUCTURES = "structures"
    VILLAGES = "villages"
    AS_BUILT = "as_built"


LAYER_TITLES: dict[LayerKind, Text] = {
    LayerKind.PARCELS: _("Parcels"),
    LayerKind.STRUCTURES: _("Structures"),
    LayerKind.VILLAGES: _("Village areas"),
    LayerKind.AS_BUILT: _("As-built survey"),
}


@dataclass(frozen=True)
class Upload:
    """A file as a person confirmed it: what it is, how it was read, which column means what.

    ``coverage`` (structures only) is in the layer's own CRS; None means the whole project. Of a
    village-area layer only the ground is kept, as its coverage. ``village``: for parcels without a
    village code, see ``place_parcels``.
    """

    kind: LayerKind
    path: Path
    file_name: str
    layer: Layer
    mapping: Mapping[str, str]
    image_date: date | None = None
    coverage: BaseGeometry | None = None
    village: str = ""


def keep_layer(
    store: Store,
    actor: Actor,
    project_id: int,
    upload: Upload,
    *,
    now: datetime,
    beside: Callable[[sa.Connection, int], None] = lambda _connection, _layer_id: None,
) -> int:
    """Write the next version of a layer with every row of the file; return its id.

    What ``beside`` writes stands or falls with the layer.

    Rows the reader rejected are kept too, without an outline, so that rows in = rows in the
    register. Earlier versions are not touched.
    """
    layer = upload.layer
    require_known(upload.mapping, layer.frame.columns)
    with store.reading() as connection:
        project = one_project(connection, project_id)
        names = region_names(connection, project.region)
    access.require(actor, Action.UPLOAD_LAYER, project.region)
    if layer.frame.empty:
        raise Problem(_("{file} holds no usable outline; nothing was kept.", file=upload.file_name))
    if upload.kind in (LayerKind.PARCELS, LayerKind.AS_BUILT):
        rows = _parcel_rows(store, project.region, layer, upload, names)
        table = PARCEL
    elif upload.kind is LayerKind.STRUCTURES:
        rows, table = _structure_rows(layer, upload.mapping), STRUCTURE
    else:
        rows, table = [], STRUCTURE
    numbers = {
        row["row"]: (row["parcel_no"], row["village_code"]) for row in rows if table is PARCEL
    }
    coverage = upload.coverage
    if upload.kind is LayerKind.VILLAGES:
        coverage = layer.frame.geometry.union_all()
    sha256 = place_file(store, upload.path)
    with store.writing() as connection:
        note_file(connection, sha256, upload.path.stat().st_size, now)
        version = _next_version(connection, project_id, upload.kind)
        inserted = connection.execute(
            sa.insert(LAYER).values(
                project_id=project_id,
                kind=upload.kind.value,
                version=version,
                file_name=Path(upload.file_name).name[-255:],
                file_sha256=sha256,
                crs=layer.understood.crs,
                understood=asdict(layer.understood),
                columns=dict(upload.mapping),
                coverage=shapely.to_wkb(coverage) if coverage is not None else None,
                image_date=upload.image_date,
                rows_in=layer.understood.rows_in,
                rows_kept=len(layer.frame),
                created_at=now,
                created_by=actor.person_id,
            )
        ).inserted_primary_key
        assert inserted is not None  # noqa: S101  an insert of one row has a key
        layer_id = int(inserted[0])
        _insert(connection, table, [row | {"layer_id": layer_id} for row in rows])
        _insert(connection, FINDING, finding_rows(layer.findings, numbers, layer_id=layer_id))
        audit.record(
            connection,
            actor,
            "keep_layer",
            f"{project.code} {upload.kind.value} v{version}",
            now=now,
            region=project.region,
            after={"file": upload.file_name, "rows": layer.understood.rows_in},
        )
        beside(connection, layer_id)
    return layer_id


def finding_rows(
    findings: Sequence[Finding],
    parcels: Mapping[int, tuple[str, str]],
    *,
    layer_id: int,
    check_id: int | None = None,
) -> list[dict[str, Any]]:
    """Return table rows; ``parcels`` is row → (parcel number, village code)."""
    rows = []
    for found in findings:
        number, village = parcels.get(found.row or 0, ("", ""))
        rows.append(
            {
                "check_id": check_id,
                "layer_id": layer_id,
                "row": None if found.row is None else int(found.row),  # numpy numbers become bytes
                "code": found.code,
                "parcel_no": number,
                "village_code": village,
                "values": {name: str(value) for name, value in found.values.items()},
                "x": found.x,
                "y": found.y,
            }
        )
    return rows


def _parcel_rows(
    store: Store, region: str, layer: Layer, upload: Upload, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    frames = [parcels_frame(rows, upload.mapping, names) for rows in (layer.frame, layer.rejected)]
    if upload.village:
        frames = [placed(store, rows, upload.village, region, names) for rows in frames]
    kept, rejected = frames
    outlines = layer.frame.geometry.to_numpy()
    bounds = _bounds_lonlat(layer.frame)
    kept = pd.DataFrame(kept.drop(columns="geometry")).assign(
        area_m2=survey_area_m2(outlines, layer.frame.crs),
        geometry=shapely.to_wkb(outlines),
        **bounds,
    )
    unread = pd.DataFrame(rejected)
    rows = [*kept.to_dict("records"), *unread.to_dict("records")]
    empty = dict.fromkeys(("area_m2", "geometry", "west", "south", "east", "north"))
    return [empty | _without_nan(row) for row in rows]


def _structure_rows(layer: Layer, mapping: Mapping[str, str]) -> list[dict[str, Any]]:
    kept = structures_frame(layer.frame, mapping)
    bounds = _bounds_lonlat(layer.frame)
    wkb = shapely.to_wkb(layer.frame.geometry.to_numpy())
    table = pd.DataFrame(kept.drop(columns="geometry")).assign(geometry=wkb, **bounds)
    return [_without_nan(row) for row in table.to_dict("records")]


def _bounds_lonlat(frame: gpd.GeoDataFrame) -> dict[str, np.ndarray]:
    lonlat = frame.geometry.to_crs(4490)
    return dict(zip(("west", "south", "east", "north"), lonlat.bounds.to_numpy().T, strict=True))


def _without_nan(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(name): None if isinstance(value, float) and np.isnan(value) else value
        for name, value in row.items()
    }


def _next_version(connection: sa.Connection, project_id: int, kind: LayerKind) -> int:
    newest = sa.select(sa.func.max(LAYER.c.version)).where(
        LAYER.c.project_id == project_id, LAYER.c.kind == kind.value
    )
    return (connection.scalar(newest) or 0) + 1


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), CHUNK):
        connection.execute(sa.insert(table), rows[start : start + CHUNK])
