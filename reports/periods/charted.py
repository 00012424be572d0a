"""What a period's charts are drawn from beside its rows: figures, so that they can be frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from reports.periods.history import History


@dataclass(frozen=True)
class Charted:
    """The county's completion day by day, and who reported when.

    ``reported``: township code → one of ``charts.HEAT``'s places for each of ``days``.
    """

    history: History
    days: tuple[date, ...]
    reported: Mapping[str, tuple[int, ...]]


def plain(charted: Charted) -> dict[str, Any]:
    """Return it as a frozen content keeps it."""
    return asdict(charted)


def charted_from(said: Mapping[str, Any]) -> Charted:
    """Return what ``plain`` gave, read back from JSON."""
    past = said["history"]
    return Charted(
        History(_days(past["days"]), tuple(past["done"]), tuple(past["scheduled"])),
        _days(said["days"]),
        {code: tuple(cells) for code, cells in said["reported"].items()},
    )


def _days(texts: list[str]) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, texts))
