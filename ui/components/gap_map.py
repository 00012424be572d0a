"""The county's townships painted by their gap to schedule, with what has to be seen to on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from shapely.geometry import Point

from gis.language import say
from gis.palette import NO_FIGURE
from parcels.people.sessions import Session
from parcels.projects import Project
from parcels.regions import Level, township_of
from reports.contradictions.reading import contradictions_of
from reports.contradictions.states import State
from reports.maps.compose import gap_legend, gap_paint
from reports.periods.period import Period
from reports.periods.summary import PeriodRow
from reports.printed import percent, points
from reports.supervision.notice import Notice
from ui import going, office, reading
from ui.components import maps
from ui.components.legend import legend
from ui.components.literal import literally

HEIGHT_PX = 470
STILL_POINTS = 0.05  # a change that prints as nearly nothing bears no arrow


def gap_map(
    session: Session,
    project: Project,
    rows: Sequence[PeriodRow],
    notices: Sequence[Notice],
    reported: set[str],
    week: Period,
) -> None:
    """Show the map; nothing where no boundary has been imported. A click opens the township."""
    regions = reading.outlines(session, project, Level.TOWNSHIP)
    by_code = {row.code: row for row in rows}
    regions = regions[regions["code"].isin(by_code)].reset_index(drop=True)
    regions = regions[~maps.cannot_be_drawn(regions)]
    if regions.empty:
        return
    overdue = overdue_by_township(notices)
    unanswered = _unanswered(session, project)
    chosen = [by_code[code] for code in regions["code"]]
    drawn = regions.assign(
        share=[percent(row.completion.share) for row in chosen],
        scheduled=[percent(row.completion.scheduled) for row in chosen],
        gap=[points(row.completion.gap) for row in chosen],
        week=[points(_change(row)) for row in chosen],
    )
    fill = drawn["code"].copy().astype(object)
    fill[:] = [gap_paint(row.completion.gap) for row in chosen]
    tooltip = [
        (say("Township"), "name"),
        (say("Completion"), "share"),
        (say("Scheduled"), "scheduled"),
        (say("Gap (points)"), "gap"),
        (say("Gap's change this week (points)"), "week"),
    ]
    marks = {row.code: _marks(row, reported, overdue, unanswered) for row in chosen}
    st.subheader(say("Gap to schedule on the map"))
    groups = [
        maps.parcels_group(drawn, fill=fill, tooltip=tooltip, key="townships"),
        maps.marks_group(drawn, [_label(row, marks[row.code]) for row in chosen]),
    ]
    base = maps.base_map(drawn.total_bounds, height=HEIGHT_PX)
    click = maps.show(base, groups, key="gap map", height=HEIGHT_PX)
    _legend(week)
    if click is not None and click.is_new:
        for code, outline in zip(drawn["code"], drawn.geometry, strict=True):
            if outline.contains(Point(click.lon, click.lat)):
                going.to("map", township=code)


def overdue_by_township(notices: Sequence[Notice]) -> dict[str, int]:
    """Return township code → how many of its notices are overdue today."""
    today = office.today()
    return Counter(notice.township_code for notice in notices if notice.is_overdue(today))


def _unanswered(session: Session, project: Project) -> dict[str, int]:
    """Return township code → contradictions that wait for its answer."""
    cards = contradictions_of(office.store(), session.actor, project, states=[State.OPEN])
    return Counter(township_of(card.region) for card in cards)


def _change(row: PeriodRow) -> float | None:
    """Return how the gap to schedule changed since the eve of the week, as a share."""
    if row.completion.gap is None or row.before.gap is None:
        return None
    return row.completion.gap - row.before.gap


def _marks(
    row: PeriodRow,
    reported: set[str],
    overdue: Mapping[str, int],
    unanswered: Mapping[str, int],
) -> list[dict[str, str]]:
    found = [
        (row.punctuality.missing, "bad",
         say("reports missing: {count}", count=row.punctuality.missing)),
        (int(row.code not in reported and not row.punctuality.missing), "open",
         say("not reported today")),
        (overdue.get(row.code, 0), "bad",
         say("notices overdue: {count}", count=overdue.get(row.code, 0))),
        (unanswered.get(row.code, 0), "open",
         say("contradictions: {count}", count=unanswered.get(row.code, 0))),
    ]  # fmt: skip
    return [{"words": words, "mood": mood} for count, mood, words in found if count]


def _label(row: PeriodRow, marks: list[dict[str, str]]) -> dict[str, Any]:
    change = (_change(row) or 0.0) * 100
    arrow = "" if abs(change) < STILL_POINTS else "▲" if change > 0 else "▼"
    return {
        "name": row.name,
        "figure": percent(row.completion.share),
        "arrow": f"{arrow} {points(_change(row))}" if arrow else "",
        "mood": "good" if change > 0 else "bad",
        "marks": marks,
    }


def _legend(week: Period) -> None:
    """Explain colours by their limits in points, the arrow by its week, and the day of it all."""
    legend(
        [*gap_legend(), (NO_FIGURE, say("no figure"))],
        say("Gap to schedule (points), {day}", day=office.today()),
    )
    st.caption(
        literally(
            say(
                "Figure: completion. Arrow: change of the gap since {first} (points). Orange is "
                "behind, violet ahead. Click a township to open its map.",
                first=week.first,
            )
        )
    )
