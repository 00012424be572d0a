"""A proposal on its way to a decision: compared by the worker, then adopted or declined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from gis.language import say
from parcels import register
from parcels.heavy import adopt_parcels, compare_versions
from parcels.jobs import OPEN, JobState
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.proposals.comparison import Comparison
from parcels.services.decline_check import decline_check
from parcels.services.jobs import find_jobs, submit_job
from reports.daily import OFFICE_TIME
from ui import office
from ui.components.impact_shown import show_moves
from ui.components.job_progress import show_job
from ui.components.literal import literally


def find_comparison(session: Session, project: Project, check_id: int) -> Mapping[str, Any] | None:
    """Return the kept comparison of a proposal; while there is none, show the worker at it."""
    jobs = find_jobs(
        office.store(), session.actor, project_id=project.id, kinds=[compare_versions.KIND]
    )
    newest = next((job for job in jobs if job["wanted"] == {"check_id": check_id}), None)
    is_open = newest is not None and newest["state"] in OPEN
    if newest and (is_open or newest["state"] == JobState.FAILED):
        show_job(session, newest["id"])
    row = register.find_comparison(office.store(), session.actor, project, check_id)
    if is_open:
        return row
    if row is None:
        has_ended = newest is not None and newest["state"] in (JobState.FAILED, JobState.CANCELLED)
        if not has_ended or st.button(say("Compare again"), key="compare again"):
            _compare(session, project, check_id)
    elif not row["is_work_same"]:
        left, right = st.columns([4, 1], vertical_alignment="center")
        at = f"{row['at'].astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}"
        left.info(literally(say("Compared at {at}; work was reported since.", at=at)))
        if right.button(say("Compare again"), key="compare again", width="stretch"):
            _compare(session, project, check_id)
    return row


def show_decision(session: Session, project: Project, check_id: int, found: Comparison) -> None:
    """Let a person adopt the proposal, once they have looked at the moves, or decline it."""
    with st.container(border=True):
        st.text(say("This result is not in force: maps, reports and totals do not rest on it yet."))
        has_seen = True
        if found.moves:
            show_moves(found)
            has_seen = st.checkbox(
                literally(say("I have looked at these moves and confirm them.")),
                key=f"moves seen {check_id} {found.moves_mark[:12]}",
            )
        reason = st.text_input(
            say("Reason, for adopting or declining"), key=f"adopt reason {check_id}", max_chars=500
        ).strip()
        adopt, decline, _room = st.columns([1, 1, 4])
        if adopt.button(
            say("Adopt"), type="primary", disabled=not (reason and has_seen), key="adopt",
            width="stretch",
        ):  # fmt: skip
            st.session_state["version job"] = submit_job(
                office.store(),
                session.actor,
                adopt_parcels.KIND,
                project_id=project.id,
                region=project.region,
                wanted={"check_id": check_id, "reason": reason, "seen": found.moves_mark},
                now=office.now(),
            )
            st.rerun()
        if decline.button(say("Decline"), disabled=not reason, key="decline", width="stretch"):
            decline_check(office.store(), session.actor, check_id, reason=reason, now=office.now())
            st.session_state["versions said"] = say("Declined; it stays readable with its reason.")
            st.rerun()


def _compare(session: Session, project: Project, check_id: int) -> None:
    submit_job(
        office.store(),
        session.actor,
        compare_versions.KIND,
        project_id=project.id,
        region=project.region,
        wanted={"check_id": check_id},
        now=office.now(),
    )
    st.rerun()
