"""Facts about a township on a day, for the ladder: pure functions over frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import pandas as pd

from gis.language import Text, _
from parcels.projects import Project
from reports.completion import Completion
from reports.means.money import Purse
from reports.punctuality import ExpectedReport, Standing, idle_run
from reports.schedule import Milestone, scheduled_share

DAYS_BACK = 45
MISSING_WITHIN = 7  # expected days that the count of missing reports looks back


class Fact(StrEnum):
    """What the ladder looks at; OTHER is a matter that a person found."""

    BEHIND = "behind"
    MISSING = "missing"
    IDLE = "idle"
    MONEY = "money"
    CONTRADICTION = "contradiction"
    OTHER = "other"


FACT_TITLES: dict[Fact, Text] = {
    Fact.BEHIND: _("Behind schedule"),
    Fact.MISSING: _("Daily reports missing"),
    Fact.IDLE: _("No progress without accepted reason"),
    Fact.MONEY: _("Start-up money idle"),
    Fact.CONTRADICTION: _("Contradiction unanswered"),
    Fact.OTHER: _("Found by a person"),
}


@dataclass(frozen=True)
class Facts:
    """What is known of a township at the end of ``day``, the last day whose cut-off has passed.

    ``gaps``: gap to schedule (share) day by day up to ``day``, newest last; empty where nothing is
    eligible. ``missing``: reports missing among the last 7 expected. ``idle``: expected days in a
    row without progress and without accepted reason. ``contradiction_days``: how long the oldest
    unanswered contradiction has stood; 0: none.
    """

    code: str
    name: str
    day: date
    completion: Completion
    gaps: tuple[float, ...] = ()
    missing: int = 0
    idle: int = 0
    purse: Purse | None = None
    contradiction_days: int = 0
    contradictions: int = 0

    @property
    def gap(self) -> float | None:
        """The gap to schedule on ``day``, as a share."""
        return self.gaps[-1] if self.gaps else None


def daily_gaps(
    project: Project,
    completion: Completion,
    added_m2: Mapping[date, float],
    milestones: Sequence[Milestone],
    *,
    day: date,
    days_back: int = DAYS_BACK,
) -> tuple[float, ...]:
    """Return the gap to schedule on each of the last days, from confirmed work, newest last.

    ``completion`` is that of ``day``; ``added_m2`` is the new arable that each day added, so that
    earlier days follow by taking away. Days before the project starts are left out.
    """
    if not completion.eligible_m2:
        return ()
    first = max(project.starts_on, day - timedelta(days=days_back - 1))
    gaps: list[float] = []
    done_m2, at = completion.done_m2, day
    while at >= first:
        gaps.append(done_m2 / completion.eligible_m2 - scheduled_share(project, at, milestones))
        done_m2 -= added_m2.get(at, 0.0)
        at -= timedelta(days=1)
    return tuple(reversed(gaps))


def behind_run(gaps: Sequence[float], points: float) -> int:
    """Return how many days in a row, up to the last, the gap was ``points`` or more behind."""
    run = 0
    for gap in reversed(gaps):
        if not is_behind(gap, points):
            break
        run += 1
    return run


def is_behind(gap: float | None, points: float) -> bool:
    """Tell whether a gap (share) is at least so many percentage points behind schedule."""
    # nine decimals: beyond them lies only the noise of dividing
    return gap is not None and round(-gap * 100, 9) >= points


def missing_lately(expected: Sequence[ExpectedReport]) -> int:
    """Return how many of a township's last 7 expected reports are missing."""
    return sum(one.standing is Standing.MISSING for one in expected[-MISSING_WITHIN:])


def standing_facts(expected: Sequence[ExpectedReport]) -> tuple[int, int]:
    """Return (missing lately, idle run) of one township's expected reports, by day."""
    return missing_lately(expected), idle_run(expected)


def contradiction_facts(open_cards: pd.DataFrame, code: str, day: date) -> tuple[int, int]:
    """Return (days the oldest unanswered contradiction has stood, how many there are).

    ``open_cards``: region, found_on of cards nobody has answered.
    """
    own = open_cards[open_cards["region"].str.startswith(code)]
    if own.empty:
        return 0, 0
    return max((day - min(own["found_on"])).days, 0), len(own)
