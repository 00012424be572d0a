"""Projects, regions and policies: what a county sets up before the first upload."""

from __future__ import annotations

from datetime import date, time, timedelta

import pandas as pd
import streamlit as st

from gis.language import _, say
from gis.units import format_ha, format_limit, format_mu
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.policy import Policy
from parcels.projects import Project, latest_policy, projects, region_names
from parcels.regions import Level
from parcels.services import keep_project
from parcels.workflow import REPORTED_BY_TOWNSHIP, STEP_TITLES, Step
from ui import office
from ui.components.literal import literally, tell
from ui.components.policy_form import policy_form
from ui.components.project_correction import correct_project
from ui.components.regions_sheet import regions_sheet
from ui.components.uploads import layers_of, read_uploaded, uploaded_file
from ui.pages.page import Figures, Page, Section

M2_PER_HA = 10_000
SAID = "projects said"


def show(session: Session) -> None:
    """Show the county's projects with their policy; found a new one; import regions."""
    if not session.actor.region:
        st.info(say("First settle the county on the page of accounts."))
        return
    tell(SAID)
    for project in projects(office.store(), session.actor):
        _project(session, project)
    with st.expander(say("Regions: townships and villages")):
        _regions(session)
    with st.expander(say("New project")):
        _new_project(session)


def _project(session: Session, project: Project) -> None:
    with st.container(border=True):
        st.subheader(literally(f"{project.name}（{project.code}）"))
        st.text(
            say(
                "Approval {no}: {scale} ha, new arable {arable} ha ({mu} mu). {start} to {end}; "
                "counted at “{step}”; cut-off {time}.",
                no=project.approval_no or "—",
                scale=format_ha(project.approved_scale_m2),
                arable=format_ha(project.approved_new_arable_m2),
                mu=format_mu(project.approved_new_arable_m2),
                start=project.starts_on,
                end=project.deadline,
                step=STEP_TITLES[project.counting_step],
                time=f"{project.cut_off:%H:%M}",
            )
        )
        with office.store().reading() as connection:
            newest = latest_policy(connection, project.id)
        if newest:
            terms = newest[2]
            st.text(
                say(
                    "Policy v{version}: X = {share}, Y = {area} m². {document}",
                    version=newest[1],
                    share=format_limit(terms.min_share),
                    area=terms.min_new_arable_m2,
                    document=terms.document_no,
                )
            )
        else:
            st.warning(say("No policy yet: give X and Y before the first check."))
        policy, correction = st.columns(2)
        with policy.popover(say("New policy version"), width="stretch"):
            _policy(session, project, newest[2] if newest else None)
        with correction.popover(say("Correct the project"), width="stretch"):
            correct_project(session, project, SAID)


def _policy(session: Session, project: Project, present: Policy | None) -> None:
    policy = policy_form(f"policy {project.id}", present)
    if policy is None:
        return
    version = keep_project.add_policy(
        office.store(), session.actor, project.id, policy, now=office.now()
    )
    st.session_state[SAID] = say("Policy v{version} is kept.", version=version)
    st.rerun()


def _regions(session: Session) -> None:
    with office.store().reading() as connection:
        names = region_names(connection, session.actor.region)
    counts = {level: sum(len(code) == level for code in names) for level in Level}
    st.text(
        say(
            "{townships} townships and {villages} villages are known.",
            townships=counts[Level.TOWNSHIP],
            villages=counts[Level.VILLAGE],
        )
    )
    if names:
        table = pd.DataFrame({say("Code"): list(names), say("Name"): list(names.values())})
        st.dataframe(table, placeholder="—", hide_index=True, height=200, width="stretch")
    regions_sheet(session, SAID)
    with uploaded_file(say("Boundary layer (zip, gpkg, geojson)"), key="boundaries") as file:
        if file is None:
            return
        layer = st.selectbox(say("Layer of the file"), layers_of(file), key="boundary layer")
        read = read_uploaded(file, layer=layer)
        columns = [c for c in read.frame.columns if c not in ("row", "geometry")]
        code = st.selectbox(say("Column of codes"), columns, key="code column")
        name = st.selectbox(
            say("Column of names"), columns, index=min(1, len(columns) - 1), key="name column"
        )
        if st.button(say("Import regions"), type="primary"):
            count, refused = keep_project.import_regions(
                office.store(),
                session.actor,
                read.frame,
                code_column=code,
                name_column=name,
                now=office.now(),
            )
            st.session_state[SAID] = say(
                "{count} regions imported; refused codes: {refused}.",
                count=count,
                refused=", ".join(refused) or say("none"),
            )
            st.rerun()


def _new_project(session: Session) -> None:
    today = office.today()
    with st.form("project"):
        left, right = st.columns(2)
        code = left.text_input(say("Project code"), max_chars=32)
        name = right.text_input(say("Project name"), max_chars=64)
        approval = left.text_input(say("Approval number"), max_chars=64)
        approved_on = right.date_input(say("Approved on"), value=None)
        scale = left.number_input(say("Approved scale (ha)"), min_value=0.0, format="%.4f")
        arable = right.number_input(
            say("New arable at approval (ha)"), min_value=0.0, format="%.4f"
        )
        starts_on = left.date_input(say("Starts on"), value=today)
        deadline = right.date_input(say("Deadline"), value=today + timedelta(days=180))
        step = left.selectbox(
            say("Counted at the step"),
            list(REPORTED_BY_TOWNSHIP),
            index=REPORTED_BY_TOWNSHIP.index(Step.PLANTED),
            format_func=lambda s: str(STEP_TITLES[s]),
        )
        cut_off = right.time_input(say("Daily cut-off"), value=time(17, 30))
        if st.form_submit_button(say("Create the project"), type="primary"):
            assert isinstance(starts_on, date)  # noqa: S101  one day, not a range
            assert isinstance(deadline, date)  # noqa: S101
            keep_project.create_project(
                office.store(),
                session.actor,
                code=code,
                name=name,
                region=session.actor.region[: Level.COUNTY],
                approval_no=approval,
                approved_on=approved_on,
                approved_scale_m2=scale * M2_PER_HA,
                approved_new_arable_m2=arable * M2_PER_HA,
                starts_on=starts_on,
                deadline=deadline,
                counting_step=step,
                cut_off=cut_off,
                now=office.now(),
            )
            st.rerun()


PAGE = Page(
    slug="projects",
    title=_("Projects and policies"),
    icon=":material/account_tree:",
    action=Action.KEEP_PROJECT,
    section=Section.OFFICE,
    show=show,
    figures=Figures.NONE,
)
