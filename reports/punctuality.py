"""Who reported when: on time, late and missing always add up to what was expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from gis.language import Text, _
from reports.daily import ReportState, ZeroReason

LIVE = (ReportState.FILED, ReportState.CONFIRMED)
ACCEPTED_REASONS = frozenset({ZeroReason.RAIN, ZeroReason.WEATHER})
"""Nobody can work against these: shown beside a place or a gap, never subtracted from it."""


class Standing(StrEnum):
    """What became of one expected report."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"


STANDING_TITLES: dict[Standing, Text] = {
    Standing.ON_TIME: _("On time"),
    Standing.LATE: _("Late"),
    Standing.MISSING: _("Missing"),
}


@dataclass(frozen=True)
class Punctuality:
    """Township-days of a period: on_time + late + missing = expected.

    ``zero_days`` is reason → days; ``unasked`` are reports of days on which none was expected.
    """

    expected: int
    on_time: int
    late: int
    missing: int
    zero_days: Mapping[str, int]
    unasked: int = 0

    @property
    def on_time_rate(self) -> float | None:
        """Share of expected reports that were on time; None where none was expected."""
        return self.on_time / self.expected if self.expected else None

    @property
    def idle_days(self) -> int:
        """Days without progress whose reason nobody accepts."""
        return sum(n for reason, n in self.zero_days.items() if reason not in ACCEPTED_REASONS)


@dataclass(frozen=True)
class ExpectedReport:
    """One expected report and what became of it; ``zero_reason`` is empty where work was done."""

    township_code: str
    day: date
    standing: Standing
    zero_reason: str = ""


def standings(
    days: Collection[date], townships: Sequence[str], reports: pd.DataFrame
) -> list[ExpectedReport]:
    """Return every expected report, by township and day, with what became of it.

    ``days`` come from ``calendar.expected_days``; ``reports`` from ``reports_between``. A day is on
    time when the report that stands for it (not returned, not withdrawn) was in before the cut-off.
    """
    standing = reports[reports["state"].isin(LIVE)]
    sent = {
        (code, day): (Standing.LATE if is_late else Standing.ON_TIME, reason)
        for code, day, is_late, reason in zip(
            standing["township_code"],
            standing["day"],
            standing["is_late"],
            standing["zero_reason"],
            strict=True,
        )
    }
    return [
        ExpectedReport(code, day, *sent.get((code, day), (Standing.MISSING, "")))
        for code in townships
        for day in sorted(days)
    ]


def punctuality(
    days: Collection[date], townships: Sequence[str], reports: pd.DataFrame
) -> Punctuality:
    """Count expected, on time, late and missing township-days, and days without progress."""
    live = reports[reports["state"].isin(LIVE) & reports["township_code"].isin(townships)]
    unasked = int((~live["day"].isin(list(days))).sum())
    return counted(standings(days, townships, reports), unasked=unasked)


def counted(expected: Sequence[ExpectedReport], *, unasked: int) -> Punctuality:
    """Return how many of these expected reports are what; beside them those nobody asked for."""
    standing = Counter(one.standing for one in expected)
    zero = Counter(one.zero_reason for one in expected if one.zero_reason)
    return Punctuality(
        expected=len(expected),
        on_time=standing[Standing.ON_TIME],
        late=standing[Standing.LATE],
        missing=standing[Standing.MISSING],
        zero_days=dict(sorted(zero.items())),
        unasked=unasked,
    )


def idle_run(expected: Sequence[ExpectedReport]) -> int:
    """Return how many expected days in a row, up to the last, had no progress without good reason.

    ``expected``: one township's, by day. A missing report ends no run and adds nothing to it; a
    day with an accepted reason neither.
    """
    run = 0
    for one in reversed(expected):
        if one.standing is Standing.MISSING or one.zero_reason in ACCEPTED_REASONS:
            continue
        if not one.zero_reason:
            break
        run += 1
    return run


def missing_run(expected: Sequence[ExpectedReport]) -> int:
    """Return how many expected days in a row, up to the last, have no report; one township's."""
    run = 0
    for one in reversed(expected):
        if one.standing is not Standing.MISSING:
            break
        run += 1
    return run
