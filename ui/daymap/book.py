"""Everything the map of days asks, kept in memory per region, project and version of the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from parcels import register
from parcels.people.actor import Actor, Role
from parcels.projects import Project, every_project, one_project, townships
from parcels.regions import Level, township_of, village_of
from parcels.workflow import EventState, Step
from reports.completion import Completion, completion_of, done_m2
from reports.means.reading import plan_curves
from reports.stage_days import StageDays, stage_days
from ui import office
from ui.daymap.parcel_shapes import AdoptedShapes, adopted_shapes
from ui.kept import Kept

KEPT = 6
MOST_REMEMBERED = 256
Thing = TypeVar("Thing")
COUNTED = [
    "ledger_id",
    "township_code",
    "verdict",
    "is_withdrawn",
    "area_m2",
    "new_arable_m2",
    "as_built_m2",
]
LOG = logging.getLogger("tracker")
NAMED = (Level.TOWNSHIP, Level.VILLAGE)
_remembering = threading.Lock()


@dataclass(frozen=True)
class Book:
    """One region's parcels and all their work. ``parcels`` has a row per shape, in its order.

    Columns beside those of ``judged_rows``: responsible ("" nobody), due (None: no date). ``work``
    is what completion counts, by day; ``memory`` what was asked before.
    """

    version: str
    project: Project
    shapes: AdoptedShapes
    parcels: pd.DataFrame
    work: pd.DataFrame
    stages: StageDays
    plans: dict[str, Any]
    names: dict[str, str]
    regions: dict[Level, gpd.GeoDataFrame]
    memory: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return what does not change while the book stands; the oldest answer is let go."""
        known: Thing | None = self.memory.get(key)
        if known is None:
            known = make()
            with _remembering:
                while len(self.memory) >= MOST_REMEMBERED:
                    del self.memory[next(iter(self.memory))]
                self.memory[key] = known
        return known

    def knows(self, area: str) -> bool:
        """Tell whether an area is the project's region, a township or a village of it."""
        return area == self.project.region or area in self.once("areas", self._areas)

    def is_past(self, day: date) -> bool:
        """Tell whether a day lies between the project's start (or first report) and today."""
        return min(self.project.starts_on, self.stages.first) <= day <= self.stages.last

    def inside(self, area: str) -> npt.NDArray[np.bool_]:
        """Tell which parcels belong to an area; the whole project has those of no code too."""
        if area == self.project.region:
            return np.ones(len(self.parcels), dtype=bool)
        codes = self.parcels["village_code"]
        return self.once(("inside", area), lambda: codes.str.startswith(area).to_numpy(dtype=bool))

    def completion(self, area: str, day: date) -> Completion:
        """Return an area's completion at the end of a day, as every page gives it."""
        parcels, work = self.once(("counted", area), lambda: self._counted(area))
        until = int(np.searchsorted(work["ordinal"], day.toordinal(), side="right"))
        done = done_m2(work.iloc[:until], confirmed_only=False)
        return completion_of(self.project, parcels, done, day=day, plans=self.plans)

    def _areas(self) -> frozenset[str]:
        known = set(self.names)
        for code in self.parcels["village_code"].dropna().unique():
            known |= {township_of(code), village_of(code)}
        for regions in self.regions.values():
            known.update(regions["code"])
        return frozenset(known)

    def _counted(self, area: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return an area's parcels and work, no more of either than completion asks."""
        codes = self.work["village_code"].astype(object)  # of no work they are numbers
        is_own = codes.str.startswith(area)
        work = self.work if area == self.project.region else self.work[is_own]
        return self.parcels.loc[self.inside(area), COUNTED], work


_books: Kept[tuple[str, int, str, date], Book] = Kept(KEPT)


def version_now() -> str:
    """Return what names the state of the store in a map's addresses."""
    return office.version()[:16]


def known_book(actor: Actor, project_id: int, version: str) -> Book | None:
    """Return the book of a page that is open, while it is kept: nothing is asked of the store."""
    return _books.find((actor.region, project_id, version, office.today()))


def book_of(actor: Actor, project: Project, version: str = "") -> Book:
    """Return the book of the person's region as the store stands now.

    With the ``version`` of a page that is open the book of that page, while it is kept: whoever
    looks at a map while others report waits for nothing, and sees one state of the store.
    """
    if version and (known := known_book(actor, project.id, version)):
        return known
    now = version_now()
    place = (actor.region, project.id, now, office.today())
    return _books.get(place, lambda: _made(actor, project, now))


def _made(actor: Actor, project: Project, version: str) -> Book:
    store = office.store()
    with store.reading() as connection:  # an open map's page may hold it from before an adoption
        project = one_project(connection, project.id)
    shapes = adopted_shapes(actor, project)
    parcels = shapes.parcels
    now = register.judged_figures(store, actor, project).set_index("ledger_id")
    care = register.cared_for(store, actor, project).set_index("ledger_id")
    keys, due = parcels["ledger_id"], care["due"].to_dict()
    parcels = parcels.assign(
        # shapes are kept as long as their check; a withdrawal or a survey comes later
        is_withdrawn=keys.map(now["is_withdrawn"]).astype(object).fillna(value=False).astype(bool),
        as_built_m2=keys.map(now["as_built_m2"]).astype("float64"),
        responsible=keys.map(care["responsible"]).astype(object).fillna(""),  # all may be unset
        due=[due.get(key) for key in keys],
    )
    events = register.stage_events(store, actor, project)
    region = actor.region if actor.is_township else project.region
    return Book(
        version,
        project,
        shapes,
        parcels,
        _work(project, events),
        stage_days(parcels, events, today=office.today()),
        plan_curves(store, actor, project),
        townships(store, project, actor),
        {level: register.region_outlines(store, region, level) for level in NAMED},
    )


def _work(project: Project, events: pd.DataFrame) -> pd.DataFrame:
    """Return the confirmed work of the steps that completion counts, by day as a number."""
    steps = (project.counting_step, Step.COUNTY_ACCEPTED)
    is_asked = events["step"].isin(steps) & (events["state"] == EventState.CONFIRMED)
    work = events[is_asked]
    ordinals = np.array([day.toordinal() for day in work["day"]], dtype=np.int64)
    return work.assign(ordinal=ordinals)


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
