"""Colours of the two images: spring before the works, early autumn a year and a half later."""

from __future__ import annotations

from random import Random

from parcels.demo.names import HOUSE, RUIN, SHED, WALL, YARD

Colour = tuple[int, int, int]

RIDGE: Colour = (132, 130, 98)
ROAD: Colour = (184, 178, 165)
VERGE: Colour = (112, 116, 80)
LANE: Colour = (170, 158, 136)
WATER: Colour = (74, 94, 88)
BANK: Colour = (142, 136, 106)
SHADE: Colour = (58, 60, 50)
TREES: tuple[Colour, ...] = ((62, 82, 50), (70, 92, 54), (54, 74, 48), (82, 98, 60))

# The same field by its crop, in either season: wheat then maize, rape then rice, fallow, garden.
CROPS_BEFORE: tuple[Colour, ...] = (
    (96, 122, 66),
    (104, 128, 72),
    (88, 112, 64),
    (148, 148, 72),
    (156, 136, 106),
    (146, 128, 100),
    (116, 124, 82),
)
CROPS_AFTER: tuple[Colour, ...] = (
    (112, 126, 66),
    (132, 132, 74),
    (150, 138, 84),
    (108, 118, 60),
    (98, 118, 64),
    (150, 132, 102),
    (106, 120, 74),
)
CROP_WEIGHTS = (26, 22, 16, 8, 9, 8, 11)
PLOT_GROUND: tuple[Colour, ...] = (
    (154, 142, 116),
    (146, 138, 108),
    (134, 132, 98),
    (162, 148, 122),
)

_ROOFS: dict[str, tuple[tuple[Colour, int], ...]] = {
    HOUSE: (
        ((150, 88, 70), 38),
        ((116, 112, 108), 34),
        ((186, 182, 174), 18),
        ((98, 124, 150), 6),
        ((168, 112, 88), 14),
    ),
    SHED: (
        ((128, 116, 102), 45),
        ((146, 138, 126), 30),
        ((104, 128, 152), 12),
        ((120, 84, 70), 20),
    ),
    WALL: (((168, 158, 142), 1),),
    YARD: (((184, 178, 168), 3), ((172, 164, 150), 2)),
    RUIN: (((138, 122, 102), 1), ((124, 112, 94), 1)),
}
CLEARED: dict[str, Colour] = {
    "planted": (104, 132, 66),
    "bare": (172, 148, 112),
    "rubble": (160, 148, 132),
}


def roof(kind: str, chance: Random) -> Colour:
    """Return the colour of a structure of this class."""
    choices = _ROOFS[kind]
    colour = chance.choices([c for c, _weight in choices], [weight for _c, weight in choices])[0]
    return shifted(colour, chance.randint(-10, 10))


def shifted(colour: Colour, by: int) -> Colour:
    """Return the colour made lighter or darker."""
    red, green, blue = (min(255, max(0, value + by)) for value in colour)
    return red, green, blue
