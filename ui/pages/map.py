"""The map: each township's reclamation on a day, every parcel by stage or verdict."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import pandas as pd
import streamlit as st
from shapely.geometry import Point

from gis.language import _, say
from gis.units import format_m2
from parcels.people.access import Action
from parcels.people.actor import Role
from parcels.people.sessions import Session
from parcels.projects import Project, townships
from parcels.regions import Level
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.workflow import ORDER, STEP_TITLES, EventState, Step
from reports.completion import completion, current_step, done_m2
from ui import office, reading
from ui.components import maps
from ui.components.figures import completion_cards, reason_words, verdict_words
from ui.components.legend import legend
from ui.components.palette import NOT_STARTED, VERDICTS, WITHDRAWN, step_paints
from ui.pages.page import Page

HEIGHT_PX = 560
STAGES = step_paints([step.value for step in ORDER])


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
    completion_cards(project, completion(project, chosen, events, day=day))
    if chosen.empty:
        st.info(say("No parcels here."))
        return
    if len(chosen) > maps.MOST_SHAPES:
        st.warning(
            say(
                "{count} parcels are more than a browser draws well; choose one township.",
                count=len(chosen),
            )
        )
        return
    stage = current_step(done_m2(events, until=day), chosen)
    moved = chosen["ledger_id"].isin(
        events.loc[(events["day"] == day) & (events["state"] == EventState.CONFIRMED), "ledger_id"]
    )
    drawn = chosen.assign(
        stage_title=[str(STEP_TITLES[s]) if s else say("Not started") for s in stage],
        verdict_title=[str(VERDICT_TITLES[Verdict(v)]) for v in chosen["verdict"]],
        area_words=[format_m2(a) for a in chosen["area_m2"]],
    )
    _draw(session, project, drawn, stage, moved, by_verdict=by_verdict, area=area)


def _choices(session: Session, project: Project, names: dict[str, str]) -> tuple[str, bool, date]:
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    if session.actor.is_township:
        area = session.actor.region
        left.markdown(f"**{names.get(area, area)}**")
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


def _draw(
    session: Session,
    project: Project,
    parcels: gpd.GeoDataFrame,
    stage: pd.Series,
    moved: pd.Series,
    *,
    by_verdict: bool,
    area: str,
) -> None:
    if by_verdict:
        fill = parcels["verdict"].map(VERDICTS)
        legend([(VERDICTS[v.value], str(VERDICT_TITLES[v])) for v in Verdict], say("Verdict"))
    else:
        fill = stage.map(lambda s: STAGES[s.value] if s else NOT_STARTED)
        legend(
            [
                (NOT_STARTED, say("Not started")),
                *((STAGES[s.value], str(STEP_TITLES[s])) for s in Step),
                (WITHDRAWN, say("Withdrawn")),
            ],
            say("Stage"),
        )
    fill = fill.where(~parcels["is_withdrawn"], WITHDRAWN)
    st.caption(
        say("{count} parcels; {moved} moved on this day (heavy outline).",
            count=len(parcels), moved=int(moved.sum()))
    )  # fmt: skip
    tooltip = [
        (say("Parcel"), "parcel_no"),
        (say("Village"), "village"),
        (say("Area (m²)"), "area_words"),
        (say("Stage"), "stage_title"),
        (say("Verdict"), "verdict_title"),
    ]
    level = Level.TOWNSHIP if area == project.region else Level.VILLAGE
    regions = reading.outlines(session, project, level)
    regions = regions[regions["code"].str.startswith(area)]
    groups = [
        maps.parcels_group(parcels, fill=fill, tooltip=tooltip, key="parcels", highlight=moved)
    ]
    if not regions.empty:
        groups.insert(0, maps.boundaries_group(regions, "name"))
    left, right = st.columns([3, 1])
    with left:
        base = maps.base_map(parcels.total_bounds, height=HEIGHT_PX)
        click = maps.show(base, groups, key=f"map {area}", height=HEIGHT_PX)
    with right:
        _panel(parcels, stage, click)


def _panel(parcels: gpd.GeoDataFrame, stage: pd.Series, click: maps.Click | None) -> None:
    under = parcels[parcels.covers(Point(click.lon, click.lat))] if click else parcels.iloc[:0]
    if under.empty:
        st.caption(say("Click a parcel to see its figures."))
        return
    for index, parcel in under.iterrows():
        st.subheader(say("Parcel {parcel_no}", parcel_no=parcel["parcel_no"] or "—"))
        for label, words in [*verdict_words(parcel), (say("Stage"), parcel["stage_title"])]:
            st.text(f"{label}：{words}")
        if parcel["is_withdrawn"]:
            st.text(say("Withdrawn: {reason}", reason=parcel["withdrawn_reason"]))
        for sentence in reason_words(parcel["reasons"]):
            st.text(f"· {sentence}")
        del index


PAGE = Page(
    slug="map",
    title=_("Map by township and day"),
    icon=":material/map:",
    action=Action.SEE_PROGRESS,
    show=show,
    first_for=frozenset({Role.INSPECTOR}),
)
