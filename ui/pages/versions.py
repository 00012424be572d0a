"""Versions: what a proposal would change, other limits, and what was in force when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from gis.language import _, say
from parcels import register
from parcels.answerable import answerables
from parcels.heavy import adopt_parcels, check_parcels
from parcels.jobs import OPEN
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.policy import from_terms
from parcels.projects import Project
from parcels.references import references_to
from parcels.regions import Level
from parcels.services.jobs import find_jobs, submit_job
from reports.daily import OFFICE_TIME
from ui import office, reading, version_reading
from ui.components.history_shown import show_history
from ui.components.impact_shown import show_impact
from ui.components.job_progress import show_job
from ui.components.literal import literally, tell
from ui.components.proposal_decision import find_comparison, show_decision
from ui.components.what_if_shown import show_what_if
from ui.pages.page import Page, Section
from ui.session import require_session

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
        _what_if(project)
    elif room == HISTORY:
        show_history(session, project)
    else:
        _proposals(session, project)


def _proposals(session: Session, project: Project) -> None:
    _waiting_unchecked(session, project)
    _job(session, project)
    runs = register.checks(office.store(), session.actor, project)
    declined = register.declined_checks(office.store(), session.actor, project)
    shown = {run["id"]: run for run in runs if run["id"] != project.adopted_check_id}
    every = st.toggle(say("Declined ones too"), key="declined too") if declined else False
    shown = {key: run for key, run in shown.items() if every or key not in declined}
    if not shown:
        st.info(say("No proposal waits: what was checked last is in force."))
        return
    check_id = st.selectbox(
        say("Proposal"),
        list(shown),
        format_func=lambda key: _title(shown[key], is_declined=key in declined),
        key="proposal",
    )
    if no := declined.get(check_id):
        said = say(
            "Declined at {at} by {name}: {reason}",
            at=f"{no['at'].astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}",
            name=no["display_name"],
            reason=no["reason"],
        )
        st.warning(literally(said))
    row = find_comparison(session, project, check_id)
    if row is None:
        return
    found = version_reading.comparison(session, project, row)
    with office.store().reading() as connection:
        references = references_to(connection, found.touched) if project.adopted_check_id else []
    people = answerables(office.store(), session.actor, project)
    regions = reading.outlines(session, project, Level.TOWNSHIP)
    show_impact(found, references, people, regions)
    if may(session.actor, Action.ADOPT_CHECK, project.region) and not no:
        show_decision(session, project, check_id, found)


def _title(run: Mapping[str, Any], *, is_declined: bool) -> str:
    words = say(
        "parcels v{parcels}, structures v{structures}, policy v{policy}",
        parcels=run["parcels_version"],
        structures=run["structures_version"],
        policy=run["policy_version"],
    )
    mark = say("in force before") if run["adopted_at"] else say("proposed")
    mark = say("declined") if is_declined else mark
    return f"#{run['id']} · {words} · {mark}"


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
    st.session_state["version job"] = job["id"]  # what came of it stays, until the next one
    result = show_job(session, job["id"])
    if result is not None and "added" in result:
        said = say(
            "Adopted: {added} parcels added to the ledger, {gone} withdrawn.",
            added=result["added"],
            gone=result["withdrawn"],
        )
        st.success(literally(said))


@st.fragment
def _what_if(project: Project) -> None:
    session = require_session()  # a fragment runs without the page, and asks again who is there
    project = reading.as_it_is_now(project)
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
