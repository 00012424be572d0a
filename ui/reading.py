"""Cached reads: keyed by region and by the newest change that touches it."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.language import say
from parcels import register
from parcels.people.sessions import Session
from parcels.projects import Project, projects
from parcels.regions import Level
from reports import reading
from ui import office
from ui.office import version

KEPT = 48
CHOSEN = "project in mind"


def newest_change(session: Session) -> str:
    """Return a value that is new after each change to what a township sees of itself.

    Whoever sees a county sees odd codes too, so any change counts for them.
    """
    return version(session.actor.region if session.actor.is_township else "")


def judged_parcels(session: Session, project: Project) -> gpd.GeoDataFrame:
    """Return the adopted check's parcels of the person's region, lon/lat."""
    return _parcels(session.actor.region, project.id, newest_change(session), session, project)


def stage_events(session: Session, project: Project) -> pd.DataFrame:
    """Return the region's stage events."""
    return _events(session.actor.region, project.id, newest_change(session), session, project)


def reports_between(session: Session, project: Project, first: date, last: date) -> pd.DataFrame:
    """Return the region's daily reports of these days."""
    return _reports(
        session.actor.region, project.id, newest_change(session), first, last, session, project
    )


def entries(session: Session, project: Project, report_id: int) -> pd.DataFrame:
    """Return the entries of one report of the region."""
    return _entries(
        session.actor.region, project.id, newest_change(session), report_id, session, project
    )


def verdict_rows(session: Session, project: Project, check_id: int) -> pd.DataFrame:
    """Return the light rows of a check: shared by everyone who may see it, so never edited."""
    return _verdicts(session.actor.region, project.id, check_id, session, project)


def details(session: Session, project: Project, report_id: int) -> reading.ReportDetails:
    """Return what a report of the region lists beside its entries."""
    return _details(
        session.actor.region, project.id, newest_change(session), report_id, session, project
    )


def outlines(session: Session, project: Project, level: Level) -> gpd.GeoDataFrame:
    """Return the outlines of a level in the person's region."""
    region = session.actor.region if session.actor.is_township else project.region
    return _outlines(region, int(level), version())


def chosen_project(session: Session) -> Project | None:
    """Return the project the person works on; asks only where there are several."""
    found = projects(office.store(), session.actor)
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    names = {project.id: f"{project.name}（{project.code}）" for project in found}
    # Streamlit forgets a widget's value with its page: the choice is kept beside it
    last = st.session_state.get(CHOSEN)
    if "project" not in st.session_state and last in names:
        st.session_state["project"] = last
    key = st.selectbox(say("Project"), list(names), format_func=names.__getitem__, key="project")
    st.session_state[CHOSEN] = key
    return next(project for project in found if project.id == key)


def project_in_mind(session: Session) -> Project | None:
    """Return the project the person last chose, without asking; the first one before that."""
    found = projects(office.store(), session.actor)
    key = st.session_state.get("project", st.session_state.get(CHOSEN))
    return next((project for project in found if project.id == key), found[0] if found else None)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _parcels(
    region: str, project_id: int, at: str, _session: Session, _project: Project
) -> gpd.GeoDataFrame:
    return register.judged_parcels(office.store(), _session.actor, _project)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _events(
    region: str, project_id: int, at: str, _session: Session, _project: Project
) -> pd.DataFrame:
    return register.stage_events(office.store(), _session.actor, _project)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _reports(
    region: str,
    project_id: int,
    at: str,
    first: date,
    last: date,
    _session: Session,
    _project: Project,
) -> pd.DataFrame:
    return reading.reports_between(office.store(), _session.actor, _project, first, last)


@st.cache_data(show_spinner=False, max_entries=4 * KEPT)
def _entries(
    region: str, project_id: int, at: str, report_id: int, _session: Session, _project: Project
) -> pd.DataFrame:
    return reading.entries_of(office.store(), _session.actor, _project, report_id)


@st.cache_data(show_spinner=False, max_entries=4 * KEPT)
def _details(
    region: str, project_id: int, at: str, report_id: int, _session: Session, _project: Project
) -> reading.ReportDetails:
    return reading.details_of(office.store(), _session.actor, _project, report_id)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _outlines(region: str, level: int, at: str) -> gpd.GeoDataFrame:
    return register.region_outlines(office.store(), region, Level(level))


@st.cache_resource(show_spinner=False, max_entries=4)
def _verdicts(
    region: str, project_id: int, check_id: int, _session: Session, _project: Project
) -> pd.DataFrame:
    return register.verdict_rows(office.store(), _session.actor, _project, check_id)
