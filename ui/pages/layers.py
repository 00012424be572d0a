"""Layers: upload, see what was understood, check every parcel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from gis.formats import Layer
from gis.language import _, say
from parcels import register
from parcels.columns import PARCEL_FIELDS, STRUCTURE_FIELDS, Field
from parcels.heavy import check_parcels
from parcels.jobs import OPEN, JobState
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.policy import from_terms
from parcels.projects import Project, latest_policy
from parcels.services.jobs import find_jobs, submit_job
from parcels.services.keep_layer import LAYER_TITLES, LayerKind, Upload, keep_layer
from reports.services.find_contradictions import find_contradictions
from ui import office, reading
from ui.components.check_result import show_result
from ui.components.job_progress import show_job
from ui.components.layer_questions import columns_as_told, read_as_told
from ui.components.literal import literally, tell
from ui.components.uploads import Uploaded, layers_of, read_uploaded, uploaded_file
from ui.pages.page import Page

FIELDS: dict[LayerKind, tuple[Field, ...]] = {
    LayerKind.PARCELS: PARCEL_FIELDS,
    LayerKind.STRUCTURES: STRUCTURE_FIELDS,
    LayerKind.VILLAGES: (),
    LayerKind.AS_BUILT: PARCEL_FIELDS,
}
REQUIRED = {
    LayerKind.PARCELS: ("parcel_no", "village_code"),
    LayerKind.AS_BUILT: ("parcel_no", "village_code", "declared_new_arable_m2"),
}
CHECKED = (LayerKind.PARCELS, LayerKind.STRUCTURES)
COVERAGE_NAMES = ("coverage", "覆盖范围", "解译范围")


def show(session: Session) -> None:
    """Show the layers of the project, the upload, the check and its results."""
    project = reading.chosen_project(session)
    if project is None:
        st.info(say("There is no project yet; create one on the page of projects."))
        return
    tell("layers said")
    with office.store().reading() as connection:
        policy = latest_policy(connection, project.id)
    if policy is None:
        st.warning(say("No policy yet: give X and Y on the page of projects first."))
        return
    present = register.layers(office.store(), session.actor, project)
    upload, checks = st.tabs([say("1 · Upload layers"), say("2 · Check and adopt")])
    with upload:
        kind = st.segmented_control(
            say("What does the file hold?"),
            list(LayerKind),
            format_func=lambda k: str(LAYER_TITLES[k]),
            default=LayerKind.PARCELS,
            key="layer kind",
        )
        if kind is not None:
            _upload(session, project, kind, present)
        _table_of_layers(present)
    with checks:
        _check(session, project, present)
        _checking(session, project)
        _results(session, project)


def _upload(
    session: Session, project: Project, kind: LayerKind, present: list[Mapping[str, Any]]
) -> None:
    label = say("Zipped shapefile, GeoPackage or GeoJSON")
    with uploaded_file(label, key=f"upload {kind}") as file:
        if file is None:
            return
        names = layers_of(file)
        read = read_as_told(session, project, kind, file, names)
        if read is None:
            return
        mapping = columns_as_told(kind, FIELDS[kind], read, present)
        if any(name not in mapping for name in REQUIRED.get(kind, ())):
            st.warning(say("Choose the columns of parcel number and village code."))
            return
        image_date = coverage = None
        if kind is LayerKind.STRUCTURES:
            image_date = st.date_input(say("Date of the imagery they were read from"), value=None)
            coverage = _coverage(file, names, read)
        if st.button(say("This is right: keep the layer"), type="primary", key=f"keep {kind}"):
            upload = Upload(
                kind,
                file.path,
                file.name,
                read,
                mapping,
                image_date if isinstance(image_date, date) else None,
                coverage,
            )
            keep_layer(office.store(), session.actor, project.id, upload, now=office.now())
            if kind is LayerKind.STRUCTURES:  # a younger image may contradict what was reported
                find_contradictions(office.store(), project.id, now=office.now())
            st.session_state["layers said"] = say(
                "{title}: {rows} rows kept.",
                title=LAYER_TITLES[kind],
                rows=read.understood.rows_in,
            )
            st.rerun()


def _coverage(file: Uploaded, names: list[str], read: Layer) -> Any:
    offered = [name for name in names if name in COVERAGE_NAMES]
    whole = say("The whole project")
    chosen = st.selectbox(
        say("Where were structures read? Elsewhere, no structures proves nothing."),
        [*offered, whole],
        key="coverage",
    )
    if chosen == whole:
        return None
    area = read_uploaded(file, layer=chosen)
    return area.frame.geometry.to_crs(read.frame.crs).union_all()


def _table_of_layers(present: list[Mapping[str, Any]]) -> None:
    if not present:
        return
    rows = [
        {
            say("Layer"): f"{LAYER_TITLES[LayerKind(layer['kind'])]} v{layer['version']}",
            say("File"): layer["file_name"],
            say("Rows"): layer["rows_in"],
            say("Kept"): layer["rows_kept"],
            say("EPSG"): str(layer["crs"]),
            say("Imagery of"): str(layer["image_date"] or "—"),
        }
        for layer in present
    ]
    st.subheader(say("Layers of this project"))
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _check(session: Session, project: Project, present: list[Mapping[str, Any]]) -> None:
    chosen: dict[LayerKind, int] = {}
    for column, kind in zip(st.columns(2), CHECKED, strict=True):
        versions = {row["id"]: row for row in present if row["kind"] == kind.value}
        if not versions:
            column.info(literally(say("No layer yet: {title}", title=LAYER_TITLES[kind])))
            continue

        def title(key: int, versions: Mapping[int, Mapping[str, Any]] = versions) -> str:
            return f"v{versions[key]['version']} · {versions[key]['file_name']}"

        chosen[kind] = column.selectbox(
            str(LAYER_TITLES[kind]), list(versions), format_func=title, key=f"check {kind}"
        )
    if len(chosen) < len(CHECKED):
        return
    if st.button(say("Check every parcel"), type="primary", key="run check"):
        st.session_state["check job"] = submit_job(
            office.store(),
            session.actor,
            check_parcels.KIND,
            project_id=project.id,
            region=project.region,
            wanted={
                "parcel_layer_id": chosen[LayerKind.PARCELS],
                "structure_layer_id": chosen[LayerKind.STRUCTURES],
            },
            now=office.now(),
        )


def _checking(session: Session, project: Project) -> None:
    """Show the person's newest check while it runs, and choose its result when it ends."""
    mine = find_jobs(
        office.store(), session.actor, project_id=project.id, kinds=[check_parcels.KIND],
        is_mine=True, most=1,
    )  # fmt: skip
    if not mine:
        return
    job_id = mine[0]["id"]
    is_news = st.session_state.get("check job") == job_id
    if is_news or mine[0]["state"] in {*OPEN, JobState.FAILED}:
        st.session_state["check job"] = job_id
        if result := show_job(session, job_id):
            st.session_state["check"] = result["check_id"]
            del st.session_state["check job"]


def _results(session: Session, project: Project) -> None:
    runs = {run["id"]: run for run in register.checks(office.store(), session.actor, project)}
    if not runs:
        return

    def title(key: int) -> str:
        run = runs[key]
        mark = f" · {say('in force')}" if key == project.adopted_check_id else ""
        return (
            f"#{key} · {say('parcels')} v{run['parcels_version']} · {say('structures')} "
            f"v{run['structures_version']} · {say('policy')} v{run['policy_version']}{mark}"
        )

    st.divider()
    check_id = st.selectbox(say("Result"), list(runs), format_func=title, key="check")
    if check_id != project.adopted_check_id:
        _not_in_force()
    show_result(session, project, check_id, from_terms(runs[check_id]["terms"]))


def _not_in_force() -> None:
    """Say that nothing rests on this result yet, and where one sees what it would change."""
    words = say("This result is not in force: maps, reports and totals do not rest on it yet.")
    link = escape(say("See what it changes, and adopt it"))
    st.html(f'{escape(words)} <a href="/versions" target="_self">{link}</a>')


PAGE = Page(
    slug="layers",
    title=_("Layers and check"),
    icon=":material/layers:",
    action=Action.UPLOAD_LAYER,
    show=show,
)
