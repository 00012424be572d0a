"""The form that corrects a project."""

from __future__ import annotations

from datetime import date

import streamlit as st

from gis.language import say
from gis.units import half_up
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.services.change_project import Correction, change_project, correction_of
from ui import office

M2_PER_HA = 10_000


def correct_project(session: Session, project: Project, said: str) -> None:
    """Ask for the corrected fields and the reason; leave words under ``said`` when written."""
    key = f"correct {project.id}"
    seen = st.session_state.setdefault(f"{key} seen", correction_of(project))
    with st.form(key, border=False):
        name = st.text_input(say("Project name"), value=project.name, max_chars=64)
        left, right = st.columns(2)
        approval = left.text_input(say("Approval number"), value=project.approval_no, max_chars=64)
        approved_on = right.date_input(say("Approved on"), value=project.approved_on)
        scale = left.number_input(
            say("Approved scale (ha)"),
            min_value=0.0,
            value=project.approved_scale_m2 / M2_PER_HA,
            format="%.4f",
        )
        arable = right.number_input(
            say("New arable at approval (ha)"),
            min_value=0.0,
            value=project.approved_new_arable_m2 / M2_PER_HA,
            format="%.4f",
        )
        deadline = left.date_input(say("Deadline"), value=project.deadline)
        cut_off = right.time_input(say("Daily cut-off"), value=project.cut_off)
        reason = st.text_input(say("Reason of the correction"), max_chars=200)
        if not st.form_submit_button(say("Correct"), type="primary"):
            return
    assert isinstance(deadline, date)  # noqa: S101  one day, not a range
    wanted = Correction(
        name=name,
        approval_no=approval,
        approved_on=approved_on if isinstance(approved_on, date) else None,
        approved_scale_m2=_m2(scale, project.approved_scale_m2),
        approved_new_arable_m2=_m2(arable, project.approved_new_arable_m2),
        deadline=deadline,
        cut_off=cut_off,
    )
    del st.session_state[f"{key} seen"]
    change_project(
        office.store(), session.actor, project.id, wanted, seen=seen, reason=reason,
        now=office.now(),
    )  # fmt: skip
    st.session_state[said] = say("The project is corrected.")
    st.rerun()


def _m2(ha: float, present_m2: float) -> float:
    """Return typed hectares as m² at 0.01; what was not touched stays exactly as it was."""
    if half_up(ha, 4) == half_up(present_m2 / M2_PER_HA, 4):
        return present_m2
    return float(half_up(ha * M2_PER_HA, 2))
