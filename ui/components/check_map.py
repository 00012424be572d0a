"""The map of a check by verdict: shapes for few parcels, tiles for many; a click asks the store."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from gis.language import say
from gis.palette import VERDICTS
from parcels import register
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.regions import Level
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.totals import JUDGED
from ui import office, reading
from ui.components import maps
from ui.components.legend import legend
from ui.components.parcel_panel import parcel_panel
from ui.routes.tiles import check_address

HEIGHT_PX = 520
BOUNDS = ["west", "south", "east", "north"]


def check_map(session: Session, project: Project, check_id: int, rows: pd.DataFrame) -> None:
    """Show the map and the parcel that was clicked; ``rows`` are the check's light rows."""
    drawn = rows[np.isfinite(rows[BOUNDS]).all(axis=1)]
    if drawn.empty:
        return
    legend([(VERDICTS[v.value], str(VERDICT_TITLES[v])) for v in JUDGED], say("Verdict"))
    left, right = st.columns([3, 1])
    with left:
        bounds = (*drawn[BOUNDS[:2]].min(), *drawn[BOUNDS[2:]].max())
        base = maps.base_map(bounds, height=HEIGHT_PX)
        groups = [_group(session, project, check_id, count=len(drawn))]
        townships = reading.outlines(session, project, Level.TOWNSHIP)
        if not townships.empty:
            groups.append(maps.boundaries_group(townships, "name"))
        click = maps.show(base, groups, key=f"check map {check_id}", height=HEIGHT_PX)
    with right:
        if click is None:
            st.caption(say("Click a parcel to see its figures."))
            return
        near = register.judged_parcels(
            office.store(), session.actor, project, check_id, at_lonlat=(click.lon, click.lat)
        )
        parcel_panel(near, click)


def _group(session: Session, project: Project, check_id: int, *, count: int) -> maps.Group:
    if count > maps.MOST_SHAPES:
        return maps.tiles_group(check_address(session, project, check_id), key="verdicts")
    parcels = register.judged_parcels(office.store(), session.actor, project, check_id)
    titles = [str(VERDICT_TITLES[Verdict(verdict)]) for verdict in parcels["verdict"]]
    return maps.parcels_group(
        parcels.assign(verdict_title=titles),
        fill=parcels["verdict"].map(VERDICTS),
        tooltip=[
            (say("Parcel"), "parcel_no"),
            (say("Village"), "village"),
            (say("Verdict"), "verdict_title"),
        ],
        key="verdicts",
    )
