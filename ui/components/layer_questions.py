"""Questions about an uploaded layer: how to read it, and which column means what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from gis.crs import label
from gis.findings import KINDS
from gis.formats import Understood
from gis.language import say
from parcels.columns import Field, as_last_time
from parcels.people.sessions import Session
from parcels.projects import Project, region_names
from parcels.regions import Level
from parcels.services.keep_layer import LayerKind
from parcels.services.place_parcels import BY_LOCATION
from reports.document import Column, Kind
from ui import office, reading
from ui.components.literal import literally
from ui.components.tables import show_rows

ENCODINGS = ("GB18030", "UTF-8", "BIG5")
BEYOND_COUNTY_DEGREES = 0.1  # boundaries and layers of different years differ a little
AS_THE_FILE_SAYS = ("declared", "format", "ascii", "bytes")


def answered(read: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """Ask what stands in the way of reading: which layer, or which coordinate system."""
    st.warning(literally(read["question"]))
    how: dict[str, Any] = {}
    if read["names"]:
        how["layer"] = st.selectbox(
            say("Layer of the file"), read["names"], index=None, format_func=literally,
            key=f"layer {key}",
        )  # fmt: skip
    if read["candidate_codes"]:
        how["crs"] = st.selectbox(
            say("Which coordinate system is it? Ask the design firm if unsure."),
            [int(code) for code in read["candidate_codes"]],
            format_func=lambda code: literally(label(code)),
            index=None,
            key=f"crs {key}",
        )
    return how


def understood_as_told(
    read: Mapping[str, Any], understood: Understood, *, key: str
) -> dict[str, Any]:
    """Show what was understood; return what the person wants read otherwise."""
    how: dict[str, Any] = {}
    if understood.beside:
        names = [understood.layer, *understood.beside]
        how["layer"] = st.selectbox(
            say("Layer of the file"), names, format_func=literally, key=f"layer {key} understood"
        )
    _understood(read, understood)
    with st.popover(say("The names are garbled?")):
        how["encoding"] = st.selectbox(
            say("Read the text as"),
            ENCODINGS,
            index=None,
            placeholder=say("found from the text itself"),
            key=f"encoding {key}",
        )
    if how.get("layer") == understood.layer:
        del how["layer"]  # already so
    return how


def columns_as_told(
    kind: LayerKind,
    fields: tuple[Field, ...],
    samples: Mapping[str, list[str]],
    sha256: str,
    present: list[Mapping[str, Any]],
) -> dict[str, str]:
    """Return field → column as the person confirmed it; ``samples`` is column → three values.

    The project's last layer of this kind is remembered where its columns are there again.
    """
    columns = list(samples)
    if not fields:
        return {}
    last = next((layer for layer in present if layer["kind"] == kind.value), None)
    confirmed, seen = (last["columns"], last["understood"]["columns"]) if last else ({}, ())
    guess, remembered = as_last_time(columns, fields, confirmed, seen)
    mapping: dict[str, str] = {}
    heading = say(
        "Columns: {count} recognised, {remembered} of them as in the last layer",
        count=len(guess),
        remembered=len(remembered),
    )
    with st.expander(literally(heading), expanded=True):
        for position, field in enumerate(fields):
            if position % 3 == 0:
                places = st.columns(3)  # a row of its own: fields stay side by side
            options = ["", *columns]
            chosen = places[position % 3].selectbox(
                str(field.title),
                options,
                index=options.index(guess.get(field.name, "")),
                format_func=lambda c: literally(c) or "—",
                key=f"column {kind} {field.name} {sha256[:12]}",
            )
            if chosen:
                mapping[field.name] = chosen
                words = " · ".join(samples[chosen])
                places[position % 3].caption(literally(words or say("empty")))
    return mapping


def village_as_told(session: Session, project: Project, *, key: str) -> str | None:
    """Ask for the village of parcels whose file has no such column; None while it is open."""
    with office.store().reading() as connection:
        names = region_names(connection, project.region)
    villages = {code: name for code, name in names.items() if len(code) == Level.VILLAGE}
    has_outlines = not reading.outlines(session, project, Level.VILLAGE).empty
    by_location = say("by where each parcel lies in the village outlines")

    def title(code: str) -> str:
        if code == BY_LOCATION:
            return by_location
        township = names.get(code[: Level.TOWNSHIP], "")
        return literally(f"{township} {villages[code]}（{code}）".strip())

    st.info(say("The file has no column of village codes; say which village its parcels lie in."))
    return st.selectbox(
        say("Village of the parcels"),
        [*([BY_LOCATION] if has_outlines else []), *sorted(villages)],
        format_func=title,
        index=0 if has_outlines else None,
        key=f"village {key}",
    )


def extent_of(session: Session, project: Project) -> list[float] | None:
    """Return where the project's layers must lie: west, south, east, north; None: not known."""
    outlines = reading.outlines(session, project, Level.TOWNSHIP)
    if outlines.empty:
        return None
    west, south, east, north = (float(degrees) for degrees in outlines.total_bounds)
    more = BEYOND_COUNTY_DEGREES
    return [west - more, south - more, east + more, north + more]


def _understood(read: Mapping[str, Any], understood: Understood) -> None:
    with st.container(border=True):
        st.subheader(say("What was understood"))
        for sentence in understood.sentences():
            st.text(sentence)
        st.text(
            say(
                "{rows} rows in the file = {kept} kept + {rejected} rejected.",
                rows=understood.rows_in,
                kept=read["kept"],
                rejected=read["rejected"],
            )
        )
        hows = (understood.crs_how, understood.encoding_how)
        if any(how not in AS_THE_FILE_SAYS for how in hows):
            st.warning(
                say("Some of this is assumed, not said by the file; keeping the layer confirms it.")
            )
    counts: Mapping[str, int] = read["counts"]
    if not counts:
        return
    noticed = say("Noticed while reading: {count}", count=sum(counts.values()))
    with st.expander(literally(noticed), expanded=len(read["findings"]) <= 20):
        show_rows(
            (Column(say("What")), Column(say("Count"), Kind.COUNT), Column(say("What to do"))),
            [
                (str(KINDS[code].title), count, str(KINDS[code].remedy))
                for code, count in counts.items()
            ],
        )
        if len(read["findings"]) < sum(counts.values()):
            st.caption(say("The first of each kind; all of them are kept with the layer."))
        rows = [
            {
                say("Row"): found["row"],
                say("What"): str(KINDS[found["code"]].title),
                say("Said"): found["said"],
                say("Where (east, north)"): found.get("where", "—"),  # — of an older reading
            }
            for found in read["findings"]
        ]
        st.dataframe(pd.DataFrame(rows), placeholder="—", hide_index=True, width="stretch")
