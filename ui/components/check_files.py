"""A check's result as files: at once for a small layer, made by the worker for a large one."""

from __future__ import annotations

from html import escape

import streamlit as st

from gis.language import say
from parcels.jobs import OPEN
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.services.jobs import find_jobs, submit_job
from reports.heavy import export_check
from ui import office
from ui.below import SITE
from ui.components.job_progress import show_job
from ui.components.literal import literally

AT_ONCE = 5_000  # parcels; a workbook of 100 000 takes a core half a minute
TITLES = {"xlsx": "Excel", "csv": "CSV", "gpkg": "GeoPackage", "zip": "Shapefile"}
TXT, MEASURE, REPORT, REPORT_WORD = "txt", "measure", "report", "report_word"
ON_PAPER = (REPORT, REPORT_WORD)  # apart: who wants the rows need not wait for the pages


def check_files(session: Session, project: Project, check_id: int, *, parcels: int) -> None:
    """Offer the files."""
    titles = TITLES | {
        TXT: say("Boundary coordinates"),
        MEASURE: say("Field-measure list"),
        REPORT: say("Check report (PDF)"),
        REPORT_WORD: say("Check report (Word)"),
    }
    if parcels <= AT_ONCE:
        _links([(title, f"{SITE}/files/check/{check_id}.{name}") for name, title in titles.items()])
        return
    rows = {name: title for name, title in titles.items() if name not in ON_PAPER}
    pages = {name: titles[name] for name in ON_PAPER}
    _prepared(session, project, check_id, rows, say("Prepare the files"))
    _prepared(session, project, check_id, pages, say("Prepare the check report"))


def _prepared(
    session: Session, project: Project, check_id: int, titles: dict[str, str], words: str
) -> None:
    """Show the links to files that the worker has made, how far it is, or a button to begin."""
    wanted = {"check_id": check_id, "names": list(titles)}
    mine = find_jobs(
        office.store(), session.actor, project_id=project.id, kinds=[export_check.KIND],
        is_mine=True,
    )  # fmt: skip
    job = next((one for one in mine if one["wanted"] == wanted), None)
    result = show_job(session, job["id"]) if job else None
    if job and result:
        files = enumerate(result["files"])
        _links([(titles[file["format"]], f"{SITE}/files/job/{job['id']}/{n}") for n, file in files])
    elif (job is None or job["state"] not in OPEN) and st.button(
        literally(words), key=f"files of check {check_id} {' '.join(titles)}"
    ):
        submit_job(
            office.store(), session.actor, export_check.KIND, project_id=project.id,
            region=project.region, wanted=wanted, now=office.now(),
        )  # fmt: skip
        st.rerun()


def _links(files: list[tuple[str, str]]) -> None:
    links = "".join(
        f'<a class="download" href="{address}" target="_self" download>{escape(title)}</a>'
        for title, address in files
    )
    st.html(f"{escape(say('Download'))}：{links}")
