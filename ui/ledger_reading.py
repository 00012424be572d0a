"""Cached reads of the ledger: keyed by region and by the audit head, which every change moves."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from gis.language import language
from parcels import register
from parcels.ledger.wanted import WantedRows
from parcels.people.sessions import Session
from parcels.projects import Project
from reports import ledger_columns as _columns  # noqa: F401  hands in stage, photos, notices
from ui import office, reading

KEPT = 24


def ledger_ids(session: Session, project: Project, wanted: WantedRows) -> list[int]:
    """Return the ids of the wanted rows of the person's region, in their order."""
    key = (session.actor.region, project.id, reading.version(), language())
    return _ids(*key, wanted, session, project)


def ledger_rows(session: Session, project: Project, ids: Sequence[int]) -> pd.DataFrame:
    """Return these rows of the ledger in the person's region and language, in order."""
    key = (session.actor.region, project.id, reading.version(), language())
    return _rows(*key, tuple(ids), session, project)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _ids(
    region: str,
    project_id: int,
    at: str,
    code: str,
    wanted: WantedRows,
    _session: Session,
    _project: Project,
) -> list[int]:
    return register.ledger_ids(office.store(), _session.actor, _project, wanted)


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _rows(
    region: str,
    project_id: int,
    at: str,
    code: str,
    ids: tuple[int, ...],
    _session: Session,
    _project: Project,
) -> pd.DataFrame:
    return register.ledger_rows(office.store(), _session.actor, _project, ids)
