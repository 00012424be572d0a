"""What a map sheet shows, before any drawing: outlines with their paints, words around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from gis.language import Text, _
from gis.palette import Paint


class Paper(StrEnum):
    """The paper a sheet is drawn for, lying on its long side."""

    A4 = "a4"
    A3 = "a3"


SIZES_MM = {Paper.A4: (297.0, 210.0), Paper.A3: (420.0, 297.0)}


class Colour(StrEnum):
    """What parcels are coloured by."""

    STAGE = "stage"
    VERDICT = "verdict"


COLOUR_TITLES: dict[Colour, Text] = {Colour.STAGE: _("Stage"), Colour.VERDICT: _("Verdict")}


@dataclass(frozen=True)
class Shape:
    """One outline in degrees; ``label`` is printed where there is room, ``stands_out`` in magenta.

    A place without a paint (a boundary) is a line with its name.
    """

    outline: BaseGeometry
    paint: Paint | None = None
    label: str = ""
    stands_out: bool = False
    label_at: tuple[float, float] | None = None  # degrees; None: somewhere inside

    @property
    def place(self) -> tuple[float, float]:
        """Return where the label stands, in degrees."""
        inside = self.outline.representative_point()
        return self.label_at or (inside.x, inside.y)


@dataclass(frozen=True)
class MapSheet:
    """A sheet: title, what it shows, a legend, and in the margin who made it when from what.

    ``facts`` are label and words; ``figures`` stand in a box beside the legend.
    """

    title: str
    shapes: Sequence[Shape]
    boundaries: Sequence[Shape]
    legend_title: str
    legend: Sequence[tuple[Paint, str]]
    facts: Sequence[tuple[str, str]]
    figures: Sequence[str]
    office: str
    foot: str
