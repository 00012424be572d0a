"""Correcting inputs with a reason: collected first, then one new layer version and a new check."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import sqlalchemy as sa

from gis.language import Problem, _
from gis.survey_area import survey_area_m2
from parcels.judgement.correcting import corrected
from parcels.judgement.reading import corrections, needs_second
from parcels.judgement.vocabulary import Input, JudgementState, counts
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, one_project, region_names
from parcels.register import judged_parcels, layer_parcels, layer_structures
from parcels.services.keep_layer import LayerKind
from parcels.services.run_check import run_check
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.files import keep_file
from parcels.store.tables import CHECK_RUN, CORRECTION, LAYER, PARCEL, STRUCTURE

LONGEST = 2_000
SIDES = ("west", "south", "east", "north")
OF_STRUCTURES = (Input.STRUCTURES.value,)


def correct_input(
    store: Store,
    actor: Actor,
    project_id: int,
    parcel_id: int,
    what: Input,
    after: Mapping[str, Any],
    *,
    reason: str,
    now: datetime,
) -> int:
    """Write a correction of an adopted parcel's input; return its id. No verdict is touched."""
    reason = reason.strip()[:LONGEST]
    with store.reading() as connection:
        project = one_project(connection, project_id)
        names = region_names(connection, project.region)
    access.require(actor, Action.JUDGE, project.region)
    if not reason:
        raise Problem(_("Say why the input is corrected: it stands in the audit log."))
    parcels = judged_parcels(store, actor, project)
    chosen = parcels[parcels["id"] == parcel_id]
    if chosen.empty:
        raise Problem(_("This parcel is not in the adopted layer any more; open the queue again."))
    if what is Input.VILLAGE and after.get("village_code") not in names:
        raise Problem(_("This village is not in the region table; import it first."))
    parcel = chosen.iloc[0]
    before: dict[str, Any] = {
        Input.VILLAGE: {"village_code": parcel["village_code"]},
        Input.NEW_ARABLE: {"new_arable_m2": _figure(parcel["declared_new_arable_m2"])},
        Input.OUTLINE: {"wkt_lonlat": shapely.to_wkt(parcel.geometry, rounding_precision=9)},
        Input.STRUCTURES: {"structure_m2": _figure(parcel["structure_m2"])},
    }[what]
    with store.writing() as connection:
        inserted = connection.execute(
            sa.insert(CORRECTION).values(
                project_id=project_id,
                parcel_id=parcel_id,
                village_code=parcel["village_code"],
                parcel_no=parcel["parcel_no"],
                input=what.value,
                before=before,
                after=dict(after),
                reason=reason,
                state=JudgementState.RECORDED.value,
                at=now,
                by_person=actor.person_id,
            )
        ).inserted_primary_key
        assert inserted is not None  # noqa: S101  an insert of one row has a key
        audit.record(
            connection, actor, "correct_input",
            f"{project.code} {parcel['village_code']} {parcel['parcel_no']} {what.value}",
            now=now, region=parcel["village_code"] or project.region,
            before=before, after=dict(after) | {"reason": reason},
        )  # fmt: skip
    return int(inserted[0])


def apply_corrections(
    store: Store,
    actor: Actor,
    project_id: int,
    *,
    now: datetime,
    tell: Callable[[float, str], None] = lambda _share, _words: None,
    beside: Callable[[sa.Connection, int], None] = lambda _connection, _check_id: None,
) -> int:
    """Write new layer versions with every correction that counts, and check; return the check's id.

    They start from the adopted layers; corrections of versions not adopted since come again.
    Nothing is adopted: the new check is a proposal like any other.
    """
    with store.reading() as connection:
        project = one_project(connection, project_id)
        access.require(actor, Action.JUDGE, project.region)
        base = connection.execute(
            sa.select(CHECK_RUN).where(CHECK_RUN.c.id == (project.adopted_check_id or 0))
        ).first()
        if base is None:
            raise Problem(_("Nothing is adopted yet; there is nothing to correct."))
        parcels = layer_parcels(connection, base.parcel_layer_id)
        structures = layer_structures(connection, base.structure_layer_id)
    wanted = _wanted(store, actor, project, base)
    if wanted.empty:
        raise Problem(_("No correction waits to be applied."))
    made_parcels, made_structures = corrected(parcels, structures, wanted.to_dict("records"))
    is_of_structures = wanted["input"].isin(OF_STRUCTURES)
    layer_ids = {"parcels": base.parcel_layer_id, "structures": base.structure_layer_id}
    with store.writing() as connection:
        if not is_of_structures.all():
            own = wanted[~is_of_structures]
            layer_ids["parcels"] = _new_version(
                store, connection, actor, layer_ids["parcels"], own, now, len(made_parcels)
            )
            _copy_parcels(connection, base.parcel_layer_id, layer_ids["parcels"], made_parcels, own)
        if is_of_structures.any():
            own = wanted[is_of_structures]
            layer_ids["structures"] = _new_version(
                store, connection, actor, layer_ids["structures"], own, now, len(made_structures)
            )
            _copy_structures(
                connection, base.structure_layer_id, layer_ids["structures"], made_structures,
                set(structures["row"]),
            )  # fmt: skip
        for one in wanted.to_dict("records"):
            kind = "structures" if one["input"] in OF_STRUCTURES else "parcels"
            connection.execute(
                sa.update(CORRECTION)
                .where(CORRECTION.c.id == one["id"])
                .values(state=JudgementState.APPLIED.value, applied_layer_id=layer_ids[kind])
            )
        audit.record(
            connection, actor, "apply_corrections", project.code, now=now, region=project.region,
            after={"corrections": [int(key) for key in wanted["id"]]} | layer_ids,
        )  # fmt: skip
    return run_check(
        store, actor, project_id, parcel_layer_id=layer_ids["parcels"],
        structure_layer_id=layer_ids["structures"], now=now, tell=tell, beside=beside,
    )  # fmt: skip


def _wanted(store: Store, actor: Actor, project: Project, base: Any) -> pd.DataFrame:
    """Return the corrections to apply, oldest first, with the row of their parcel."""
    every = corrections(store, actor, project).sort_values("id")
    second = needs_second(store)
    is_adopted = {True: base.structure_layer_id, False: base.parcel_layer_id}
    chosen = []
    for one in every.to_dict("records"):
        newer = is_adopted[one["input"] in OF_STRUCTURES]
        is_open = counts(one["state"], needs_second=second)
        is_again = one["state"] == JudgementState.APPLIED and one["applied_layer_id"] > newer
        if is_open or is_again:
            chosen.append(one)
    frame = pd.DataFrame(chosen, columns=every.columns)
    with store.reading() as connection:
        told = connection.execute(
            sa.select(PARCEL.c.id, PARCEL.c.row).where(PARCEL.c.id.in_(frame["parcel_id"].tolist()))
        )
        rows = {row.id: row.row for row in told}
    return frame.assign(row=frame["parcel_id"].map(rows))


def _new_version(
    store: Store,
    connection: sa.Connection,
    actor: Actor,
    base_id: int,
    own: pd.DataFrame,
    now: datetime,
    rows: int,
) -> int:
    """Write the layer row, credited to the person; its file lists the corrections."""
    base = dict(connection.execute(sa.select(LAYER).where(LAYER.c.id == base_id)).mappings().one())
    newest = connection.scalar(
        sa.select(sa.func.max(LAYER.c.version)).where(
            LAYER.c.project_id == base["project_id"], LAYER.c.kind == base["kind"]
        )
    )
    said = own[["id", "parcel_no", "village_code", "input", "before", "after", "reason"]]
    listed = said.to_json(orient="records", force_ascii=False, indent=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corrections.json"
        path.write_text(json.dumps({"base": base_id}) + "\n" + listed, "utf-8")
        sha256 = keep_file(store, connection, path, now)
    values = base | {
        "version": int(newest or 0) + 1,
        "file_name": f"{LayerKind(base['kind']).value}-corrections.json",
        "file_sha256": sha256,
        "understood": base["understood"] | {"corrections": len(own), "base": base_id},
        "rows_in": base["rows_in"] - base["rows_kept"] + rows
        if base["kind"] == LayerKind.STRUCTURES
        else base["rows_in"],
        "rows_kept": rows if base["kind"] == LayerKind.STRUCTURES else base["rows_kept"],
        "created_at": now,
        "created_by": actor.person_id,
    }
    del values["id"]
    inserted = connection.execute(sa.insert(LAYER).values(**values)).inserted_primary_key
    assert inserted is not None  # noqa: S101  an insert of one row has a key
    return int(inserted[0])


def _copy_parcels(
    connection: sa.Connection,
    base_id: int,
    layer_id: int,
    made: gpd.GeoDataFrame,
    own: pd.DataFrame,
) -> None:
    names = [column.name for column in PARCEL.c if column.name not in ("id", "layer_id")]
    copied = sa.select(sa.literal(layer_id), *(PARCEL.c[name] for name in names))
    connection.execute(
        sa.insert(PARCEL).from_select(
            ["layer_id", *names], copied.where(PARCEL.c.layer_id == base_id)
        )
    )
    changed = made[made["row"].isin(own["row"])]
    villages = region_names(connection, str(own["village_code"].iloc[0])[:6])
    bounds = changed.geometry.to_crs(4490).bounds.to_numpy()
    area_m2 = survey_area_m2(changed.geometry.to_numpy(), made.crs)
    for (_at, parcel), sides, area in zip(changed.iterrows(), bounds, area_m2, strict=True):
        values: dict[str, Any] = {
            "village_code": parcel["village_code"],
            "township_code": parcel["township_code"],
            "village": villages.get(parcel["village_code"], parcel["village"]),
            "township": villages.get(parcel["township_code"], parcel["township"]),
            "declared_new_arable_m2": _figure(parcel["declared_new_arable_m2"]),
            "geometry": shapely.to_wkb(parcel.geometry),
            "area_m2": float(area),
        } | _sides(sides)
        connection.execute(
            sa.update(PARCEL)
            .where(PARCEL.c.layer_id == layer_id, PARCEL.c.row == int(parcel["row"]))
            .values(**values)
        )


def _copy_structures(
    connection: sa.Connection,
    base_id: int,
    layer_id: int,
    made: gpd.GeoDataFrame,
    before: set[int],
) -> None:
    names = [column.name for column in STRUCTURE.c if column.name not in ("id", "layer_id")]
    copied = sa.select(sa.literal(layer_id), *(STRUCTURE.c[name] for name in names))
    connection.execute(
        sa.insert(STRUCTURE).from_select(
            ["layer_id", *names], copied.where(STRUCTURE.c.layer_id == base_id)
        )
    )
    gone = sorted(before - set(made["row"]))
    for start in range(0, len(gone), 500):
        connection.execute(
            sa.delete(STRUCTURE).where(
                STRUCTURE.c.layer_id == layer_id, STRUCTURE.c.row.in_(gone[start : start + 500])
            )
        )
    added = made[~made["row"].isin(list(before))]
    bounds = added.geometry.to_crs(4490).bounds.to_numpy()
    rows: list[dict[str, Any]] = []
    for (_at, one), sides in zip(added.iterrows(), bounds, strict=True):
        row = {"layer_id": layer_id, "row": int(one["row"]), "class": one["class"]}
        rows.append(row | {"geometry": shapely.to_wkb(one.geometry)} | _sides(sides))
    if rows:
        connection.execute(sa.insert(STRUCTURE), rows)


def _sides(bounds: Any) -> dict[str, float]:
    return dict(zip(SIDES, map(float, bounds), strict=True))


def _figure(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
