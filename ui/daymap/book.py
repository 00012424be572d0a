"""Everything the map of days asks, kept in memory per region, project and version of the store."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.tiles import TileShapes
from parcels import register
from parcels.people.actor import Actor, Role
from parcels.projects import Project, every_project, townships
from parcels.regions import Level
from reports.completion import Completion, completion_of, done_m2
from reports.means.reading import plan_curves
from reports.stage_days import StageDays, stage_days
from ui import office
from ui.daymap.parcel_shapes import adopted_shapes
from ui.kept import Kept

KEPT = 6
LOG = logging.getLogger("tracker")
NAMED = (Level.TOWNSHIP, Level.VILLAGE)


@dataclass(frozen=True)
class Book:
    """One region's parcels and all their work. ``parcels`` has a row per shape, in its order.

    Columns beside those of ``judged_parcels``: responsible ("" nobody), due (None: no date).
    """

    version: str
    project: Project
    shapes: TileShapes
    parcels: gpd.GeoDataFrame
    events: pd.DataFrame
    stages: StageDays
    plans: dict[str, Any]
    names: dict[str, str]
    regions: dict[Level, gpd.GeoDataFrame]

    def inside(self, area: str) -> npt.NDArray[np.bool_]:
        """Tell which parcels belong to an area; the whole project has those of no code too."""
        if area == self.project.region:
            return np.ones(len(self.parcels), dtype=bool)
        return self.parcels["village_code"].str.startswith(area).to_numpy(dtype=bool)

    def completion(self, area: str, day: date) -> Completion:
        """Return an area's completion at the end of a day, as every page gives it."""
        parcels = self.parcels[self.inside(area)]
        own = self.events["village_code"].str.startswith(area)
        events = self.events if area == self.project.region else self.events[own]
        done = done_m2(events, until=day)
        return completion_of(self.project, parcels, done, day=day, plans=self.plans)


_books: Kept[tuple[str, int, str, date], Book] = Kept(KEPT)


def version_now() -> str:
    """Return what names the state of the store in a map's addresses."""
    return office.version()[:16]


def book_of(actor: Actor, project: Project, version: str = "") -> Book:
    """Return the book of the person's region as the store stands now.

    With the ``version`` of a page that is open the book of that page, while it is kept: whoever
    looks at a map while others report waits for nothing, and sees one state of the store.
    """
    place = (actor.region, project.id)
    if version and (known := _books.find((*place, version, office.today()))):
        return known
    now = version_now()
    return _books.get((*place, now, office.today()), lambda: _made(actor, project, now))


def _made(actor: Actor, project: Project, version: str) -> Book:
    store = office.store()
    shapes, parcels = adopted_shapes(actor, project)
    now = register.judged_figures(store, actor, project).set_index("ledger_id")
    care = register.cared_for(store, actor, project).set_index("ledger_id")
    keys = parcels["ledger_id"]
    parcels = parcels.assign(
        # shapes are kept as long as their check; a withdrawal or a survey comes later
        is_withdrawn=keys.map(now["is_withdrawn"]).fillna(value=False).astype(bool),
        as_built_m2=keys.map(now["as_built_m2"]).astype("float64"),
        responsible=keys.map(care["responsible"]).astype(object).fillna(""),  # all may be unset
        due=[care["due"].get(key) for key in keys],
    )
    events = register.stage_events(store, actor, project)
    region = actor.region if actor.is_township else project.region
    return Book(
        version,
        project,
        shapes,
        parcels,
        events,
        stage_days(parcels, events, today=office.today()),
        plan_curves(store, actor, project),
        townships(store, project, actor),
        {level: register.region_outlines(store, region, level) for level in NAMED},
    )


def make_ready() -> threading.Thread:
    """Load every project's map for its county beside the start: nobody waits for the first one."""
    thread = threading.Thread(target=_make_ready, name="maps", daemon=True)
    thread.start()
    return thread


def _make_ready() -> None:
    try:
        for project in every_project(office.store()):
            if project.adopted_check_id is not None:
                reader = Actor(None, "", "", Role.BUREAU_CLERK, project.region, "localhost")
                book_of(reader, project)
    except Exception:  # a map that is not ready only makes its first reader wait
        LOG.exception("the maps were not made ready")
