"""The lie of the land: village cells, townships, river, hamlets, roads, fields."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPoint, Polygon, box
from shapely.geometry.base import BaseGeometry

from parcels.demo import names
from parcels.demo.names import Village
from parcels.demo.shapes import Point2, blob, largest_part, road, rounded, wiggly

# Everything is drawn in metres from this corner (EPSG:4526: easting with the zone, northing).
EAST_M, NORTH_M = 38_521_000, 3_640_000
WIDTH_M, HEIGHT_M = 6_000, 5_000
EXTENT = box(0, 0, WIDTH_M, HEIGHT_M)
RIVER_WIDTH_M = 46
_SPACING_M = 590
# Where the five town seats stand: north-west, north-east, the middle, south-west, south-east.
_SEATS = ((0.21, 0.76), (0.79, 0.77), (0.5, 0.47), (0.22, 0.22), (0.79, 0.22))


@dataclass(frozen=True)
class Layout:
    """The drawn county, in metres from its corner; ``fields`` also fill the land around it."""

    villages: tuple[Village, ...]
    cells: tuple[Polygon, ...]
    centres: tuple[Point2, ...]
    hamlets: tuple[Polygon, ...]
    river: BaseGeometry
    ponds: tuple[Polygon, ...]
    roads: tuple[LineString, ...]
    surroundings: tuple[Polygon, ...]


def _seeds(chance: Random) -> list[Point2]:
    """Return jittered points over the extent and a margin around it, row by row."""
    seeds = []
    for row in range(-2, 13):
        for column in range(-2, 13):
            x = (column + 0.5 + 0.5 * (row % 2)) * _SPACING_M - 180
            y = (row + 0.5) * _SPACING_M * 0.9 - 60
            x += chance.uniform(-0.3, 0.3) * _SPACING_M
            y += chance.uniform(-0.3, 0.3) * _SPACING_M
            seeds.append((x, y))
    return seeds


def _cells(chance: Random) -> list[Polygon]:
    """Return natural-looking cells; neighbours share every vertex of their common edge."""
    diagram = shapely.voronoi_polygons(MultiPoint(_seeds(chance)))
    cells = [rounded(cell).normalize() for cell in shapely.get_parts(diagram)]
    cells.sort(key=lambda cell: (cell.centroid.y, cell.centroid.x))
    edges: dict[tuple[Point2, Point2], list[Point2]] = {}
    natural = []
    for cell in cells:
        corners = [(float(x), float(y)) for x, y in shapely.get_coordinates(cell)]
        ring: list[Point2] = []
        for start, end in itertools.pairwise(corners):
            key = (min(start, end), max(start, end))
            if key not in edges:
                edges[key] = [*wiggly(*key, chance), key[1]]
            line = edges[key] if start == key[0] else edges[key][::-1]
            ring += line[:-1]
        natural.append(Polygon(ring).normalize())
    return natural


def _distance_from_middle(cell: Polygon) -> float:
    """Return how far out a cell lies, measured by a rounded rectangle."""
    x, y = cell.centroid.x / WIDTH_M - 0.5, cell.centroid.y / HEIGHT_M - 0.5
    return float(abs(x) ** 3 + abs(y) ** 3)


def _river() -> LineString:
    """Return the course of the river, from the north-west to the south-east."""
    steps = range(-10, 111)
    points = []
    for step in steps:
        x = step / 100 * WIDTH_M
        y = 3_350 - 0.32 * x + 330 * math.sin(x / 610) + 120 * math.sin(x / 231 + 1)
        points.append((x, y))
    return LineString(points)


def _hamlet(cell: Polygon, river: BaseGeometry, chance: Random) -> tuple[Point2, Polygon]:
    """Return a village's centre and the outline of its built-up land."""
    dry = largest_part(cell.buffer(-45).difference(river.buffer(40)))
    middle = shapely.maximum_inscribed_circle(dry, tolerance=5)
    x, y = (float(value) for value in middle.coords[0])
    reach_m = min(middle.length * 0.8, 127.0)
    hamlet = largest_part(blob((x, y), chance.uniform(0.9, 1.05) * reach_m, chance) & dry)
    return (x, y), hamlet


def _roads(cells: list[Polygon], centres: list[Point2], chance: Random) -> list[LineString]:
    """Return roads between neighbouring villages: a tree that reaches all, and some short cuts."""
    tree = shapely.STRtree(cells)
    pairs = []
    for first, cell in enumerate(cells):
        for second in sorted(int(index) for index in tree.query(cell, predicate="touches")):
            if first < second and math.dist(centres[first], centres[second]) < 1_150:
                pairs.append((math.dist(centres[first], centres[second]), first, second))
    group = list(range(len(cells)))
    roads = []
    for _length, first, second in sorted(pairs):
        joins = group[first] != group[second]
        if joins or chance.random() < 0.22:
            roads.append(road(centres[first], centres[second], chance))
        if joins:
            old, new = group[second], group[first]
            group = [new if value == old else value for value in group]
    return roads


def _town_of(cell: Polygon) -> int:
    """Return the township (0-based) whose seat is nearest to the cell."""
    x, y = cell.centroid.x / WIDTH_M, cell.centroid.y / HEIGHT_M
    return int(np.argmin([(x - seat[0]) ** 2 + (y - seat[1]) ** 2 for seat in _SEATS]))


def laid_out(seed: int) -> Layout:
    """Draw the county; the same seed always gives the same one."""
    chance = Random(seed)
    all_cells = _cells(chance)
    inside = [cell for cell in all_cells if cell.within(EXTENT.buffer(-40))]
    ranked = sorted(inside, key=_distance_from_middle)
    cells = sorted(
        ranked[: names.VILLAGE_COUNT],
        key=lambda cell: (_town_of(cell), -cell.centroid.y, cell.centroid.x),
    )
    towns = [_town_of(cell) for cell in cells]
    villages = tuple(
        names.village(stem, town, towns[:index].count(town) + 1)
        for index, (stem, town) in enumerate(zip(names.VILLAGE_STEMS, towns, strict=True))
    )
    course = _river()
    river = course.buffer(RIVER_WIDTH_M / 2)
    sites = [_hamlet(cell, river, chance) for cell in cells]
    centres = [centre for centre, _outline in sites]
    ponds = []
    for centre, outline in sites:
        angle = chance.uniform(0, 2 * math.pi)
        reach_m = math.sqrt(outline.area) * 0.95
        at = (centre[0] + reach_m * math.cos(angle), centre[1] + reach_m * math.sin(angle))
        pond = blob(at, chance.uniform(14, 30), chance)
        if pond.distance(outline) > 12:
            ponds.append(pond)
    kept = {id(cell) for cell in cells}
    return Layout(
        villages=villages,
        cells=tuple(cells),
        centres=tuple(centres),
        hamlets=tuple(outline for _centre, outline in sites),
        river=river,
        ponds=tuple(ponds),
        roads=tuple(_roads(cells, centres, chance)),
        surroundings=tuple(c for c in all_cells if id(c) not in kept and c.intersects(EXTENT)),
    )


def on_the_ground(shape: BaseGeometry) -> BaseGeometry:
    """Move a drawn shape to its place in EPSG:4526, to the millimetre."""
    corner = np.array([EAST_M, NORTH_M], dtype=np.float64)
    return shapely.transform(shape, lambda points: np.round(points + corner, 3))
