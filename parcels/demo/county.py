"""The invented county: which plots are parcels, what stands on them, what they should come to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import shapely
from shapely import STRtree, affinity
from shapely.geometry import MultiLineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from parcels.demo import names
from parcels.demo.buildings import Structure, across_edge, alone_in_the_fields, built_up
from parcels.demo.layout import Layout, laid_out
from parcels.demo.names import Village
from parcels.demo.shapes import split, surveyed

SEED = 20_240_315
MIN_SHARE, MIN_NEW_ARABLE_M2 = 0.30, 400.0
UNREAD_VILLAGES = (17, 52)  # places in the village table; the interpretation left them out
# 29.9975 %: two decimals would print it as 30.00 % although it is below the limit.
PRINTS_AS_LIMIT, NEAR_SHARES = 0.299975, (0.2976, 0.2992, 0.3004, 0.3021)
_SPECIAL_SHARES = (*[PRINTS_AS_LIMIT] * 3, *NEAR_SHARES)
_CLEARED_BY_TOWNSHIP = (0.85, 0.7, 0.55, 0.4, 0.2)


@dataclass(frozen=True)
class Parcel:
    """A row of the parcel layer to be; ``shape`` is in metres from the county's corner.

    ``declared_by`` changes the survey area into the declared one; ``tags`` name what was planted.
    """

    village: Village
    number: str
    shape: BaseGeometry | None
    new_arable_m2: float | None
    land_class: str = "0702"
    ownership: str = "30"
    block: str = ""
    remark: str = ""
    declared_by: tuple[float, float] = (1.0, 0.0)
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class County:
    """Everything the files are written from."""

    layout: Layout
    parcels: tuple[Parcel, ...]
    structures: tuple[Structure, ...]
    unread: tuple[Structure, ...]
    plots: tuple[Polygon, ...]
    cleared: dict[str, BaseGeometry] = field(default_factory=dict)


@dataclass(frozen=True)
class _Site:
    plot: Polygon
    is_disused: bool
    is_outlying: bool = False


def _outlying(layout: Layout, place: int, taken: BaseGeometry, chance: Random) -> Iterator[Polygon]:
    """Yield the plots of lone farms and old kilns out in the fields."""
    left, low, right, high = layout.cells[place].bounds
    room = layout.cells[place].buffer(-25).difference(taken)
    for _attempt in range(3):
        x, y = chance.uniform(left, right), chance.uniform(low, high)
        wide, deep = chance.uniform(20, 46), chance.uniform(19, 34)
        shape = affinity.rotate(box(x, y, x + wide, y + deep), chance.uniform(-30, 30))
        if room.contains(shape):
            yield surveyed(shape, chance)
            return


def _sites(layout: Layout, place: int, chance: Random) -> list[_Site]:
    """Return the plots of a village; the disused ones lie together at one side of the hamlet."""
    hamlet = layout.hamlets[place]
    plots = [surveyed(plot, chance) for plot in split(hamlet, chance)]
    angle = chance.uniform(0, 2 * math.pi)
    side = Point(hamlet.centroid.x + 90 * math.cos(angle), hamlet.centroid.y + 90 * math.sin(angle))
    order = sorted(range(len(plots)), key=lambda index: plots[index].centroid.distance(side))
    disused = set(order[: chance.randint(9, 12)])
    sites = [_Site(plot, index in disused) for index, plot in enumerate(plots)]
    roads: BaseGeometry = MultiLineString(layout.roads)
    near = roads.intersection(layout.cells[place]).buffer(12)
    wet = shapely.union_all([layout.river, *layout.ponds]).buffer(12)
    taken = shapely.union_all([near, wet, hamlet.buffer(40)])
    sites += [_Site(plot, True, True) for plot in _outlying(layout, place, taken, chance)]
    return sites


def _numbered(sites: list[_Site]) -> list[_Site]:
    """Return the disused sites as a surveyor numbers them: from north to south, west to east."""
    disused = [site for site in sites if site.is_disused]
    return sorted(
        disused, key=lambda site: (-round(site.plot.centroid.y / 40), site.plot.centroid.x)
    )


def _land_class(site: _Site, chance: Random) -> str:
    if site.is_outlying:
        return chance.choice(("0601", "0602", "0702"))
    return chance.choices(("0702", "0601", "05H1", "08H2"), (91, 4, 2, 3))[0]


def _new_arable(plot: Polygon, wanted: bool, chance: Random) -> float:
    """Return the design firm's new arable area of a plot, at or under the limit as wanted."""
    most_m2 = plot.area * 0.96
    if wanted and most_m2 > MIN_NEW_ARABLE_M2 + 8:
        low_m2 = max(MIN_NEW_ARABLE_M2 + 5, plot.area * 0.74)
        return round(chance.uniform(low_m2, most_m2), 2)
    return round(chance.uniform(0.45, 0.95) * min(most_m2, MIN_NEW_ARABLE_M2), 2)


def _parcel(village: Village, number: int, site: _Site, chance: Random) -> tuple[Parcel, float]:
    """Return a parcel and the share of structures it is to have."""
    large_enough = chance.random() > (0.33 if site.plot.area < 1_150 else 0.0)
    new_arable_m2 = _new_arable(site.plot, large_enough, chance)
    fails_area = new_arable_m2 < MIN_NEW_ARABLE_M2
    passes_share = chance.random() > (0.26 if fails_area else 0.145)
    share = chance.uniform(0.35, 0.62) if passes_share else chance.uniform(0.04, 0.25)
    parcel = Parcel(
        village=village,
        number=f"{number:03d}",
        shape=site.plot,
        new_arable_m2=new_arable_m2,
        land_class=_land_class(site, chance),
        ownership="20" if chance.random() < 0.03 else "30",
        block=f"DK{village.township_code[-3:]}-{village.code[-2:]}",
        remark=chance.choice(names.REMARKS) if chance.random() < 0.12 else "",
    )
    return parcel, share


def _state_after(parcel: Parcel, share: float, chance: Random) -> str | None:
    """Return what the later image shows of a parcel: None when nothing has been done."""
    town = int(parcel.village.township_code[-3:]) - 101
    if share < MIN_SHARE or (parcel.new_arable_m2 or 0) < MIN_NEW_ARABLE_M2:
        return None
    if chance.random() > _CLEARED_BY_TOWNSHIP[town]:
        return None
    return chance.choices(("planted", "bare", "rubble"), (50, 38, 12))[0]


def _in_the_fields(layout: Layout, plots: list[Polygon], chance: Random) -> list[Structure]:
    """Return lone sheds and pump houses that belong to no plot."""
    tree = STRtree([*plots, layout.river, *layout.ponds])
    found: list[Structure] = []
    while len(found) < 160:
        place = chance.randrange(len(layout.cells))
        left, low, right, high = layout.cells[place].bounds
        shed = alone_in_the_fields(chance.uniform(left, right), chance.uniform(low, high), chance)
        is_free = len(tree.query(shed.shape.buffer(8), predicate="intersects")) == 0
        if layout.cells[place].contains(shed.shape) and is_free and place not in UNREAD_VILLAGES:
            found.append(shed)
    return found


def _tagged_share(
    parcel: Parcel, share: float, special: list[float]
) -> tuple[Parcel, float, float]:
    """Return parcel, share and tolerance; some are led exactly to one side of the limit."""
    outline = parcel.shape
    fits = isinstance(outline, Polygon) and 2_000 < outline.area < 4_600 and share > MIN_SHARE
    if not special or not fits or int(parcel.number) != 5:
        return parcel, share, 0.04
    wanted = special.pop()
    tag = "share_prints_as_limit" if wanted == PRINTS_AS_LIMIT else "share_near_limit"
    return _with_tag(parcel, tag), wanted, 3e-5


def _with_tag(parcel: Parcel, tag: str) -> Parcel:
    return Parcel(**{**parcel.__dict__, "tags": (*parcel.tags, tag)})


def drawn(seed: int = SEED) -> County:
    """Draw the county without its planted errors; the same seed always gives the same one."""
    layout = laid_out(seed)
    parcels: list[Parcel] = []
    structures: list[Structure] = []
    unread: list[Structure] = []
    plots: list[Polygon] = []
    cleared: dict[str, list[Polygon]] = {}
    special = list(_SPECIAL_SHARES)
    exact: list[BaseGeometry] = []
    straddling: list[tuple[int, Structure]] = []
    for place, village in enumerate(layout.villages):
        chance = Random(seed + 1 + place)
        sites = _sites(layout, place, chance)
        plots += [site.plot for site in sites]
        standing: list[Structure] = []
        for number, site in enumerate(_numbered(sites), start=1):
            parcel, share = _parcel(village, number, site, chance)
            tolerance = 0.04
            if place in UNREAD_VILLAGES:
                parcel = _with_tag(parcel, "uncovered_village")
            else:
                parcel, share, tolerance = _tagged_share(parcel, share, special)
            standing += built_up(site.plot, share, chance, tolerance=tolerance)
            if tolerance < 0.04:
                exact.append(site.plot)
            elif chance.random() < 0.06 and share > MIN_SHARE and place not in UNREAD_VILLAGES:
                straddling.append((len(parcels), across_edge(site.plot, chance)))
            if state := _state_after(parcel, share, chance):
                cleared.setdefault(state, []).append(site.plot)
            parcels.append(parcel)
        for site in sites:
            if not site.is_disused:
                standing += built_up(site.plot, chance.uniform(0.4, 0.7), chance, tolerance=1.0)
        (unread if place in UNREAD_VILLAGES else structures).extend(standing)
    protected = shapely.union_all(exact).buffer(1)
    for index, shed in straddling:
        if not shed.shape.intersects(protected):
            parcels[index] = _with_tag(parcels[index], "structure_across_edge")
            structures.append(shed)
    structures += _in_the_fields(layout, plots, Random(seed))
    return County(
        layout=layout,
        parcels=tuple(parcels),
        structures=tuple(structures),
        unread=tuple(unread),
        plots=tuple(plots),
        cleared={state: shapely.union_all(found) for state, found in cleared.items()},
    )


def coverage(layout: Layout) -> BaseGeometry:
    """Return the area the interpretation covered: all villages but two."""
    read = [cell for place, cell in enumerate(layout.cells) if place not in UNREAD_VILLAGES]
    return shapely.coverage_union_all(read)
