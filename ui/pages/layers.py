"""Layers: upload, see what was understood, check every parcel."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from gis.crs import label
from gis.formats.layer import CRS_HOW, ENCODING_HOW
from gis.language import Text, _, listed, say
from parcels import register
from parcels.columns import PARCEL_FIELDS, STRUCTURE_FIELDS, Field
from parcels.heavy import check_parcels
from parcels.jobs import OPEN, JobState
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.policy import from_terms
from parcels.projects import Project, latest_policy
from parcels.services.jobs import find_jobs, submit_job
from parcels.services.keep_layer import LAYER_TITLES, LayerKind
from reports.document import Column, Kind
from ui import office, reading
from ui.below import SITE
from ui.components.check_result import show_result
from ui.components.job_progress import show_job
from ui.components.layer_upload import layer_upload
from ui.components.literal import literally, tell
from ui.components.tables import show_rows
from ui.pages.page import Page, Section

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
    upload, checks = st.tabs(
        [say("1 · Upload layers"), say("2 · Check and adopt")], key="layers tab", on_change="rerun"
    )
    with upload:
        kind = st.segmented_control(
            say("What does the file hold?"),
            list(LayerKind),
            format_func=lambda k: str(LAYER_TITLES[k]),
            default=LayerKind.PARCELS,
            key="layer kind",
        )
        if kind is not None:
            layer_upload(
                session,
                project,
                kind,
                fields=FIELDS[kind],
                required=REQUIRED.get(kind, ()),
                present=present,
            )
        _table_of_layers(present)
    if checks.open:
        with checks:
            _check(session, project, present)
            _checking(session, project)
            _results(session, project)


def _table_of_layers(present: list[Mapping[str, Any]]) -> None:
    if not present:
        return
    columns = (
        Column(say("Layer")),
        Column(say("File")),
        Column(say("Rows"), Kind.COUNT),
        Column(say("Kept"), Kind.COUNT),
        Column(say("Coordinates")),
        Column(say("Text")),
        Column(say("Imagery of")),
    )
    rows = [
        (
            f"{LAYER_TITLES[LayerKind(layer['kind'])]} v{layer['version']}",
            layer["file_name"],
            layer["rows_in"],
            layer["rows_kept"],
            _how(label(layer["crs"]), CRS_HOW, layer, "crs_how"),
            _how(layer["understood"]["encoding"], ENCODING_HOW, layer, "encoding_how"),
            layer["image_date"] or "—",
        )
        for layer in present
    ]
    st.subheader(say("Layers of this project"))
    show_rows(columns, rows)


def _how(words: object, titles: Mapping[str, Text], layer: Mapping[str, Any], how: str) -> str:
    """Return what was understood with how: what was assumed stays visible."""
    told = titles.get(layer["understood"].get(how, ""))
    return listed([str(words), str(told)]) if told else str(words)


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
    st.html(f'{escape(words)} <a href="{SITE}/versions" target="_self">{link}</a>')


PAGE = Page(
    slug="layers",
    title=_("Layers and check"),
    icon=":material/layers:",
    action=Action.UPLOAD_LAYER,
    section=Section.PARCELS,
    show=show,
)
