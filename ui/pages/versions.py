"""Versions: what a proposal would change, other limits, and what was in force when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from gis.language import _, say
from parcels import register
from parcels.answerable import answerables
from parcels.heavy import adopt_parcels, check_parcels
from parcels.jobs import OPEN, JobState
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.policy import from_terms
from parcels.projects import Project
from parcels.references import references_to
from parcels.regions import Level
from parcels.services.adopt_check import Proposal
from parcels.services.jobs import find_jobs, submit_job
from ui import office, reading, version_reading
from ui.components.history_shown import show_history
from ui.components.impact_shown import show_impact, show_moves
from ui.components.job_progress import show_job
from ui.components.literal import literally, tell
from ui.components.what_if_shown import show_what_if
from ui.pages.page import Page, Section

PROPOSALS, TRYING, HISTORY = "proposals", "what_if", "history"
ROOMS = {
    PROPOSALS: _("Proposals and impact"),
    TRYING: _("What if X or Y were different?"),
    HISTORY: _("Adopted when and why"),
}


def show(session: Session) -> None:
    """Show one of the three rooms; only the chosen one is worked out."""
    project = reading.chosen_project(session)
    if project is None:
        st.info(say("There is no project yet."))
        return
    tell("versions said")
    room = st.segmented_control(
        say("Show"),
        list(ROOMS),
        format_func=lambda name: str(ROOMS[name]),
        default=PROPOSALS,
        key="versions room",
        label_visibility="collapsed",
    )
    if room == TRYING:
        _what_if(session, project)
    elif room == HISTORY:
        show_history(session, project)
    else:
        _proposals(session, project)


def _proposals(session: Session, project: Project) -> None:
    _waiting_unchecked(session, project)
    _job(session, project)
    runs = register.checks(office.store(), session.actor, project)
    open_runs = {run["id"]: run for run in runs if run["id"] != project.adopted_check_id}
    if not open_runs:
        st.info(say("No proposal waits: what was checked last is in force."))
        return
    check_id = st.selectbox(
        say("Proposal"),
        list(open_runs),
        format_func=lambda key: _title(open_runs[key], project),
        key="proposal",
    )
    with st.spinner(say("Comparing both versions …")):
        proposed = version_reading.proposal(session, project, check_id)
    ids = _touched(proposed)
    with office.store().reading() as connection:
        references = references_to(connection, ids) if project.adopted_check_id else []
    people = answerables(office.store(), session.actor, project)
    regions = reading.outlines(session, project, Level.TOWNSHIP)
    show_impact(proposed, references, people, regions)
    if may(session.actor, Action.ADOPT_CHECK, project.region):
        _adopt(session, project, proposed)


def _title(run: Mapping[str, Any], project: Project) -> str:
    words = say(
        "parcels v{parcels}, structures v{structures}, policy v{policy}",
        parcels=run["parcels_version"],
        structures=run["structures_version"],
        policy=run["policy_version"],
    )
    mark = say("in force before") if run["adopted_at"] else say("proposed")
    return f"#{run['id']} · {words} · {mark}"


def _touched(proposed: Proposal) -> list[int]:
    """Return the ledger rows of parcels that are not simply the same as before."""
    is_changed = (proposed.impact.old["change"] != "same").to_numpy(dtype=bool)
    return [int(i) for i in proposed.old.loc[is_changed, "ledger_id"].dropna()]


def _waiting_unchecked(session: Session, project: Project) -> None:
    """Offer to check what was uploaded or decided since the newest check: it is no proposal yet."""
    if not may(session.actor, Action.UPLOAD_LAYER, project.region):
        return
    newest = register.newest_versions(office.store(), session.actor, project)
    if newest is None or newest["is_checked"]:
        return
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.info(
        literally(
            say(
                "A newer version has not been checked yet: parcels v{parcels}, structures "
                "v{structures}, policy v{policy}.",
                parcels=newest["parcels"],
                structures=newest["structures"],
                policy=newest["policy"],
            )
        )
    )
    if right.button(say("Check it"), type="primary", width="stretch"):
        submit_job(
            office.store(),
            session.actor,
            check_parcels.KIND,
            project_id=project.id,
            region=project.region,
            wanted={
                "parcel_layer_id": newest["parcel_layer_id"],
                "structure_layer_id": newest["structure_layer_id"],
            },
            now=office.now(),
        )
        st.rerun()


def _job(session: Session, project: Project) -> None:
    """Show the person's newest check or adoption while it runs, and what came of it once."""
    mine = find_jobs(
        office.store(), session.actor, project_id=project.id,
        kinds=[check_parcels.KIND, adopt_parcels.KIND], is_mine=True, most=1,
    )  # fmt: skip
    if not mine:
        return
    job = mine[0]
    is_news = st.session_state.get("version job") == job["id"]
    if not is_news and job["state"] not in OPEN:
        return
    st.session_state["version job"] = job["id"]
    result = show_job(session, job["id"])
    if result is not None:
        del st.session_state["version job"]
        if "added" in result:
            st.session_state["versions said"] = say(
                "Adopted: {added} parcels added to the ledger, {gone} withdrawn.",
                added=result["added"],
                gone=result["withdrawn"],
            )
            st.rerun()
    elif job["state"] == JobState.FAILED:
        del st.session_state["version job"]


def _adopt(session: Session, project: Project, proposed: Proposal) -> None:
    plan = version_reading.moves(session, project, proposed)
    with st.container(border=True):
        st.text(say("This result is not in force: maps, reports and totals do not rest on it yet."))
        has_seen = True
        if plan.pieces:
            show_moves(proposed, plan)
            has_seen = st.checkbox(
                literally(say("I have looked at these moves and confirm them.")),
                key=f"moves seen {proposed.check_id} {plan.mark[:12]}",
            )
        reason = st.text_input(
            say("Reason for adopting it"), key=f"adopt reason {proposed.check_id}", max_chars=500
        )
        is_ready = bool(reason.strip()) and has_seen
        if st.button(say("Adopt"), type="primary", disabled=not is_ready, key="adopt"):
            st.session_state["version job"] = submit_job(
                office.store(),
                session.actor,
                adopt_parcels.KIND,
                project_id=project.id,
                region=project.region,
                wanted={"check_id": proposed.check_id, "reason": reason, "seen": plan.mark},
                now=office.now(),
            )
            st.rerun()


@st.fragment
def _what_if(session: Session, project: Project) -> None:
    if project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    run = next(
        one
        for one in register.checks(office.store(), session.actor, project)
        if one["id"] == project.adopted_check_id
    )
    policy = from_terms(run["terms"])
    parcels, figures = version_reading.measured_parcels(session, project)
    show_what_if(parcels, figures, policy)


PAGE = Page(
    slug="versions",
    title=_("Versions and impact"),
    icon=":material/difference:",
    action=Action.SEE_PROPOSALS,
    section=Section.PARCELS,
    show=show,
)
