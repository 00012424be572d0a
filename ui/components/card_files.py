"""Evidence cards as one PDF: choose which, wait, download."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import say
from parcels.jobs import OPEN
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.services.jobs import find_jobs, submit_job
from parcels.totals import JUDGED
from reports.heavy import contact_sheet
from ui import office
from ui.below import SITE
from ui.components.job_progress import show_job
from ui.components.literal import literally


def card_files(session: Session, project: Project) -> None:
    """Offer the PDF of a township's cards, or of the whole project's."""
    names = townships(office.store(), project, session.actor)
    if not session.actor.is_township:
        names = {project.region: say("Whole county")} | names
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    area = left.selectbox(
        say("Township"), list(names), format_func=names.__getitem__, key="cards area"
    )
    verdicts = right.pills(
        say("Verdict"), list(JUDGED), format_func=lambda v: str(VERDICT_TITLES[v]),
        selection_mode="multi", default=[Verdict.FAIL], key="cards verdicts",
    )  # fmt: skip
    wanted = {"verdicts": [str(one) for one in verdicts], "check": project.adopted_check_id}
    mine = find_jobs(
        office.store(), session.actor, project_id=project.id, kinds=[contact_sheet.KIND],
        is_mine=True,
    )  # fmt: skip
    job = next((one for one in mine if one["wanted"] == wanted and one["region"] == area), None)
    result = show_job(session, job["id"]) if job else None
    if job and result:
        words = say("{count} cards as one PDF", count=result["cards"])
        st.html(
            f'<a class="download" href="{SITE}/files/job/{job["id"]}/0" target="_self" download>'
            f"{escape(words)}</a>"
        )
    if (job is None or job["state"] not in OPEN) and area is not None and st.button(
        literally(say("Draw the cards again") if result else say("Draw the cards")),
        key="draw cards", type="secondary" if result else "primary",
    ):  # fmt: skip
        submit_job(
            office.store(), session.actor, contact_sheet.KIND, project_id=project.id,
            region=area, wanted=wanted, now=office.now(),
        )  # fmt: skip
        st.rerun()
