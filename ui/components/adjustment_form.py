"""Correcting one figure of a day by an adjustment that keeps the old one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from gis.language import say
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES
from reports.services.adjust_work import adjust_work
from ui import office, reading
from ui.components.literal import literally


def adjustment_form(session: Session, project: Project, townships: Mapping[str, str]) -> None:
    """Ask for township, day, parcel, step and the right area, with the reason."""
    st.caption(say("What was reported stays beside the corrected figure, with your reason."))
    first, second, third = st.columns(3)
    code = first.selectbox(
        say("Township"), list(townships), format_func=townships.__getitem__, key="adjust township"
    )
    day = second.date_input(
        say("Day"), value=office.today() - timedelta(days=1), min_value=project.starts_on,
        max_value=office.today(), key="adjust day",
    )  # fmt: skip
    step = third.selectbox(
        say("Step"), REPORTED_BY_TOWNSHIP, format_func=lambda one: str(STEP_TITLES[one]),
        key="adjust step",
    )  # fmt: skip
    parcels = reading.judged_parcels(session, project)
    own = parcels[(parcels["township_code"] == code) & parcels["ledger_id"].notna()]
    titles = {int(row.ledger_id): f"{row.village} {row.parcel_no}" for row in own.itertuples()}
    left, right = st.columns(2)
    parcel = left.selectbox(
        say("Parcel"), list(titles), format_func=titles.__getitem__, key=f"adjust {code}"
    )
    area_m2 = right.number_input(
        say("Right area of that day (m²)"), min_value=0.0, max_value=1e8, format="%.2f",
        key="adjust area",
    )  # fmt: skip
    reason = st.text_input(say("Why is it corrected?"), key="adjust reason", max_chars=300)
    if not st.button(say("Correct by an adjustment"), key="adjust") or not code or parcel is None:
        return
    count = adjust_work(
        office.store(), session.actor, project, code, day, {(parcel, step): area_m2},
        reason=reason, now=office.now(),
    )  # fmt: skip
    words = say("Corrected.") if count else say("It is that already; nothing was changed.")
    st.success(literally(words))
