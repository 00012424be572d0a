"""Maps to take out: choose township, day, colours and formats, wait, download."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from gis.language import say
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.services.jobs import submit_job
from reports.heavy import map_files
from reports.maps.sheet import COLOUR_TITLES, Colour, Paper
from reports.services.map_files import offered
from ui import office
from ui.below import SITE
from ui.components.job_progress import show_job
from ui.components.literal import literally

JOB = "map export job"


def show_map_export(session: Session, project: Project) -> None:
    """Show the choices and, once made, the files of this person's last order."""
    st.caption(say("Maps bear your name and the time, and each is written down in the audit log."))
    names = townships(office.store(), project, session.actor)
    if may(session.actor, Action.EXPORT_MAP, project.region):
        names = {project.region: say("Whole county")} | names
    left, middle, right = st.columns([2, 2, 2], vertical_alignment="bottom")
    area = left.selectbox(
        say("Township"), list(names), format_func=names.__getitem__, key="export area"
    )
    last = min(office.today(), project.deadline)
    day = middle.date_input(
        say("Day"), last, min_value=project.starts_on, max_value=last, key="export day"
    )
    colour = right.segmented_control(
        say("Colour by"), list(Colour), default=Colour.STAGE, required=True,
        format_func=lambda one: str(COLOUR_TITLES[one]), key="export colour",
    )  # fmt: skip
    titles = offered(office.store())
    chosen = st.pills(
        say("Formats"), list(titles), selection_mode="multi", default=["pdf", "html"],
        format_func=lambda one: str(titles[one]), key="export formats",
    )  # fmt: skip
    paper = st.segmented_control(
        say("Paper"), list(Paper), default=Paper.A4, required=True,
        format_func=lambda one: literally(one.value.upper()), key="export paper",
    )  # fmt: skip
    if st.button(
        say("Draw the maps"), type="primary", disabled=not chosen or area is None, key="draw maps"
    ) and isinstance(day, date):
        wanted = {"day": str(day), "colour": colour, "paper": paper, "suffixes": chosen}
        st.session_state[JOB] = submit_job(
            office.store(), session.actor, map_files.KIND, project_id=project.id, region=area,
            wanted=wanted, now=office.now(),
        )  # fmt: skip
    if JOB not in st.session_state:
        return
    result = show_job(session, st.session_state[JOB])
    if result is not None:
        job = st.session_state[JOB]
        links = " ".join(
            f'<a class="download" href="{SITE}/files/job/{job}/{place}" target="_self" download>'
            f"{escape(file['name'])}</a>"
            for place, file in enumerate(result["files"])
        )
        st.html(f"{escape(say('Download'))}：{links}")
