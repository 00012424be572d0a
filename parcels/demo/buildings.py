"""What stands on a plot: farmyards in rows, ruins, walls and yards, up to a wanted share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity
from shapely.geometry import Point, Polygon, box

from parcels.demo.names import HOUSE, RUIN, SHED, WALL, YARD
from parcels.demo.shapes import house_angle, largest_part, rounded

SMALLEST_M2 = 4.0
_LEFT_FOR_STRIP = 0.03  # of a plot: the strip that makes up the rest is a path, not a thread
_WALL_M = 0.5
_YARD_WIDTHS_M, _YARD_DEPTHS_M = (13.5, 19.0), (15.5, 21.5)


@dataclass(frozen=True)
class Structure:
    """One interpreted outline, in metres from the county's corner."""

    kind: str
    shape: Polygon


def _l_shape(left: float, low: float, right: float, high: float, chance: Random) -> Polygon:
    """Return a house with a wing towards the south."""
    wing = (right - left) * chance.uniform(0.3, 0.42)
    waist = low + (high - low) * chance.uniform(0.4, 0.55)
    corners = [(left, high), (right, high), (right, low), (right - wing, low)]
    shape = Polygon([*corners, (right - wing, waist), (left, waist)])
    if chance.random() < 0.5:
        shape = affinity.scale(shape, xfact=-1, origin=((left + right) / 2, low))
    return shape


def _farmyard(left: float, low: float, wide: float, deep: float, chance: Random) -> Iterator:
    """Yield (kind, outline) of one farmyard: main house in the north, wings, yard, wall."""
    right, high = left + wide, low + deep
    luck = chance.random()
    if luck < 0.1:  # long fallen down
        bent = [(left + 1, low + 3), (right - 2, low + 4), (right - 1, high - 3), (left + 2, high)]
        yield (
            RUIN,
            Polygon([(x + chance.uniform(-1, 1), y + chance.uniform(-1, 1)) for x, y in bent]),
        )
        return
    house_low = high - deep * chance.uniform(0.38, 0.48)
    if luck < 0.3:
        yield HOUSE, _l_shape(left + 0.4, low + deep * 0.3, right - 0.4, high - 0.4, chance)
    else:
        yield HOUSE, box(left + 0.4, house_low, right - chance.uniform(0.4, 2.5), high - 0.4)
        wing = wide * chance.uniform(0.24, 0.32)
        start = right - wing if chance.random() < 0.5 else left
        end = house_low - chance.uniform(0.3, 1.5)
        yield SHED if luck < 0.75 else HOUSE, box(start + 0.3, low + 1, start + wing - 0.3, end)
    if luck > 0.5:
        # Read from the image as one sheet, so it may run under the wing: outlines overlap.
        yield YARD, box(left + 1.2, low + 1.2, right - 1.2, house_low - 0.6)
    if luck > 0.62:
        yield WALL, box(left, low, right, low + _WALL_M)
    if luck > 0.8:
        yield WALL, box(left, low + _WALL_M + 0.1, left + _WALL_M, house_low - 0.2)


def farmyards(plot: Polygon, chance: Random) -> list[list[Structure]]:
    """Return the structures that would fill the plot, a list for each farmyard."""
    angle, middle = house_angle(plot), plot.centroid
    room = plot.buffer(-0.7, join_style="mitre")
    upright = affinity.rotate(room, -angle, middle, use_radians=True)
    if upright.is_empty:
        return []
    left, low, right, high = upright.bounds
    columns = max(1, round((right - left) / chance.uniform(*_YARD_WIDTHS_M)))
    rows = max(1, round((high - low) / chance.uniform(*_YARD_DEPTHS_M)))
    wide, deep = (right - left) / columns, (high - low) / rows
    found: list[tuple[int, str, Polygon]] = []
    for yard in range(rows * columns):
        x, y = left + yard % columns * wide, low + yard // columns * deep
        inside = _farmyard(x + 0.3, y + 0.3, wide - 0.6, deep - 1.2, chance)
        found += [(yard, kind, outline) for kind, outline in inside]
    drawn = np.array([outline for _yard, _kind, outline in found], dtype=object)
    # All at once: a call for each of twenty thousand outlines takes seconds.
    clipped = shapely.intersection(_turned(drawn, angle, middle), room)
    # What is left of a house at a slanting edge would be no house.
    stays = shapely.area(clipped) > np.maximum(SMALLEST_M2, 0.35 * shapely.area(drawn))
    stays &= shapely.get_type_id(clipped) == shapely.GeometryType.POLYGON
    kept = shapely.normalize(rounded(clipped))
    yards: list[list[Structure]] = [[] for _yard in range(rows * columns)]
    for place in np.flatnonzero(stays):
        yard, kind, _outline = found[place]
        yards[yard].append(Structure(kind, kept[place]))
    return yards


def _turned(
    shapes: npt.NDArray[np.object_], angle: float, middle: Point
) -> npt.NDArray[np.object_]:
    """Return the shapes turned around a point by an angle in radians."""
    centre = np.array([middle.x, middle.y])
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return shapely.transform(shapes, lambda points: (points - centre) @ turn + centre)


def share_of(plot: Polygon, structures: list[Structure]) -> float:
    """Return the planar share of the plot that structures cover, overlaps counted once."""
    cover = shapely.union_all([structure.shape for structure in structures])
    return float(cover.intersection(plot).area / plot.area)


def _topped_up(
    plot: Polygon, standing: list[Structure], share: float, tolerance: float
) -> list[Structure]:
    """Add one hardened strip so that the cover reaches the wanted share within the tolerance."""
    angle, middle = house_angle(plot), plot.centroid
    room = affinity.rotate(plot.buffer(-0.5, join_style="mitre"), -angle, middle, use_radians=True)
    left, low, right, high = room.bounds
    taken = shapely.union_all([structure.shape for structure in standing])
    wanted_m2 = share * plot.area - taken.intersection(plot).area
    shortest, longest = 0.0, high - low
    strip = Polygon()
    for _halving in range(40):
        deep = (shortest + longest) / 2
        band = affinity.rotate(
            room & box(left, low, right, low + deep), angle, middle, use_radians=True
        )
        strip = rounded(largest_part(band))
        gain_m2 = strip.difference(taken).area
        if abs(gain_m2 - wanted_m2) < tolerance * plot.area:
            break
        shortest, longest = (deep, longest) if gain_m2 < wanted_m2 else (shortest, deep)
    return [*standing, Structure(YARD, strip.normalize())]


def built_up(
    plot: Polygon, share: float, chance: Random, *, tolerance: float = 0.04
) -> list[Structure]:
    """Return structures that cover about ``share`` (0–1) of the plot, within the tolerance."""
    yards = farmyards(plot, chance)
    chance.shuffle(yards)
    most_m2 = (share - _LEFT_FOR_STRIP) * plot.area
    standing: list[Structure] = []
    covered_m2 = 0.0
    for structure in (one for yard in yards for one in yard):
        if covered_m2 + structure.shape.area <= most_m2:
            standing.append(structure)
            covered_m2 += structure.shape.area
    if abs(share_of(plot, standing) - share) > tolerance:
        standing = _topped_up(plot, standing, share, tolerance / 2)
    return standing


def across_edge(plot: Polygon, chance: Random) -> Structure:
    """Return a shed that stands half inside and half outside the plot."""
    edges = shapely.get_coordinates(plot.exterior)
    steps = np.diff(edges, axis=0)
    longest = int(np.hypot(steps[:, 0], steps[:, 1]).argmax())
    at = edges[longest] + steps[longest] * chance.uniform(0.35, 0.65)
    x, y = float(at[0]), float(at[1])
    shed = box(x - chance.uniform(2.5, 4), y - 2.5, x + chance.uniform(2.5, 4), y + 2.5)
    angle = math.atan2(steps[longest][1], steps[longest][0])
    turned = affinity.rotate(shed, angle + chance.uniform(-0.05, 0.05), (x, y), use_radians=True)
    return Structure(SHED, rounded(turned).normalize())


def alone_in_the_fields(x: float, y: float, chance: Random) -> Structure:
    """Return a pump house or field shed."""
    wide, deep = chance.uniform(3, 9), chance.uniform(3, 6)
    shape = affinity.rotate(box(x, y, x + wide, y + deep), chance.uniform(-40, 40))
    kind = SHED if chance.random() < 0.7 else HOUSE
    return Structure(kind, rounded(shape).normalize())
