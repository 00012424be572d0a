"""The map: each township's reclamation on a day, every parcel by stage or verdict."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import pandas as pd
import streamlit as st

from gis.language import _, say
from gis.palette import NOT_STARTED, VERDICTS, WITHDRAWN
from gis.units import format_m2
from parcels.ledger.opening import is_opening
from parcels.paints import STAGES
from parcels.people.access import Action
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.regions import Level
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.workflow import STEP_TITLES, EventState, Step
from reports.completion import completion, current_step, done_m2
from ui import following, office, reading
from ui.components import maps
from ui.components.figures import completion_cards
from ui.components.gap_map import named, overdue_by_township
from ui.components.legend import legend
from ui.components.literal import literally
from ui.components.parcel_panel import parcel_panel, stage_words
from ui.pages.page import Page
from ui.routes.tiles import check_address, stage_address

HEIGHT_PX = 560


def show(session: Session) -> None:
    """Show a township (or the county) on a day."""
    project = reading.chosen_project(session)
    if project is None or project.adopted_check_id is None:
        st.info(say("No parcel layer has been adopted yet; there is no map to show."))
        return
    parcels = reading.judged_parcels(session, project)
    names = townships(office.store(), project, session.actor)
    area, by_verdict, day = _choices(session, project, names)
    chosen = parcels[parcels["township_code"].str.startswith(area)]
    chosen = chosen[~maps.cannot_be_drawn(chosen)]
    events = reading.stage_events(session, project)
    events = events[events["village_code"].str.startswith(area)]
    if chosen.empty:
        st.info(say("No parcels here."))
        return
    stage = current_step(done_m2(events, until=day), chosen)
    of_the_day = (events["day"] == day) & (events["state"] == EventState.CONFIRMED)
    of_the_day &= ~events["source"].map(is_opening).astype(bool)
    moved = chosen["ledger_id"].isin(events.loc[of_the_day, "ledger_id"])
    words = say(
        "{count} parcels; {moved} moved on this day (heavy outline).",
        count=len(chosen),
        moved=int(moved.sum()),
    )
    groups = [_parcels(session, project, chosen, stage, moved, day, by_verdict=by_verdict)]
    level = Level.TOWNSHIP if area == project.region else Level.VILLAGE
    regions = reading.outlines(session, project, level)
    regions = regions[regions["code"].str.startswith(area)]
    if not regions.empty:
        overdue = overdue_by_township(following.notices(session, project))
        regions = regions.assign(
            name=[named(name, overdue.get(code, 0))
                  for code, name in zip(regions["code"], regions["name"], strict=True)]
        )  # fmt: skip
        groups.insert(0, maps.boundaries_group(regions, "name"))
    left, right = st.columns([5, 2])
    with left:
        _legend(chosen, stage, by_verdict=by_verdict)
        st.caption(literally(words))
        # a parcel drawn far outside its township must not make all others too small to see
        bounds = chosen.total_bounds if regions.empty else regions.total_bounds
        base = maps.base_map(bounds, height=HEIGHT_PX)
        click = maps.show(base, groups, key=f"map {area}", height=HEIGHT_PX)
    with right:  # on a phone this comes under the map: the parcel that was tapped first
        parcel_panel(chosen, click, stage)
        curves = following.curves(session, project)
        done = completion(project, chosen, events, day=day, plans=curves)
        planned = sum(code.startswith(area) for code in curves)
        here = sum(code.startswith(area) for code in names)
        completion_cards(project, done, planned=planned, townships=here)


def _choices(session: Session, project: Project, names: dict[str, str]) -> tuple[str, bool, date]:
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    if session.actor.is_township:
        area = session.actor.region
        left.text(names.get(area, area))
    else:
        options = {project.region: say("Whole county")} | names
        area = left.selectbox(
            say("Township"), list(options), format_func=options.__getitem__, key="map area"
        )
    how = middle.segmented_control(
        say("Colour by"),
        ["stage", "verdict"],
        format_func=lambda k: say("Stage") if k == "stage" else say("Verdict"),
        default="stage",
        key="map colour",
    )
    last = min(office.today(), project.deadline)
    first = min(project.starts_on, last - timedelta(days=1))
    day = right.slider(say("Day"), first, last, last, format="YYYY-MM-DD", key="map day")
    return area, how == "verdict", day


def _legend(parcels: pd.DataFrame, stage: pd.Series, *, by_verdict: bool) -> None:
    """Explain the colours that are on the map, and no others."""
    if by_verdict:
        legend([(VERDICTS[v.value], str(VERDICT_TITLES[v])) for v in Verdict], say("Verdict"))
        return
    legend(
        [
            (NOT_STARTED, say("Not started")),
            *(
                (STAGES[step.value], str(STEP_TITLES[step]))
                for step in Step
                if (stage == step).any()
            ),
            *([(WITHDRAWN, say("Withdrawn"))] if parcels["is_withdrawn"].any() else []),
        ],
        say("Stage"),
    )


def _parcels(
    session: Session,
    project: Project,
    parcels: gpd.GeoDataFrame,
    stage: pd.Series,
    moved: pd.Series,
    day: date,
    *,
    by_verdict: bool,
) -> maps.Group:
    """Return the parcels as shapes, or above what a browser draws well as tiles."""
    if len(parcels) > maps.MOST_SHAPES:
        address = stage_address(session, project, day, reading.version())
        if by_verdict and project.adopted_check_id is not None:
            address = check_address(session, project.adopted_check_id)
        return maps.tiles_group(address, key="parcels")
    if by_verdict:
        fill = parcels["verdict"].map(VERDICTS)
    else:
        fill = stage.map(lambda s: STAGES[s.value] if s else NOT_STARTED)
    drawn = parcels.assign(
        stage_title=[stage_words(step) for step in stage],
        verdict_title=[str(VERDICT_TITLES[Verdict(v)]) for v in parcels["verdict"]],
        area_words=[format_m2(area_m2) for area_m2 in parcels["area_m2"]],
    )
    tooltip = [
        (say("Parcel"), "parcel_no"),
        (say("Village"), "village"),
        (say("Area (m²)"), "area_words"),
        (say("Stage"), "stage_title"),
        (say("Verdict"), "verdict_title"),
    ]
    return maps.parcels_group(
        drawn,
        fill=fill.where(~parcels["is_withdrawn"], WITHDRAWN),
        tooltip=tooltip,
        key="parcels",
        highlight=moved,
    )


PAGE = Page(
    slug="map",
    title=_("Map by township and day"),
    icon=":material/map:",
    action=Action.SEE_PROGRESS,
    show=show,
)
