"""The county's townships painted by their gap to schedule, overdue notices named on the map."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gis.language import say
from gis.palette import two_sided
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.regions import Level
from reports.periods.summary import PeriodRow
from reports.printed import percent, points
from reports.supervision.notice import Notice
from ui import office, reading
from ui.components import maps
from ui.components.legend import legend

HEIGHT_PX = 380
STEP_POINTS = 5.0


def gap_map(
    session: Session, project: Project, rows: Sequence[PeriodRow], notices: Sequence[Notice]
) -> None:
    """Show the map; nothing where no boundary has been imported."""
    regions = reading.outlines(session, project, Level.TOWNSHIP)
    by_code = {row.code: row for row in rows}
    regions = regions[regions["code"].isin(by_code)].reset_index(drop=True)
    if regions.empty:
        return
    overdue = overdue_by_township(notices)
    gaps = [by_code[code].completion.gap for code in regions["code"]]
    drawn = regions.assign(
        shown=[named(name, overdue.get(code, 0))
               for code, name in zip(regions["code"], regions["name"], strict=True)],
        share=[percent(by_code[code].completion.share) for code in regions["code"]],
        gap=[points(gap) for gap in gaps],
        overdue=[str(overdue.get(code, 0)) for code in regions["code"]],
    )  # fmt: skip
    paints = [None if gap is None else gap * 100 for gap in gaps]
    fill = drawn["code"].copy().astype(object)
    fill[:] = [two_sided(points_away, step=STEP_POINTS) for points_away in paints]
    tooltip = [
        (say("Township"), "name"),
        (say("Completion"), "share"),
        (say("Gap (points)"), "gap"),
        (say("Notices overdue"), "overdue"),
    ]
    st.subheader(say("Gap to schedule on the map"))
    groups = [
        maps.parcels_group(drawn, fill=fill, tooltip=tooltip, key="townships"),
        maps.boundaries_group(drawn, "shown"),
    ]
    base = maps.base_map(drawn.total_bounds, height=HEIGHT_PX)
    maps.show(base, groups, key="gap map", height=HEIGHT_PX)
    legend(
        [
            (two_sided(-15.0, step=STEP_POINTS), say("far behind")),
            (two_sided(-5.0, step=STEP_POINTS), say("behind")),
            (two_sided(0.0, step=STEP_POINTS), say("on schedule")),
            (two_sided(10.0, step=STEP_POINTS), say("ahead")),
        ],
        "",
    )


def overdue_by_township(notices: Sequence[Notice]) -> dict[str, int]:
    """Return township code → how many of its notices are overdue today."""
    today = office.today()
    found: dict[str, int] = {}
    for notice in notices:
        if notice.is_overdue(today):
            found[notice.township_code] = found.get(notice.township_code, 0) + 1
    return found


def named(name: str, overdue: int) -> str:
    """Return a township's name for the map, with its overdue notices."""
    return f"{name} · {say('overdue {count}', count=overdue)}" if overdue else name
