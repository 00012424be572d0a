"""Kept reads: of each region the newest state, read again after a change that touches it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.language import Text, say
from parcels import register
from parcels.people.sessions import Session
from parcels.projects import Project, one_project, projects
from parcels.regions import Level
from parcels.workflow import Step
from reports import reading
from reports.completion import done_m2
from reports.counted import is_counted, why_not_counted
from reports.room import ready_by_step
from ui import office
from ui.kept import Newest
from ui.office import version

KEPT = 256  # every township of a county at the cut-off; of each only the newest state
_FRAMES: Newest[tuple[Any, ...]] = Newest(KEPT)
_OF_REPORTS: Newest[tuple[Any, ...]] = Newest(KEPT)
_VERDICTS: Newest[tuple[str, int, int]] = Newest(4)  # some hundred megabytes each, if need be
CHOSEN = "project in mind"


def newest_change(session: Session, *, of_layers: bool = False) -> str:
    """Return a value that is new after each change to what a township sees of itself.

    Whoever sees a county sees odd codes too, so any change counts for them. ``of_layers``: after
    those only that reporting does not make.
    """
    region = session.actor.region if session.actor.is_township else ""
    return version(region, of_layers=of_layers)


def judged_parcels(session: Session, project: Project) -> gpd.GeoDataFrame:
    """Return the adopted check's parcels of the person's region, lon/lat."""
    return _parcels(session, project, newest_change(session, of_layers=True))


def _parcels(session: Session, project: Project, at: str) -> gpd.GeoDataFrame:
    return _FRAMES.get(
        ("parcels", session.actor.region, project.id, project.adopted_check_id),
        at,
        lambda: register.judged_parcels(office.store(), session.actor, project),
    )


def stage_events(session: Session, project: Project) -> pd.DataFrame:
    """Return the region's stage events."""
    return _FRAMES.get(
        ("events", session.actor.region, project.id, project.adopted_check_id),
        newest_change(session),
        lambda: register.stage_events(office.store(), session.actor, project),
    )


@dataclass(frozen=True)
class Reportable:
    """What a township's report may name: index ledger_id everywhere.

    ``parcels``: as ``judged_parcels`` and is_counted, why_not (words, or None); ``done``: m² by
    step, confirmed or not; ``last_moved``: the newest day of each parcel that has moved; ``ready``:
    how many counted parcels each step is open for.
    """

    parcels: gpd.GeoDataFrame
    done: pd.DataFrame
    last_moved: pd.Series
    ready: dict[Step, int]


def reportable(session: Session, project: Project) -> Reportable:
    """Return what the reports of the person's region choose from."""
    # asked once for the name and for what is made: parcels of before under a newer name would stay
    layers_at = newest_change(session, of_layers=True)
    at = f"{newest_change(session)} {layers_at}"

    def make() -> Reportable:
        parcels = _parcels(session, project, layers_at)
        parcels = parcels[parcels["area_m2"].notna() & parcels["ledger_id"].notna()]
        parcels = parcels.set_index(parcels["ledger_id"].astype("int64"))
        parcels = parcels.assign(is_counted=is_counted(parcels), why_not=why_not_counted(parcels))
        events = stage_events(session, project)
        done = done_m2(events, confirmed_only=False).reindex(parcels.index, fill_value=0.0)
        last_moved = events.groupby("ledger_id")["day"].max()
        return Reportable(parcels, done, last_moved, ready_by_step(parcels, done))

    key = ("reportable", session.actor.region, project.id, project.adopted_check_id)
    return _FRAMES.get(key, at, make)


def why_not_by_ledger(session: Session, project: Project) -> dict[int, Text | None]:
    """Return ledger id → why work on it does not count; None where it counts."""

    def make() -> dict[int, Text | None]:
        parcels = judged_parcels(session, project)
        parcels = parcels[parcels["ledger_id"].notna()]
        why = why_not_counted(parcels)
        return dict(zip(parcels["ledger_id"].astype("int64").tolist(), why, strict=True))

    key = ("why", session.actor.region, project.id, project.adopted_check_id)
    return _FRAMES.get(key, newest_change(session, of_layers=True), make)


def reports_between(session: Session, project: Project, first: date, last: date) -> pd.DataFrame:
    """Return the region's daily reports of these days."""
    return _FRAMES.get(
        ("reports", session.actor.region, project.id, first, last),
        newest_change(session),
        lambda: reading.reports_between(office.store(), session.actor, project, first, last),
    )


def entries(session: Session, project: Project, report_id: int) -> pd.DataFrame:
    """Return the entries of one report of the region."""
    return _OF_REPORTS.get(
        ("entries", session.actor.region, project.id, report_id),
        newest_change(session),
        lambda: reading.entries_of(office.store(), session.actor, project, report_id),
    )


def details(session: Session, project: Project, report_id: int) -> reading.ReportDetails:
    """Return what a report of the region lists beside its entries."""
    return _OF_REPORTS.get(
        ("details", session.actor.region, project.id, report_id),
        newest_change(session),
        lambda: reading.details_of(office.store(), session.actor, project, report_id),
    )


def verdict_rows(session: Session, project: Project, check_id: int) -> pd.DataFrame:
    """Return the light rows of a check."""
    return _VERDICTS.get(
        (session.actor.region, project.id, check_id),
        "a check never changes",
        lambda: register.verdict_rows(office.store(), session.actor, project, check_id),
    )


def outlines(session: Session, project: Project, level: Level) -> gpd.GeoDataFrame:
    """Return the outlines of a level in the person's region."""
    region = session.actor.region if session.actor.is_township else project.region
    return _FRAMES.get(
        ("outlines", region, int(level)),
        version(of_layers=True),
        lambda: register.region_outlines(office.store(), region, level),
    )


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


def as_it_is_now(project: Project) -> Project:
    """Return the project with what was adopted since: a fragment holds the one of its page."""
    with office.store().reading() as connection:
        return one_project(connection, project.id)


def project_in_mind(session: Session) -> Project | None:
    """Return the project the person last chose, without asking; the first one before that."""
    found = projects(office.store(), session.actor)
    key = st.session_state.get("project", st.session_state.get(CHOSEN))
    return next((project for project in found if project.id == key), found[0] if found else None)
