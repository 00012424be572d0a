"""A region on a day as a map sheet: parcels by stage or verdict, what moved, figures beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.label_places import free_place
from gis.language import say
from gis.palette import NOT_STARTED, VERDICTS, WITHDRAWN, Paint, two_sided
from gis.units import format_ha, format_mu
from parcels.paints import STAGES, stage_paint
from parcels.projects import Project
from parcels.rules.verdicts import VERDICT_TITLES, Verdict
from parcels.workflow import ORDER, STEP_TITLES
from reports.completion import Completion
from reports.document import Stamp
from reports.maps.sheet import Colour, MapSheet, Shape
from reports.periods.summary import PeriodRow
from reports.printed import percent, points

GAP_STEP_POINTS = 5.0
GAP_CLASSES = range(-3, 4)  # steps away from the schedule; the ends are open
LABELLED = 400  # parcels of a sheet whose numbers can still be read


@dataclass(frozen=True)
class MapGround:
    """A region on a day: its parcels (lon/lat), the stage of each, which moved, its boundaries.

    ``regions`` has code, name, geometry; ``events`` are the confirmed ones up to the day.
    """

    project: Project
    area: str
    name: str
    day: date
    parcels: gpd.GeoDataFrame
    stage: pd.Series
    moved: pd.Series
    events: pd.DataFrame
    regions: gpd.GeoDataFrame
    completion: Completion


def township_sheet(ground: MapGround, colour: Colour, stamp: Stamp, *, office: str) -> MapSheet:
    """Return the sheet of a region by stage or verdict."""
    parcels = ground.parcels
    labels = parcels["parcel_no"] if len(parcels) <= LABELLED else [""] * len(parcels)
    shapes = [
        Shape(outline, paint, str(label), bool(moved))
        for outline, paint, label, moved in zip(
            parcels.geometry, paints(ground, colour), labels, ground.moved, strict=True
        )
        if is_drawn(outline)
    ]
    title = say("Reclamation of {name} on {day}", name=ground.name, day=ground.day)
    if colour is Colour.VERDICT:
        title = say("Verdicts of {name}, {day}", name=ground.name, day=ground.day)
    return MapSheet(
        title,
        shapes,
        named_regions(parcels, ground.regions),
        say("Stage") if colour is Colour.STAGE else say("Verdict"),
        legend_of(ground, colour),
        stamp.facts((say("Day"), str(ground.day))),
        figures_of(ground),
        office,
        stamp.foot,
    )


def named_regions(parcels: gpd.GeoDataFrame, regions: gpd.GeoDataFrame) -> list[Shape]:
    """Return the boundaries with their names where they hide the fewest parcels."""
    tree = shapely.STRtree(parcels.geometry.to_numpy())
    return [
        Shape(one.geometry, label=one.name, label_at=free_place(one.geometry, tree))
        for one in regions.itertuples(index=False)
    ]


def is_drawn(outline: object) -> bool:
    """Tell whether an outline can be drawn at all."""
    return outline is not None and not outline.is_empty and np.isfinite(outline.bounds).all()  # type: ignore[attr-defined]


def paints(ground: MapGround, colour: Colour) -> list[Paint]:
    """Return each parcel's paint; withdrawn ones look alike whatever the colour says."""
    out = ground.parcels["is_withdrawn"]
    if colour is Colour.STAGE:
        return [
            stage_paint(step, is_withdrawn=bool(is_out))
            for step, is_out in zip(ground.stage, out, strict=True)
        ]
    return [
        WITHDRAWN if is_out else VERDICTS[str(verdict)]
        for verdict, is_out in zip(ground.parcels["verdict"], out, strict=True)
    ]


def legend_of(ground: MapGround, colour: Colour) -> list[tuple[Paint, str]]:
    """Return the paints that are on the map with their words and how many parcels have them."""
    standing = ~ground.parcels["is_withdrawn"]
    rows: list[tuple[Paint, str, int]] = []
    if colour is Colour.STAGE:
        stages = ground.stage[standing]
        rows.append((NOT_STARTED, say("Not started"), int(stages.isna().sum())))
        rows += [
            (STAGES[step.value], str(STEP_TITLES[step]), int((stages == step).sum()))
            for step in ORDER
        ]
    else:
        verdicts = ground.parcels["verdict"][standing]
        rows += [
            (VERDICTS[one.value], str(VERDICT_TITLES[one]), int((verdicts == one).sum()))
            for one in Verdict
        ]
    rows.append((WITHDRAWN, say("Withdrawn"), int((~standing).sum())))
    return [
        (paint, say("{words}: {count} parcels", words=words, count=count))
        for paint, words, count in rows
        if count
    ]


def figures_of(ground: MapGround) -> list[str]:
    """Return the region's figures of the day, as its daily report says them."""
    done = ground.completion
    standing = ~ground.parcels["is_withdrawn"]
    area_m2 = float(ground.parcels.loc[standing, "area_m2"].sum())
    return [
        say("{count} parcels, {mu} mu ({ha} ha)", count=int(standing.sum()),
            mu=format_mu(area_m2), ha=format_ha(area_m2)),
        say("Done {done} of {eligible} mu new arable", done=format_mu(done.done_m2),
            eligible=format_mu(done.eligible_m2)),
        say("Completion {share}, scheduled {scheduled}", share=percent(done.share),
            scheduled=percent(done.scheduled)),
        say("Gap {gap} points", gap=points(done.gap)),
        say("Moved on this day: {count} parcels (magenta line)", count=int(ground.moved.sum())),
    ]  # fmt: skip


def county_sheet(
    rows: Sequence[PeriodRow],
    regions: gpd.GeoDataFrame,
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    office: str = "",
    foot: str = "",
) -> MapSheet | None:
    """Return the county's townships by their gap to schedule; None without boundaries."""
    by_code = {row.code: row for row in rows}
    known = regions[regions["code"].isin(by_code)]
    if known.empty:
        return None
    shapes, names = [], []
    for region in known.itertuples(index=False):
        gap = by_code[region.code].completion.gap
        shapes.append(Shape(region.geometry, gap_paint(gap)))
        names.append(Shape(region.geometry, label=f"{region.name}\n{points(gap)}"))
    return MapSheet(
        title, shapes, names, say("Gap to schedule (points)"), gap_legend(), facts, (), office,
        foot,
    )  # fmt: skip


def verdict_sheet(
    name: str,
    parcels: gpd.GeoDataFrame,
    regions: gpd.GeoDataFrame,
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    office: str = "",
    foot: str = "",
    numbers_of_all: bool = False,
) -> MapSheet:
    """Return parcels (lon/lat) by verdict, with the numbers of all or of those that do not pass."""
    drawn = parcels[parcels.geometry.map(is_drawn)]
    numbered = (drawn["verdict"] != Verdict.PASS) | numbers_of_all
    shapes = [
        Shape(outline, VERDICTS[str(verdict)], str(number) if is_numbered else "")
        for outline, verdict, number, is_numbered in zip(
            drawn.geometry, drawn["verdict"], drawn["parcel_no"], numbered, strict=True
        )
    ]
    counts = drawn["verdict"].value_counts()
    legend = [
        (VERDICTS[one.value], say("{words}: {count} parcels", words=VERDICT_TITLES[one],
                                  count=int(counts[one])))
        for one in Verdict
        if counts.get(one, 0)
    ]  # fmt: skip
    names = named_regions(drawn, regions)
    return MapSheet(title, shapes, names, name, legend, facts, (), office, foot)


def gap_paint(gap: float | None) -> Paint:
    """Return the paint of a gap to schedule (a share): orange behind, violet ahead."""
    return two_sided(None if gap is None else gap * 100, step=GAP_STEP_POINTS)


def gap_legend() -> list[tuple[Paint, str]]:
    """Return the classes of gaps with their limits in points."""
    step, last = GAP_STEP_POINTS, len(GAP_CLASSES) - 1
    edges = [(f"{(m - 0.5) * step:+g}", f"{(m + 0.5) * step:+g}") for m in GAP_CLASSES]
    words = [f"{low} … {high}" for low, high in edges]
    words[0], words[last] = f"< {edges[0][1]}", f"> {edges[last][0]}"
    return [(gap_paint(m * step / 100), said) for m, said in zip(GAP_CLASSES, words, strict=True)]
