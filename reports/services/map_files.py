"""Maps that leave the office: for a person who may take coordinates out, and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from gis.imagery.picture import ground_of, jpeg, view_around
from gis.language import Problem, Text, _
from parcels import register
from parcels.imagery import MOMENT_TITLES, image_pair, tiles_of
from parcels.ledger.opening import is_opening
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project, townships
from parcels.regions import Level, contains
from parcels.settings import setting
from parcels.store import audit
from parcels.store.engine import Store
from parcels.workflow import EventState
from reports.completion import by_township, completion, current_step, done_m2
from reports.completion import eligible_new_arable_m2 as eligible_of
from reports.document import Stamp
from reports.maps import drawing, offline
from reports.maps.compose import MapGround, is_drawn, township_sheet
from reports.maps.geopackage import geopackage
from reports.maps.kml import KML_ALLOWED, kml
from reports.maps.sheet import Colour, MapSheet, Paper
from reports.means.reading import plan_curves
from reports.periods.history import history
from reports.services.coordinate_file import coordinate_file
from reports.services.give_codes import Content, give_codes
from reports.services.make_documents import office_name
from reports.services.stamps import stamp_of

BACKDROP_PX = 1_800


class MapFile(NamedTuple):
    """A map as a file: its name for people, its media type, what is in it, its check code."""

    name: str
    media_type: str
    content: bytes
    check_code: str


@dataclass
class Basis:
    """What a region's maps of a day are made from, each part read once."""

    store: Store
    actor: Actor
    project: Project
    area: str
    day: date
    colour: Colour
    paper: Paper
    now: datetime

    @cached_property
    def ground(self) -> MapGround:
        names = townships(self.store, self.project, self.actor)
        parcels = register.judged_parcels(self.store, self.actor, self.project)
        parcels = _within(parcels, parcels["village_code"], self.area, self.project)
        parcels = parcels[parcels.geometry.map(is_drawn)].reset_index(drop=True)
        if parcels.empty:
            raise Problem(
                _("{area} has no parcel to be drawn.", area=names.get(self.area, self.area))
            )
        events = register.stage_events(self.store, self.actor, self.project, until=self.day)
        events = events[events["state"] == EventState.CONFIRMED]
        events = _within(events, events["village_code"], self.area, self.project)
        of_the_day = events[
            (events["day"] == self.day) & ~events["source"].map(is_opening).astype(bool)
        ]
        level = Level.TOWNSHIP if self.area == self.project.region else Level.VILLAGE
        curves = plan_curves(self.store, self.actor, self.project)
        return MapGround(
            self.project,
            self.area,
            names.get(self.area, self.project.name),
            self.day,
            parcels,
            current_step(done_m2(events, until=self.day), parcels),
            parcels["ledger_id"].isin(of_the_day["ledger_id"]),
            events,
            register.region_outlines(self.store, self.area, level),
            completion(self.project, parcels, events, day=self.day, plans=curves),
        )

    @cached_property
    def stamp(self) -> Stamp:
        """The stamp with the map's own check code: of its parcels, stages and verdicts."""
        made = stamp_of(
            self.store, self.actor, self.project,
            cut_off=f"{self.day} {self.project.cut_off:%H:%M}", is_taken_out=True, now=self.now,
        )  # fmt: skip
        ground = self.ground
        rows = zip(ground.parcels["id"], ground.parcels["verdict"], ground.stage, strict=True)
        said = f"{self.project.code} {self.area} {self.day} {self.colour} {made.basis} {list(rows)}"
        content = Content(
            self.area, "map", f"{ground.name} {self.day}", made, sha256(said.encode()).hexdigest()
        )
        [code] = give_codes(self.store, self.actor, self.project, [content],
                            action=Action.EXPORT_MAP, now=self.now)  # fmt: skip
        return replace(made, check_code=code)

    @cached_property
    def office(self) -> str:
        return office_name(self.store)

    @property
    def sheet(self) -> MapSheet:
        return township_sheet(self.ground, self.colour, self.stamp, office=self.office)


def map_files(
    store: Store,
    actor: Actor,
    project: Project,
    area: str,
    day: date,
    suffixes: tuple[str, ...],
    *,
    colour: Colour = Colour.STAGE,
    paper: Paper = Paper.A4,
    now: datetime,
    progress: Callable[[float, str], None] = lambda _share, _words: None,
) -> list[MapFile]:
    """Return maps of a township (or the whole county) on a day, and write down each.

    Raises Problem for a format that is not there or not allowed, Refused outside the region.
    """
    access.require(actor, Action.EXPORT_MAP, area)
    _require_offered(store, project, area, day, suffixes)
    basis = Basis(store, actor, project, area, day, colour, paper, now)
    made = []
    for place, suffix in enumerate(suffixes):
        kind = MAP_FILES[suffix]
        progress(0.1 + 0.8 * place / len(suffixes), str(kind.title))
        content = kind.make(basis)
        name = f"{basis.ground.name} {day} {kind.title}.{suffix}"
        made.append(MapFile(name, kind.media_type, content, basis.stamp.check_code))
    with store.writing() as connection:
        for one in made:
            subject = f"{project.code} {one.name} {one.check_code}"
            audit.record(connection, actor, "export_map", subject, now=now, region=area)
    return made


def _require_offered(
    store: Store, project: Project, area: str, day: date, suffixes: tuple[str, ...]
) -> None:
    if not contains(project.region, area) or len(area) not in (len(project.region), Level.TOWNSHIP):
        raise Problem(_("{area} is no township of this project.", area=area))
    if not project.starts_on <= day <= project.deadline:
        raise Problem(
            _("{day} lies outside the project, {start} to {end}.", day=day,
              start=project.starts_on, end=project.deadline)
        )  # fmt: skip
    for suffix in suffixes:
        if suffix not in MAP_FILES:
            known = ", ".join(MAP_FILES)
            raise Problem(_("There is no format {name}; known: {known}.", name=suffix, known=known))
    with store.reading() as connection:
        if "kml" in suffixes and not setting(connection, KML_ALLOWED.name):
            raise Problem(_("KML is switched off; the administrator can allow it in the settings."))


def offered(store: Store) -> dict[str, Text]:
    """Return the formats a person may choose from, with their titles."""
    with store.reading() as connection:
        has_kml = bool(setting(connection, KML_ALLOWED.name))
    return {suffix: kind.title for suffix, kind in MAP_FILES.items() if suffix != "kml" or has_kml}


def _within(rows: pd.DataFrame, codes: pd.Series, area: str, project: Project) -> gpd.GeoDataFrame:
    """Return the rows of an area; the whole county also has those whose code is unknown."""
    return rows if area == project.region else rows[codes.str.startswith(area)]


def _page(basis: Basis) -> bytes:
    ground = basis.ground
    added = register.new_arable_by_day(
        basis.store, basis.actor, basis.project, first=basis.project.starts_on, last=basis.day
    )
    if basis.area != basis.project.region:
        added = added[added["township_code"] == basis.area]
    curves = plan_curves(basis.store, basis.actor, basis.project)
    past = history(
        basis.project, ground.completion, added, day=basis.day,
        eligible_m2=by_township(ground.parcels, eligible_of(ground.parcels), curves), plans=curves,
    )  # fmt: skip
    return offline.page(
        ground, past, basis.stamp, office=basis.office, backdrops=_backdrops(basis),
    )  # fmt: skip


def _coordinates(basis: Basis) -> bytes:
    every = register.judged_parcels(basis.store, basis.actor, basis.project, in_own_crs=True)
    own = every[every["id"].isin(basis.ground.parcels["id"])]
    return coordinate_file(own, unit=basis.office, actor=basis.actor, now=basis.now)


def _backdrops(basis: Basis) -> list[offline.Backdrop]:
    """Return the registered images before and after, as far as they lie here."""
    west, south, east, north = map(float, basis.ground.parcels.total_bounds)
    bounds = (west, south, east, north)
    found = []
    for moment, image in image_pair(basis.store, basis.actor, basis.project).items():
        tiles = tiles_of(basis.store, image)
        if tiles is None:
            continue
        wide, high = east - west, north - south
        ratio = min(max(high / wide, 0.4), 2.5) if wide else 1.0
        view = view_around(bounds, BACKDROP_PX, round(BACKDROP_PX * ratio), margin=0.03)
        picture = jpeg(ground_of(view, tiles), quality=70)
        title = f"{MOMENT_TITLES[moment]} {image.taken_on}"
        found.append(offline.Backdrop(title, view.west, view.south, view.east, view.north, picture))
    return found


@dataclass(frozen=True)
class MapKind:
    """A row of the table of formats."""

    title: Text
    media_type: str
    make: Callable[[Basis], bytes]


MAP_FILES: Mapping[str, MapKind] = {
    "pdf": MapKind(
        _("Map sheet (PDF)"), "application/pdf",
        lambda b: drawing.pdf(b.sheet, b.paper, made_at=b.now),
    ),
    "png": MapKind(
        _("Map sheet (picture)"), "image/png", lambda b: drawing.png(b.sheet, b.paper)
    ),
    "html": MapKind(_("Offline map (one page)"), "text/html; charset=utf-8", _page),
    "gpkg": MapKind(
        _("GeoPackage with QGIS colours"), "application/geopackage+sqlite3",
        lambda b: geopackage(b.ground, about=b.stamp.said()),
    ),
    "kml": MapKind(
        _("KML for phones"), "application/vnd.google-earth.kml+xml",
        lambda b: kml(b.ground, b.colour, about=b.stamp.said()),
    ),
    "txt": MapKind(_("Boundary coordinates (TXT)"), "text/plain; charset=gbk", _coordinates),
}  # fmt: skip
