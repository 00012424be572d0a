"""A village's acceptance package: choose the village, wait, download."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import say
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.services.jobs import submit_job
from reports.heavy import acceptance_package
from ui import office, reading
from ui.below import SITE
from ui.components.job_progress import show_job

JOB = "package job"


def show_package_export(session: Session, project: Project) -> None:
    """Show the villages with parcels and, once made, the package of this person's last order."""
    st.caption(
        say(
            "One zip in the order of a review: list and self-check, map, coordinates, images "
            "before and after, photos."
        )
    )
    parcels = reading.judged_parcels(session, project)
    known = parcels[parcels["village_code"] != ""].drop_duplicates("village_code")
    names = {
        row["village_code"]: f"{row['township']} {row['village']}"
        for row in known.sort_values("village_code").to_dict("records")
    }
    village = st.selectbox(
        say("Village"), list(names), format_func=names.__getitem__, key="package village"
    )
    if st.button(
        say("Make the package"), type="primary", disabled=village is None, key="make package"
    ):
        st.session_state[JOB] = submit_job(
            office.store(), session.actor, acceptance_package.KIND, project_id=project.id,
            region=village, wanted={}, now=office.now(),
        )  # fmt: skip
    if JOB not in st.session_state:
        return
    result = show_job(session, st.session_state[JOB])
    if result is not None:
        name = escape(result["files"][0]["name"])
        st.html(
            f'<a class="download" href="{SITE}/files/job/{st.session_state[JOB]}/0" target="_self" '
            f"download>{name}</a>"
        )
