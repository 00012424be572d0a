"""Reads of versions, kept: two checks and what lies between them never change.

They are kept for everyone, so rights are asked before, on every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from parcels import register
from parcels.people import access
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.proposals.comparison import Comparison
from parcels.regions import narrower
from parcels.what_if import Measured
from reports import references as _references  # noqa: F401  hands in what refers to parcels
from reports.believed_work import believed_work as reports_believed
from ui import office, reading

KEPT = 4  # of a county of 100 000 parcels each takes some hundred megabytes


def comparison(session: Session, project: Project, row: Mapping[str, Any]) -> Comparison:
    """Return what a kept comparison holds."""
    access.require(session.actor, Action.SEE_PROPOSALS, project.region)
    return _comparison(row["file_sha256"], session, project, row)


def measured_parcels(session: Session, project: Project) -> tuple[gpd.GeoDataFrame, Measured]:
    """Return the adopted parcels with their figures, ready for other limits."""
    access.require(session.actor, Action.SEE_PROPOSALS, project.region)
    mark = register.withdrawal_mark(office.store(), project)
    return _measured(project.adopted_check_id, mark, session, project)


def believed_parcels(
    session: Session, project: Project, adoption_id: int, moment: datetime
) -> gpd.GeoDataFrame:
    """Return the region's parcels as they stood at a moment under an adoption."""
    return _believed(session.actor.region, adoption_id, moment, session, project)


def believed_work(session: Session, project: Project, moment: datetime) -> pd.DataFrame:
    """Return the region's work as it counted at a moment; asked again after every change."""
    region = narrower(session.actor.region, project.region)
    return _work(region, project.id, reading.version(), moment, session, project)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _comparison(
    sha256: str, _session: Session, _project: Project, _row: Mapping[str, Any]
) -> Comparison:
    return register.comparison_of(office.store(), _session.actor, _project, _row)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _measured(
    adopted_id: int | None, mark: tuple[int, int], _session: Session, _project: Project
) -> tuple[gpd.GeoDataFrame, Measured]:
    return register.measured_parcels(office.store(), _session.actor, _project)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _believed(
    region: str, adoption_id: int, moment: datetime, _session: Session, _project: Project
) -> gpd.GeoDataFrame:
    return register.believed_parcels(office.store(), _session.actor, _project, adoption_id, moment)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _work(
    region: str, project_id: int, at: str, moment: datetime, _session: Session, _project: Project
) -> pd.DataFrame:
    return reports_believed(office.store(), _session.actor, _project, moment)
