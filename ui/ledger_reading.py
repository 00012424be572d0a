"""Cached reads of the ledger: keyed by region and by the audit head, which every change moves."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gis.language import language
from parcels import register
from parcels.people.sessions import Session
from parcels.projects import Project
from reports import ledger_columns as _columns  # noqa: F401  hands in stage and photos
from ui import office, reading

KEPT = 12


def ledger_rows(session: Session, project: Project) -> pd.DataFrame:
    """Return the ledger of the person's region, in their language."""
    key = (session.actor.region, project.id, reading.version(), language())
    return _rows(*key, session, project)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _rows(
    region: str, project_id: int, at: str, code: str, _session: Session, _project: Project
) -> pd.DataFrame:
    return register.ledger_rows(office.store(), _session.actor, _project)
