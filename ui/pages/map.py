"""The map: each township's reclamation on a day, every parcel, from the first report to today."""

from __future__ import annotations

from datetime import date

import streamlit as st

from gis.language import _, say
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.workflow import ORDER
from ui import office, reading
from ui.components.literal import literally
from ui.components.maps import Click
from ui.components.parcel_panel import parcel_facts
from ui.daymap.book import book_of
from ui.daymap.shown import Bounds, area_bounds, days_map
from ui.pages.page import Page
from ui.session import require_session

HEIGHT_PX = 640


def show(session: Session) -> None:
    """Show a township (or the county) on a day."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there is no map to show."))
        return
    area = _area(session, project)
    bounds = area_bounds(session, project, area)
    if bounds is None:
        st.info(say("No parcels here."))
        return
    _map(project, area, bounds)


@st.fragment
def _map(project: Project, area: str, bounds: Bounds) -> None:
    """Show the map and the parcel that was clicked; a click runs nothing else of the page."""
    session = require_session()  # a fragment runs without the page, and asks again who is there
    project = reading.as_it_is_now(project)
    click = days_map(
        session, project, area, bounds, height=HEIGHT_PX, day=_day(st.query_params.get("day"))
    )
    if click is None:
        st.caption(say("Click a parcel to see its figures."))
        return
    _clicked(session, project, area, click)


def _clicked(session: Session, project: Project, area: str, click: Click) -> None:
    book = book_of(session.actor, project)
    inside = book.inside(area)
    found = [row for row in book.shapes.at(click.lon, click.lat) if inside[row]]
    if not found:
        st.caption(say("No parcel lies there; click inside one."))
        return
    day = _day(click.day) or office.today()
    places = book.stages.places_at(day)
    for row in found:
        place = places[row]
        parcel_facts(book.parcels.iloc[row], ORDER[place - 1] if place else None, day)


def _area(session: Session, project: Project) -> str:
    """Return the chosen township, or the county; an address may name either."""
    names = townships(office.store(), project, session.actor)
    if session.actor.is_township:
        area = session.actor.region
        st.text(names.get(area, area))
        return area
    options = {project.region: say("Whole county")} | names
    wanted = st.query_params.get("township", "")
    if "map area" not in st.session_state and wanted in options:
        st.session_state["map area"] = wanted
    left, _rest = st.columns([2, 5])
    return left.selectbox(
        say("Township"),
        list(options),
        format_func=lambda code: literally(options[code]),
        key="map area",
        label_visibility="collapsed",
    )


def _day(words: str | None) -> date | None:
    """Return the day of an address or a click; None for anything else."""
    try:
        return date.fromisoformat(words or "")
    except ValueError:
        return None


PAGE = Page(
    slug="map",
    title=_("Map by township and day"),
    icon=":material/map:",
    action=Action.SEE_PROGRESS,
    show=show,
)
