"""Questions about an uploaded layer: how to read it, and which column means what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from gis.crs import label
from gis.findings import KINDS, message
from gis.formats import Layer
from gis.language import Problem, say
from parcels.columns import Field, recognised
from parcels.frames import sample_values
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.regions import Level
from parcels.services.keep_layer import LayerKind
from ui import reading
from ui.components.literal import literally
from ui.components.uploads import Uploaded, read_uploaded

ENCODINGS = ("GB18030", "UTF-8", "BIG5")
BEYOND_COUNTY_DEGREES = 0.1  # boundaries and layers of different years differ a little


def read_as_told(
    session: Session, project: Project, kind: LayerKind, file: Uploaded, names: list[str]
) -> Layer | None:
    """Return the layer as the person wants it read; None while a question is open."""
    layer_name = None
    if len(names) > 1:
        layer_name = st.selectbox(say("Layer of the file"), names, key=f"layer {kind}")
    asked = f"{kind} {file.upload_id}"
    encoding = st.session_state.get(f"encoding {asked}")
    crs = st.session_state.get(f"crs {asked}")
    try:
        read = read_uploaded(
            file,
            layer=layer_name,
            crs=crs,
            encoding=encoding,
            extent_lonlat=_extent(session, project),
        )
    except Problem as problem:
        codes = problem.text.values.get("candidate_codes")
        if not codes:
            raise
        st.error(literally(problem))
        st.selectbox(
            say("Which coordinate system is it? Ask the design firm if unsure."),
            [int(code) for code in codes],
            format_func=lambda code: literally(label(code)),
            index=None,
            key=f"crs {asked}",
        )
        return None
    _understood(read)
    with st.popover(say("The names are garbled?")):
        st.selectbox(
            say("Read the text as"),
            ENCODINGS,
            index=None,
            placeholder=say("found from the text itself"),
            key=f"encoding {asked}",
        )
    return read


def columns_as_told(
    kind: LayerKind,
    fields: tuple[Field, ...],
    read: Layer,
    present: list[Mapping[str, Any]],
) -> dict[str, str]:
    """Return field → column as the person confirmed it.

    The project's last layer of this kind is remembered where its columns are there again.
    """
    columns = [c for c in read.frame.columns if c not in ("row", "geometry")]
    if not fields:
        return {}
    last: Mapping[str, str] = next(
        (layer["columns"] for layer in present if layer["kind"] == kind.value), {}
    )
    remembered = {name: column for name, column in last.items() if column in columns}
    guess = recognised(columns, fields) | remembered
    mapping: dict[str, str] = {}
    heading = say("Columns: {count} recognised", count=len(guess))
    with st.expander(literally(heading), expanded=True):
        places = st.columns(3)
        for position, field in enumerate(fields):
            options = ["", *columns]
            chosen = places[position % 3].selectbox(
                str(field.title),
                options,
                index=options.index(guess.get(field.name, "")),
                format_func=lambda c: literally(c) or "—",
                key=f"column {kind} {field.name} {read.understood.sha256[:12]}",
            )
            if chosen:
                mapping[field.name] = chosen
                samples = " · ".join(sample_values(read.frame, chosen))
                places[position % 3].caption(literally(samples or say("empty")))
    return mapping


def _extent(session: Session, project: Project) -> tuple[float, float, float, float] | None:
    outlines = reading.outlines(session, project, Level.TOWNSHIP)
    if outlines.empty:
        return None
    west, south, east, north = (float(degrees) for degrees in outlines.total_bounds)
    more = BEYOND_COUNTY_DEGREES
    return west - more, south - more, east + more, north + more


def _understood(read: Layer) -> None:
    with st.container(border=True):
        st.subheader(say("What was understood"))
        for sentence in read.understood.sentences():
            st.text(sentence)
        st.text(
            say(
                "{rows} rows in the file = {kept} kept + {rejected} rejected.",
                rows=read.understood.rows_in,
                kept=len(read.frame),
                rejected=len(read.rejected),
            )
        )
    if read.findings:
        rows = [
            {
                say("Row"): found.row,
                say("What"): str(KINDS[found.code].title),
                say("Said"): message(found),
                say("What to do"): str(KINDS[found.code].remedy),
            }
            for found in read.findings
        ]
        st.caption(literally(say("Noticed while reading: {count}", count=len(rows))))
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
