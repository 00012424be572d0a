"""A policy version: the two limits and how to read the layers under them. Nothing here is law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

from gis.language import Problem, Text, _
from parcels.disk_words import toml_of

COARSEST_PIXEL_M = 100


class NewArableFrom(StrEnum):
    """Where the new arable area of a parcel comes from."""

    COLUMN = "column"
    AREA = "area"
    NOWHERE = "nowhere"


class InsideVillage(StrEnum):
    """What counts as inside a village."""

    ALL = "all"
    ATTRIBUTE = "attribute"
    LAYER = "layer"


class StructureUnit(StrEnum):
    """What the structure rule is asked of: each parcel, or all parcels of a block together."""

    PARCEL = "parcel"
    BLOCK = "block"


NEW_ARABLE_TITLES: dict[NewArableFrom, Text] = {
    NewArableFrom.COLUMN: _("A column of the parcel layer"),
    NewArableFrom.AREA: _("Parcel area minus retained land, times a coefficient"),
    NewArableFrom.NOWHERE: _("Not known yet (only areas below Y are judged)"),
}
INSIDE_VILLAGE_TITLES: dict[InsideVillage, Text] = {
    InsideVillage.ALL: _("Every parcel counts as inside a village"),
    InsideVillage.ATTRIBUTE: _("A column of the parcel layer says so"),
    InsideVillage.LAYER: _("More than half of the parcel lies in the village-area layer"),
}
STRUCTURE_UNIT_TITLES: dict[StructureUnit, Text] = {
    StructureUnit.PARCEL: _("Each parcel by itself"),
    StructureUnit.BLOCK: _("All parcels with one block number in a township together"),
}


@dataclass(frozen=True)
class Policy:
    """The terms of one policy version.

    ``min_share`` is X as 0–1, ``min_new_arable_m2`` is Y. ``coefficient`` applies to area minus
    retained land. ``pixel_m`` is the resolution of the imagery the structures were read from.
    ``structure_classes`` are the classes that count; empty: every class. With
    ``touching_count_as_one`` touching parcels of one village give their new arable together.
    """

    min_share: Decimal
    min_new_arable_m2: Decimal
    document_no: str = ""
    in_force_on: date | None = None
    image_date: date | None = None
    new_arable_from: NewArableFrom = NewArableFrom.COLUMN
    inside_village: InsideVillage = InsideVillage.ALL
    coefficient: Decimal = Decimal(1)
    pixel_m: Decimal = Decimal("0.5")
    structure_classes: tuple[str, ...] = ()
    structure_unit: StructureUnit = StructureUnit.PARCEL
    touching_count_as_one: bool = False

    def __post_init__(self) -> None:
        if not (self.min_share.is_finite() and 0 <= self.min_share <= 1):
            raise Problem(_("X must lie between 0 % and 100 %, not {share}.", share=self.min_share))
        if not (0 <= self.min_new_arable_m2 < 1_000_000):
            raise Problem(_("Y must be an area in m², not {area}.", area=self.min_new_arable_m2))
        if not (self.coefficient.is_finite() and 0 < self.coefficient <= 1):
            raise Problem(
                _("The coefficient must lie above 0 and at most 1, not {x}.", x=self.coefficient)
            )
        if not (self.pixel_m.is_finite() and 0 <= self.pixel_m <= COARSEST_PIXEL_M):
            raise Problem(
                _("The policy's entry {name} cannot be {value}.", name="pixel_m",
                  value=self.pixel_m)
            )  # fmt: skip

    def as_terms(self) -> dict[str, Any]:
        """Return the terms as JSON holds them: decimals and dates as text."""
        return {name: _as_json(value) for name, value in asdict(self).items()}


def parse_share(text: str) -> Decimal:
    """Return a share written ``30%`` or ``0.3`` as 0–1; ``30`` and ``1.5`` raise Problem."""
    wanted = text.strip().replace("％", "%").replace(" %", "%")
    try:
        share = Decimal(wanted[:-1]) / 100 if wanted.endswith("%") else Decimal(wanted)
        if not share.is_finite() or not 0 <= share <= 1:
            raise InvalidOperation
    except InvalidOperation:
        raise Problem(_("“{text}” is no share: write it as 30% or as 0.3.", text=text)) from None
    return share


def parse_area(text: str) -> Decimal:
    """Return an area in m² written as a plain number; raises Problem otherwise."""
    try:
        area = Decimal(text.strip())
        if not area.is_finite() or not 0 <= area < 1_000_000:
            raise InvalidOperation
    except InvalidOperation:
        raise Problem(
            _("“{text}” is no area: write square metres as a number, such as 400.", text=text)
        ) from None
    return area


def from_terms(terms: Mapping[str, Any]) -> Policy:
    """Return the policy of stored or written terms; unknown names raise Problem."""
    known = set(Policy.__dataclass_fields__)
    if unknown := sorted(set(terms) - known):
        raise Problem(
            _("The policy has the unknown entry {name}; mend or remove it.", name=unknown[0])
        )
    if missing := sorted({"min_share", "min_new_arable_m2"} - set(terms)):
        raise Problem(_("The policy lacks {name}; add it.", name=missing[0]))

    def entry(name: str, make: Callable[[Any], Any]) -> Any:
        if name not in terms:
            return Policy.__dataclass_fields__[name].default
        try:
            return make(terms[name])
        except (ValueError, TypeError, InvalidOperation):
            raise Problem(
                _("The policy's entry {name} cannot be {value}.", name=name, value=terms[name])
            ) from None

    return Policy(
        min_share=parse_share(str(terms["min_share"])),
        min_new_arable_m2=parse_area(str(terms["min_new_arable_m2"])),
        document_no=entry("document_no", str),
        in_force_on=entry("in_force_on", _day),
        image_date=entry("image_date", _day),
        new_arable_from=entry("new_arable_from", NewArableFrom),
        inside_village=entry("inside_village", InsideVillage),
        coefficient=entry("coefficient", _decimal),
        pixel_m=entry("pixel_m", _decimal),
        structure_classes=entry("structure_classes", _names),
        structure_unit=entry("structure_unit", StructureUnit),
        touching_count_as_one=entry("touching_count_as_one", _yes_or_no),
    )


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or isinstance(value, date) else date.fromisoformat(str(value))


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError  # a text would be taken for a list of its letters
    return tuple(map(str, value))


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError  # "no" would be taken for yes
    return value


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, str | bool) else str(value)


def from_toml(path: Path) -> Policy:
    """Read a policy file; raises Problem with what is wrong in it."""
    return from_terms(toml_of(path, _("policy file")))
