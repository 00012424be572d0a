"""A period of the calendar: a day, a week from Monday, a month, a quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gis.language import Text, _


class PeriodKind(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


PERIOD_TITLES: dict[PeriodKind, Text] = {
    PeriodKind.DAY: _("Reporting day"),
    PeriodKind.WEEK: _("Week"),
    PeriodKind.MONTH: _("Month"),
    PeriodKind.QUARTER: _("Quarter"),
}


@dataclass(frozen=True)
class Period:
    """One period; ``first`` is its first day."""

    kind: PeriodKind
    first: date

    def __post_init__(self) -> None:
        if first_of(self.kind, self.first) != self.first:
            raise ValueError(f"{self.first} begins no {self.kind}")

    @property
    def last(self) -> date:
        return self.following.first - timedelta(days=1)

    @property
    def words(self) -> str:
        """The days as they are written."""
        return str(self.first) if self.first == self.last else f"{self.first} — {self.last}"

    @property
    def following(self) -> Period:
        return period_of(self.kind, self.first + timedelta(days=_LONGEST[self.kind]))

    @property
    def previous(self) -> Period:
        return period_of(self.kind, self.first - timedelta(days=1))


_LONGEST = {PeriodKind.DAY: 1, PeriodKind.WEEK: 7, PeriodKind.MONTH: 31, PeriodKind.QUARTER: 92}


def first_of(kind: PeriodKind, day: date) -> date:
    """Return the first day of a day's period."""
    match kind:
        case PeriodKind.DAY:
            return day
        case PeriodKind.WEEK:
            return day - timedelta(days=day.weekday())
        case PeriodKind.MONTH:
            return day.replace(day=1)
        case PeriodKind.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def period_of(kind: PeriodKind, day: date) -> Period:
    """Return the period of a day."""
    return Period(kind, first_of(kind, day))


def periods_between(kind: PeriodKind, first: date, last: date) -> tuple[Period, ...]:
    """Return the periods that touch these days, the newest first."""
    found = []
    period = period_of(kind, last)
    while period.last >= first:
        found.append(period)
        period = period.previous
    return tuple(found)
