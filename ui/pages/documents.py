"""Documents: what was issued for a day, byte for byte; making a day's set; the templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from gis.language import _, named, say
from parcels.people.access import Action, may
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.services.jobs import submit_job
from reports.daily import OFFICE_TIME
from reports.heavy import issue_documents as issuing
from reports.services.issue_documents import FORMATS, issued, title_of
from reports.services.make_documents import DAY_SET, MAKERS
from ui import office, reading
from ui.below import SITE
from ui.components.document_templates import show_templates
from ui.components.job_progress import show_job
from ui.components.literal import literally
from ui.components.map_export import show_map_export
from ui.components.package_export import show_package_export
from ui.pages.page import Figures, Page

JOB = "documents job"


def show(session: Session) -> None:
    """Show a day's issued documents, and to the bureau the means to make them."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there are no figures."))
        return
    parts: list[tuple[str, Callable[[], None]]] = [
        (say("Documents"), lambda: _documents(session, project))
    ]
    if may(session.actor, Action.EXPORT_MAP):
        parts.append((say("Maps"), lambda: show_map_export(session, project)))
        parts.append((say("Acceptance package"), lambda: show_package_export(session, project)))
    if may(session.actor, Action.KEEP_TEMPLATES):
        parts.append((say("Templates"), lambda: show_templates(session)))
    if len(parts) == 1:
        _documents(session, project)
        return
    for tab, (_title, show_part) in zip(st.tabs([t for t, _s in parts]), parts, strict=True):
        with tab:
            show_part()


def _documents(session: Session, project: Project) -> None:
    last = min(office.today(), project.deadline)
    day = st.date_input(
        say("Day"), last, min_value=project.starts_on, max_value=last, key="documents day"
    )
    if not isinstance(day, date):
        return
    if may(session.actor, Action.ISSUE_DOCUMENT, project.region):
        _make(session, project, day)
    rows = issued(office.store(), session.actor, project, day)
    if not rows:
        st.info(say("Nothing has been issued for this day yet."))
        return
    names = {project.region: say("Whole county")}
    names |= townships(office.store(), project, session.actor)
    st.html(_listed(rows, names))


def _make(session: Session, project: Project, day: date) -> None:
    chosen = st.pills(
        say("Which documents?"),
        list(MAKERS),
        selection_mode="multi",
        default=list(DAY_SET),
        format_func=title_of,
        key="documents wanted",
    )
    words = say("Make and keep them as {formats}", formats=named(FORMATS))
    if st.button(literally(words), type="primary", disabled=not chosen, key="make documents"):
        st.session_state[JOB] = submit_job(
            office.store(),
            session.actor,
            issuing.KIND,
            project_id=project.id,
            region=project.region,
            wanted={"day": str(day), "only": chosen, "formats": list(FORMATS)},
            now=office.now(),
        )
    if JOB in st.session_state:
        result = show_job(session, st.session_state[JOB])
        if result is not None:
            del st.session_state[JOB]
            words = say("{count} files were made and are listed below.", count=result["count"])
            st.success(literally(words))


def _listed(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Return a table of documents: newest version first, each format a link."""
    heads = (say("Document"), say("Of"), say("Version"), say("Made at"), say("State"), say("Files"))

    def key(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return (row["region"], row["name"], -row["version"])

    lines = []
    for _group, members in groupby(sorted(rows, key=key), key=key):
        files = sorted(members, key=lambda row: FORMATS.index(row["suffix"])
                       if row["suffix"] in FORMATS else len(FORMATS))  # fmt: skip
        first = files[0]
        links = " ".join(
            f'<a class="download" href="{SITE}/files/issued/{row["id"]}" target="_self" download>'
            f"{escape(row['suffix'])}</a>"
            for row in files
        )
        cells = (
            first["title"],
            names.get(first["region"], first["region"]),
            f"v{first['version']}",
            f"{first['made_at'].astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}",
            first["state"],
        )
        lines.append(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
            + f"<td>{links}</td></tr>"
        )  # fmt: skip
    head = "".join(f"<th>{escape(title)}</th>" for title in heads)
    return (
        '<div class="rows"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


PAGE = Page(
    slug="documents",
    title=_("Documents"),
    icon=":material/description:",
    action=Action.EXPORT_SUMMARY,
    show=show,
    figures=Figures.NONE,
)
