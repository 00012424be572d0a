"""An upload on its way into the register: read by the worker, asked about, confirmed, kept.

What a person is at stands in the session; after a reload it is found again by its job, for as long
as the file waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from gis.formats import Understood
from gis.language import named, say
from parcels.columns import Field, coverage_among
from parcels.heavy import read_layer
from parcels.jobs import JobState
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.services.inbox import is_received, put_away, receive
from parcels.services.jobs import find_jobs, submit_job
from parcels.services.keep_layer import LAYER_TITLES, LayerKind
from reports.heavy import keep_layer
from ui import office
from ui.components.job_progress import show_job
from ui.components.layer_questions import (
    answered,
    columns_as_told,
    extent_of,
    understood_as_told,
    village_as_told,
)
from ui.components.literal import literally

Draft = dict[str, Any]
VILLAGE, OF_VILLAGE = "village_code", (LayerKind.PARCELS, LayerKind.AS_BUILT)


def layer_upload(
    session: Session,
    project: Project,
    kind: LayerKind,
    *,
    fields: tuple[Field, ...],
    required: tuple[str, ...],
    present: list[Mapping[str, Any]],
) -> None:
    """Show the uploader and the questions about what was uploaded, up to keeping it."""
    label = say("Zipped shapefile, GeoPackage, coordinate TXT, Excel, DXF and more")
    # every suffix may come: what is no layer is answered in words, not refused without a word
    upload = st.file_uploader(literally(label), key=f"upload {kind}")
    draft = _draft(session, project, kind, upload)
    if draft is None:
        return
    name, discard = st.columns([5, 1], vertical_alignment="center")
    name.text(say("File: {name}", name=draft["name"]))
    if discard.button(say("Put away"), key=f"put away {kind}"):
        put_away(office.store(), session.actor, project, draft["file"])
        st.session_state[_key(project, kind)] = draft | {"is_away": True}
        st.rerun()
    if "keeping" in draft:
        _keeping(session, project, kind, draft)
        return
    read = show_job(session, draft["reading"])
    if read is None:
        return
    if "question" in read:
        _ask_again(session, project, kind, draft, answered(read, key=f"{kind} {draft['file']}"))
        return
    understood = Understood(**read["understood"])
    told = understood_as_told(read, understood, key=f"{kind} {draft['file']}")
    _ask_again(session, project, kind, draft, told)
    mapping = columns_as_told(kind, fields, read["samples"], understood.sha256, present)
    village: str | None = ""
    if kind in OF_VILLAGE and VILLAGE not in mapping:
        village = village_as_told(session, project, key=f"{kind} {draft['file']}")
        required = tuple(name for name in required if name != VILLAGE)
    lacking = [field for field in fields if field.name in required and field.name not in mapping]
    if lacking or village is None:
        names = named(str(field.title) for field in lacking) or say("Village")
        st.warning(literally(say("Still to choose: {names}", names=names)))
        return
    image_date = coverage = None
    if kind is LayerKind.STRUCTURES:
        chosen = st.date_input(say("Date of the imagery they were read from"), value=None)
        image_date = chosen if isinstance(chosen, date) else None
        coverage = _coverage(understood)
    if st.button(say("This is right: keep the layer"), type="primary", key=f"keep {kind}"):
        wanted = _wanted(session, project, draft) | {
            "kind": kind.value,
            "layer": understood.layer if understood.beside else None,
            "sha256": understood.sha256,
            "mapping": mapping,
            "image_date": image_date.isoformat() if image_date else None,
            "coverage": coverage,
            "village": village,
        }
        keeping = _submit(session, project, keep_layer.KIND, wanted)
        st.session_state[_key(project, kind)] = draft | {"keeping": keeping}
        st.rerun()


def _key(project: Project, kind: LayerKind) -> str:
    return f"draft {project.id} {kind}"


def _draft(session: Session, project: Project, kind: LayerKind, upload: Any) -> Draft | None:
    """Return what is being uploaded: what has just come, what is at work, or what was left."""
    draft: Draft | None = st.session_state.get(_key(project, kind))
    if upload is not None and (draft is None or draft["upload"] != upload.file_id):
        suffix = Path(upload.name).suffix.lower()
        file = receive(office.store(), session.actor, project, upload.getbuffer(), suffix=suffix)
        draft = {"upload": upload.file_id, "file": file, "name": Path(upload.name).name[-255:],
                 "kind": kind.value, "how": {}}  # fmt: skip
        draft["reading"] = _read(session, project, draft)
        st.session_state[_key(project, kind)] = draft
    elif draft is None:
        draft = _left(session, project, kind)
        if draft is not None:
            st.session_state[_key(project, kind)] = draft
    return None if draft is None or draft.get("is_away") else draft


def _left(session: Session, project: Project, kind: LayerKind) -> Draft | None:
    """Return the person's newest upload of this kind that is not kept yet."""
    mine = find_jobs(
        office.store(), session.actor, project_id=project.id, is_mine=True,
        kinds=[read_layer.KIND, keep_layer.KIND],
    )  # fmt: skip
    of_kind = [job for job in mine if job["wanted"]["kind"] == kind.value]
    if not of_kind or not is_received(office.store(), of_kind[0]["wanted"]["file"]):
        return None
    newest, wanted = of_kind[0], of_kind[0]["wanted"]
    how = {name: wanted[name] for name in ("layer", "crs", "encoding") if name in wanted}
    draft = {"upload": None, "file": wanted["file"], "name": wanted["name"], "kind": kind.value,
             "how": how}  # fmt: skip
    if newest["kind"] == keep_layer.KIND.name:
        return None if newest["state"] == JobState.DONE else draft | {"keeping": newest["id"]}
    return draft | {"reading": newest["id"]}


def _ask_again(
    session: Session, project: Project, kind: LayerKind, draft: Draft, how: Mapping[str, Any]
) -> None:
    """Have the file read as the person said, if that is another way than before."""
    wanted = draft["how"] | {name: value for name, value in how.items() if value is not None}
    if wanted == draft["how"]:
        return
    draft = draft | {"how": wanted}
    st.session_state[_key(project, kind)] = draft | {"reading": _read(session, project, draft)}
    st.rerun()


def _read(session: Session, project: Project, draft: Draft) -> int:
    return _submit(session, project, read_layer.KIND, _wanted(session, project, draft))


def _wanted(session: Session, project: Project, draft: Draft) -> dict[str, Any]:
    named = {name: draft[name] for name in ("file", "name", "kind")}
    return named | draft["how"] | {"extent_lonlat": extent_of(session, project)}


def _submit(session: Session, project: Project, job: Any, wanted: Mapping[str, Any]) -> int:
    return submit_job(
        office.store(), session.actor, job, project_id=project.id, region=project.region,
        wanted=wanted, now=office.now(),
    )  # fmt: skip


def _keeping(session: Session, project: Project, kind: LayerKind, draft: Draft) -> None:
    """Show how far the keeping is; once it is done, be ready for the next file."""
    kept = show_job(session, draft["keeping"])
    if kept is None:
        return
    st.session_state[_key(project, kind)] = draft | {"is_away": True}
    st.session_state["layers said"] = say(
        "{title}: {rows} rows kept.", title=LAYER_TITLES[kind], rows=kept["rows"]
    )
    st.rerun()


def _coverage(understood: Understood) -> str | None:
    """Ask where structures were read: a layer of the file by its name first, or everywhere."""
    first = coverage_among(understood.beside)
    whole = say("The whole project")
    chosen = st.selectbox(
        say("Where were structures read? Elsewhere, no structures proves nothing."),
        [*([first] if first else []), whole, *(n for n in understood.beside if n != first)],
        format_func=literally,
        key=f"coverage {understood.sha256[:12]}",
    )
    return None if chosen == whole else chosen
