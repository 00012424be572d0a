"""Adopting an as-built survey: what it says first, then a reason; the fourth total follows it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gis.language import say
from gis.units import format_m2, format_mu
from parcels import register
from parcels.as_built import counted_as_built_m2
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.services.adopt_as_built import AsBuilt, adopt_as_built, checked_as_built
from parcels.services.keep_layer import LayerKind
from reports.document import Column, Kind
from ui import office
from ui.components.cards import Card, show_cards
from ui.components.figures import reason_words
from ui.components.tables import Marked, show_rows
from ui.reading import version

MOST_ROWS = 200


def as_built(session: Session, project: Project) -> None:
    """Show the newest as-built layers; check one and adopt it."""
    layers = [
        layer
        for layer in register.layers(office.store(), session.actor, project)
        if layer["kind"] == LayerKind.AS_BUILT.value
    ]
    with st.expander(say("As-built survey (fourth total)")):
        if not layers:
            st.caption(
                say("Upload the as-built survey on the page of layers; here it is checked again.")
            )
            return
        names = {layer["id"]: f"v{layer['version']} · {layer['file_name']}" for layer in layers}
        chosen = st.selectbox(
            say("As-built survey"), list(names), format_func=names.__getitem__, key="as built"
        )
        found = _checked(version(), chosen, session)
        _shown(found)
        reason = st.text_input(say("Why it is adopted"), key="as built why")
        if st.button(say("Adopt the survey"), type="primary", key="as built adopt"):
            adopt_as_built(office.store(), session.actor, found, reason=reason, now=office.now())
            st.session_state["acceptance said"] = say("The survey is adopted.")
            st.rerun()


@st.cache_data(show_spinner=False, max_entries=4)
def _checked(at: str, layer_id: int, _session: Session) -> AsBuilt:
    return checked_as_built(office.store(), _session.actor, layer_id)


def _shown(found: AsBuilt) -> None:
    rows = found.matched
    verdicts = pd.Series([Verdict(value) for value in rows["verdict"]], dtype=object)
    counted = counted_as_built_m2(verdicts, rows["new_arable_m2"].reset_index(drop=True))
    failing = int((verdicts == Verdict.FAIL).sum())
    show_cards(
        [
            Card(say("Measured parcels"), str(len(rows))),
            Card(say("New arable as built"), say("{mu} mu", mu=format_mu(float(counted.sum())))),
            Card(say("Fail Y as built"), str(failing), "", "bad" if failing else "good"),
            Card(say("Not in the ledger"), str(len(found.unmatched)), "",
                 "bad" if len(found.unmatched) else "good"),
            Card(say("Not surveyed"), str(len(found.missing)), "", "open"),
        ]
    )  # fmt: skip
    shown = rows.head(MOST_ROWS).to_dict("records")
    show_rows(
        (
            Column(say("Village")),
            Column(say("Parcel")),
            Column(say("As designed (m²)"), Kind.COUNT),
            Column(say("As built (m²)"), Kind.COUNT),
            Column(say("Verdict")),
            Column(say("Ground")),
        ),
        [
            (
                one["village"],
                one["parcel_no"],
                _m2(one["expected_m2"]),
                _m2(one["new_arable_m2"]),
                Marked(
                    str(VERDICT_TITLES[Verdict(one["verdict"])]),
                    "bad" if one["verdict"] == Verdict.FAIL else "",
                ),
                "\n".join(
                    reason_words([{"code": r.code, "values": r.values} for r in one["reasons"]])
                ),
            )
            for one in shown
        ],
    )


def _m2(area_m2: float | None) -> str:
    return "—" if area_m2 is None or pd.isna(area_m2) else format_m2(area_m2)
