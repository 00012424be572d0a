"""A job on a page: how far it is, and in the end its result or what went wrong, in words.

What is shown comes from the store on every run, so it survives a reload and another device.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from gis.language import say
from parcels.jobs import JOB_KINDS, OPEN, JobState
from parcels.people.sessions import Session
from parcels.services.jobs import cancel_job, one_job
from ui import office
from ui.components.literal import literally
from ui.session import require_session

EVERY_S = 1.0


def show_job(session: Session, job_id: int) -> Mapping[str, Any] | None:
    """Show an open job's progress, or a failure in words; return the result once it is done.

    The page runs again as a whole when the job ends.
    """
    job = one_job(office.store(), session.actor, job_id)
    state = JobState(job["state"])
    if state in OPEN:
        _progress(job_id)
        return None
    if state is JobState.FAILED:
        st.error(literally(job["words"]))
    elif state is JobState.CANCELLED:
        st.info(say("This was cancelled; nothing was changed."))
    result: Mapping[str, Any] | None = job["result"]
    return result if state is JobState.DONE else None


@st.fragment(run_every=EVERY_S)
def _progress(job_id: int) -> None:
    session = require_session()  # a fragment runs without the page, and asks again who is there
    job = one_job(office.store(), session.actor, job_id)
    state = JobState(job["state"])
    if state not in OPEN:
        st.rerun()
    kind = JOB_KINDS.get(job["kind"])
    title = str(kind.title) if kind else job["kind"]
    if state is JobState.WAITING:
        words = say("{title}: waiting for its turn …", title=title)
    else:
        words = say("{title}: {words}", title=title, words=job["words"] or "…")
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(job["share"], literally(words))
    if button.button(say("Cancel"), key=f"cancel job {job_id}"):
        cancel_job(office.store(), session.actor, job_id, now=office.now())
        st.rerun()
