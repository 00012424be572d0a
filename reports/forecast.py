"""When it will be finished, from confirmed days alone; weather and holidays are left in.

rate = new arable done in the last days ÷ those days (calendar days, at most 28, an even number)
finish = last confirmed day + left ÷ rate, whole days, rounded up
range  = the same with the fastest and the slowest run of half as many days in a row
needed = left ÷ working days left until the deadline
county = its last township: whoever is done early does not work on elsewhere by itself

Why so: docs/decisions/0010-forecast.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from math import ceil, fsum

from gis.language import Text, _
from parcels.projects import Project
from reports.calendar import Calendar, days_between

WINDOW_DAYS, LEAST_DAYS = 28, 14
RECENT_WORKING_DAYS = 7
FARTHEST_DAYS = 3650  # beyond ten years a date says nothing
NOTHING_M2 = 0.005


class Outlook(StrEnum):
    """What can be said about the end."""

    FINISHED = "finished"
    NOT_ENOUGH = "not_enough"
    STANDSTILL = "standstill"
    DATED = "dated"


OUTLOOK_TITLES: dict[Outlook, Text] = {
    Outlook.FINISHED: _("finished"),
    Outlook.NOT_ENOUGH: _("not enough data"),
    Outlook.STANDSTILL: _("no end in sight at this pace"),
    Outlook.DATED: _("finish date"),
}


@dataclass(frozen=True)
class Forecast:
    """An outlook with everything it was computed from; areas m² of new arable.

    ``first`` to ``last`` are the days used. ``latest`` is None where the slowest run did nothing.
    Of a county ``last_code`` is the township that decides its end, and ``pooled`` the date at which
    all its townships at their common pace would be done.
    ``needed_m2`` is per working day, None once the deadline has passed; ``recent_m2`` is what the
    last 7 working days gave per working day, None where there are not that many.
    """

    outlook: Outlook
    left_m2: float
    first: date | None = None
    last: date | None = None
    days: int = 0
    done_m2: float = 0.0
    finish: date | None = None
    earliest: date | None = None
    latest: date | None = None
    needed_m2: float | None = None
    recent_m2: float | None = None
    working_days_left: int = 0
    last_code: str = ""
    pooled: date | None = None

    @property
    def rate_m2(self) -> float | None:
        """New arable a calendar day in the days used."""
        return self.done_m2 / self.days if self.days else None


def forecast(
    project: Project,
    calendar: Calendar,
    *,
    eligible_m2: float,
    done_m2: float,
    by_day: Mapping[date, float],
    since: date | None,
    last: date | None,
) -> Forecast:
    """Return the outlook at the end of ``last``, the last day whose reports are all confirmed.

    ``done_m2`` is new arable confirmed up to that day, ``by_day`` what each day added to it;
    ``since`` is the first day reports were expected. None for either: nothing is confirmed yet.
    """
    left_m2 = max(eligible_m2 - done_m2, 0.0)
    if eligible_m2 > 0 and left_m2 < NOTHING_M2:
        return Forecast(Outlook.FINISHED, 0.0, last=last)
    if since is None or last is None or eligible_m2 <= 0:
        return Forecast(Outlook.NOT_ENOUGH, left_m2)
    begin = max(since, project.starts_on)
    days_left = len(calendar.working_days(last + timedelta(days=1), project.deadline))
    pace = {
        "left_m2": left_m2,
        "last": last,
        "needed_m2": left_m2 / days_left if days_left else None,
        "recent_m2": _recent(calendar, by_day, begin, last),
        "working_days_left": days_left,
    }
    known = (last - begin).days + 1
    days = min(known, WINDOW_DAYS) // 2 * 2
    if known < LEAST_DAYS:
        return Forecast(Outlook.NOT_ENOUGH, days=max(known, 0), **pace)  # type: ignore[arg-type]
    first = last - timedelta(days=days - 1)
    added = [by_day.get(day, 0.0) for day in days_between(first, last)]
    half = days // 2
    runs = [fsum(added[start : start + half]) / half for start in range(half + 1)]
    whole_m2 = fsum(added)
    finish = _after(last, left_m2, whole_m2 / days)
    pace |= {"first": first, "days": days, "done_m2": whole_m2}
    if finish is None:
        return Forecast(Outlook.STANDSTILL, **pace)  # type: ignore[arg-type]
    # the mean of two halves lies between them; min and max only take off what dividing added
    earliest, latest = _after(last, left_m2, max(runs)), _after(last, left_m2, min(runs))
    return Forecast(
        Outlook.DATED,
        finish=finish,
        earliest=min(earliest or finish, finish),
        latest=max(latest, finish) if latest else None,
        **pace,  # type: ignore[arg-type]
    )


def county_forecast(pooled: Forecast, townships: Mapping[str, Forecast]) -> Forecast:
    """Return the outlook of a county: it is done when the last of its townships is.

    ``pooled`` is the outlook at the pace of all together; its days and sums stay. One township
    without an end, or with too few confirmed days, leaves the county without a date.
    """
    still = {code: one for code, one in townships.items() if one.left_m2 >= NOTHING_M2}
    if not still or len(townships) < 2:
        return pooled
    for outlook in (Outlook.STANDSTILL, Outlook.NOT_ENOUGH):
        held = {code: one.left_m2 for code, one in still.items() if one.outlook is outlook}
        if held:
            most = max(held, key=lambda code: (held[code], code))
            return replace(
                pooled,
                outlook=outlook,
                finish=None,
                earliest=None,
                latest=None,
                last_code=most if len(held) < len(still) else "",  # all of them: no one's doing
                pooled=pooled.finish,
            )
    ends = {code: one.finish for code, one in still.items() if one.finish}
    code = max(ends, key=lambda one: (ends[one], still[one].left_m2, one))
    told = [*still.values(), *([pooled] if pooled.finish else [])]
    latest = [one.latest for one in told if one.latest]
    finish = max(one.finish for one in told if one.finish)
    return replace(
        pooled,
        outlook=Outlook.DATED,
        finish=finish,
        earliest=max(one.earliest for one in told if one.earliest),
        latest=max(latest) if len(latest) == len(told) else None,
        last_code=code if ends[code] == finish else "",
        pooled=pooled.finish,
    )


def _after(last: date, left_m2: float, rate_m2: float) -> date | None:
    """Return the day by which this pace has done what is left; None beyond ten years."""
    if rate_m2 * FARTHEST_DAYS < left_m2:
        return None
    return last + timedelta(days=ceil(left_m2 / rate_m2 - 1e-9))


def _recent(
    calendar: Calendar, by_day: Mapping[date, float], begin: date, last: date
) -> float | None:
    """Return what the last seven working days gave per working day, work on rest days included."""
    working = calendar.working_days(max(begin, last - timedelta(days=60)), last)
    chosen = working[-RECENT_WORKING_DAYS:]
    if len(chosen) < RECENT_WORKING_DAYS:
        return None
    return fsum(by_day.get(day, 0.0) for day in days_between(chosen[0], last)) / len(chosen)
