"""Outlines drawn by chance but always the same: wiggly lines, hamlets, plots along lanes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

Point2 = tuple[float, float]
FAR_M = 4_000.0
# Survey coordinates are kept to the millimetre; it also hides the last bits in which the sine of
# one machine differs from another's, so the county is the same everywhere.
MILLIMETRE = 3
LANE_WIDTHS_M = (6.0, 4.5, 3.0)
GARDEN_GAP_M = 1.2
LARGEST_PLOTS_M2 = (800, 1_500, 2_500, 3_700, 5_000, 6_000)
PLOT_WEIGHTS = (9, 12, 20, 26, 20, 13)
SMALLEST_PLOT_M2 = 310


def rounded(shape: Any) -> Any:
    """Return a shape, or an array of shapes, with coordinates to the millimetre."""
    return shapely.transform(shape, lambda points: np.round(points, MILLIMETRE))


def largest_part(shape: BaseGeometry) -> Polygon:
    """Return the largest polygon of a shape; an empty polygon when there is none."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area, default=Polygon())


def wiggly(start: Point2, end: Point2, chance: Random, bend: float = 0.07) -> list[Point2]:
    """Return a natural-looking line from start up to, not including, end."""
    line = [start, end]
    for _round in range(3):
        finer = [line[0]]
        for (x1, y1), (x2, y2) in itertools.pairwise(line):
            push = (chance.random() - 0.5) * 2 * bend
            middle = ((x1 + x2) / 2 - (y2 - y1) * push, (y1 + y2) / 2 + (x2 - x1) * push)
            finer += [(round(middle[0], MILLIMETRE), round(middle[1], MILLIMETRE)), (x2, y2)]
        line = finer
    return line[:-1]


def blob(centre: Point2, radius_m: float, chance: Random) -> Polygon:
    """Return a rounded, longish, irregular outline such as a hamlet's or a pond's."""
    turn, stretch = chance.uniform(0, math.pi), chance.uniform(1.05, 1.45)
    waves = [(k, chance.uniform(0, 2 * math.pi), chance.uniform(0, 0.13)) for k in (2, 3, 5)]
    points = []
    for step in range(28):
        angle = 2 * math.pi * step / 28
        radius = radius_m * (1 + sum(a * math.sin(k * angle + p) for k, p, a in waves))
        points.append((radius * stretch * math.cos(angle), radius / stretch * math.sin(angle)))
    return affinity.translate(affinity.rotate(Polygon(points), turn, use_radians=True), *centre)


def long_axis(shape: Polygon) -> tuple[float, float]:
    """Return direction (radians) and length of the longer side of the smallest rectangle."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    sides = corners[1:3] - corners[:2]
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    side = sides[int(lengths[1] > lengths[0])]
    return math.atan2(side[1], side[0]), float(lengths.max())


def house_angle(shape: Polygon) -> float:
    """Return the side of a plot that runs most nearly east and west: houses face south."""
    angle = long_axis(shape)[0]
    return (angle + math.pi / 4) % (math.pi / 2) - math.pi / 4


def _halves(shape: Polygon, gap_m: float, chance: Random) -> tuple[Polygon, Polygon]:
    """Cut a shape across its longer side, leaving a lane between the halves."""
    angle, length_m = long_axis(shape)
    turn = angle + chance.uniform(-0.13, 0.13)
    shift = chance.uniform(-0.14, 0.14) * length_m
    middle = shape.centroid
    centre = (middle.x + shift * math.cos(angle), middle.y + shift * math.sin(angle))
    halves = []
    for sign in (1, -1):
        slab = box(gap_m / 2, -FAR_M, FAR_M, FAR_M)
        slab = affinity.rotate(slab, turn + (math.pi if sign < 0 else 0), (0, 0), use_radians=True)
        halves.append(largest_part(shape & affinity.translate(slab, *centre)))
    return halves[0], halves[1]


def split(shape: Polygon, chance: Random, depth: int = 0) -> Iterator[Polygon]:
    """Yield the plots of a hamlet: cut along lanes until each is as large as chance allows."""
    largest_m2 = chance.choices(LARGEST_PLOTS_M2, PLOT_WEIGHTS)[0]
    if shape.area < largest_m2 and depth > 1:
        if shape.area > SMALLEST_PLOT_M2:
            yield shape
        return
    gap_m = LANE_WIDTHS_M[depth] if depth < len(LANE_WIDTHS_M) else GARDEN_GAP_M
    for half in _halves(shape, gap_m, chance):
        if half.area > 2 * SMALLEST_PLOT_M2 or (depth > 1 and half.area > SMALLEST_PLOT_M2):
            yield from split(half, chance, depth + 1)


def _without_corner(plot: Polygon, chance: Random) -> Polygon:
    """Cut a corner away, so that an L remains; the plot itself when it would fall apart."""
    angle = math.degrees(long_axis(plot)[0])
    middle = plot.centroid
    upright = affinity.rotate(plot, -angle, middle)
    left, low, right, high = upright.bounds
    wide, tall = (right - left) * chance.uniform(0.3, 0.5), (high - low) * chance.uniform(0.3, 0.5)
    x, y = chance.choice((left, right - wide)), chance.choice((low, high - tall))
    rest = upright.difference(box(x, y, x + wide, y + tall))
    if rest.geom_type != "Polygon" or rest.area < 0.55 * plot.area:
        return plot
    return affinity.rotate(rest, angle, middle)


def surveyed(plot: Polygon, chance: Random) -> Polygon:
    """Return the plot as a surveyor would trace it: few points, long sides not quite straight."""
    if plot.area > 1_100 and chance.random() < 0.22:
        plot = _without_corner(plot, chance)
    corners = [(x, y) for x, y in shapely.get_coordinates(plot.simplify(1.0))[:-1]]
    points: list[Point2] = []
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        points.append((x1, y1))
        length_m = math.hypot(x2 - x1, y2 - y1)
        if length_m > 22 and chance.random() < 0.6:
            at, inward = chance.uniform(0.3, 0.7), chance.uniform(-0.5, 1.6) / length_m
            dx, dy = x2 - x1, y2 - y1
            points.append((x1 + dx * at + dy * inward, y1 + dy * at - dx * inward))
    traced = Polygon(points)
    # The outline may lean outwards by half a metre: keep it off the neighbour's.
    kept = traced & plot.buffer(0.45, join_style="mitre") if traced.is_valid else plot
    return rounded(largest_part(kept).simplify(0.02)).normalize()


def road(start: Point2, end: Point2, chance: Random) -> LineString:
    """Return a country road: a bent line, smoothed."""
    line = [*wiggly(start, end, chance, bend=0.11), end]
    for _round in range(2):
        corners = list(itertools.pairwise(line))
        cut = [
            (p[0] * (1 - t) + q[0] * t, p[1] * (1 - t) + q[1] * t)
            for p, q in corners
            for t in (0.25, 0.75)
        ]
        line = [line[0], *cut, line[-1]]
    return LineString(line)
