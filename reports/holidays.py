"""A list of holidays and working weekends as an office pastes it, from a notice or from Excel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from gis.language import Text, _
from reports.calendar import days_between

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_WORKING = re.compile(r"班|补|work", re.IGNORECASE)
_RESTING = re.compile(r"休|假|holiday|rest|off", re.IGNORECASE)
LONGEST_DAYS, MOST_LINES = 60, 1000


@dataclass(frozen=True)
class CalendarDay:
    """One day that differs from its week; ``name`` is the holiday's."""

    day: date
    is_working: bool
    name: str


@dataclass(frozen=True)
class Rejected:
    """A line that was not understood, with its number from 1."""

    line: int
    words: str
    ground: Text


def read_holidays(pasted: str) -> tuple[list[CalendarDay], list[Rejected]]:
    """Return the days of a list and the lines that were not understood; empty lines say nothing.

    A line has a day, or two for a span, and 休/放假 or 班/调休上班; what is left is the name.
    """
    found: list[CalendarDay] = []
    rejected: list[Rejected] = []
    for number, line in enumerate(pasted.splitlines()[:MOST_LINES], start=1):
        words = line.strip()
        if not words:
            continue
        days = days_of(words)
        if days is None:
            rejected.append(Rejected(number, words, _("No day as 2026-10-01 is in it.")))
            continue
        if not 0 < len(days) <= LONGEST_DAYS:
            rejected.append(Rejected(number, words, _("The days are crossed or too many.")))
            continue
        rest = _DAY.sub(" ", words)
        is_working = kind_of(rest)
        if is_working is None:
            rejected.append(
                Rejected(number, words, _("It does not say 休 (holiday) or 班 (work)."))
            )
            continue
        name = re.sub(r"[\s,，、;；至到~—–-]+", " ", rest).strip()
        found += [CalendarDay(day, is_working, name) for day in days]
    return found, rejected


def kind_of(words: str) -> bool | None:
    """Tell whether words say a working day (True) or a rest day (False); None: neither."""
    # 调休上班 holds both signs: who works is the stronger word
    if _WORKING.search(words):
        return True
    return False if _RESTING.search(words) else None


def days_of(words: str) -> tuple[date, ...] | None:
    """Return the days a line names; None when there is none or one that cannot be."""
    try:
        days = [date(int(y), int(m), int(d)) for y, m, d in _DAY.findall(words)]
    except ValueError:
        return None
    if not 1 <= len(days) <= 2:
        return None
    return days_between(days[0], days[-1])
