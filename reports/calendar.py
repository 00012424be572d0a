"""The working calendar: on which days a report is expected; every day until an office says else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from parcels.projects import Project
from reports.daily import OFFICE_TIME

EVERY_WEEKDAY = frozenset(range(7))  # Monday is 0


@dataclass(frozen=True)
class Calendar:
    """An office's days: weeks by the day they hold from, and single days that differ.

    ``weeks``: (holds from, weekdays on which a report is expected), oldest first.
    ``days``: a holiday (False) or a working day on a weekend (True).
    """

    weeks: tuple[tuple[date, frozenset[int]], ...] = ()
    days: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Tell whether a report is expected on a day of works."""
        if day in self.days:
            return self.days[day]
        holding = EVERY_WEEKDAY
        for since, weekdays in self.weeks:
            if since > day:
                break
            holding = weekdays
        return day.weekday() in holding

    def working_days(self, first: date, last: date) -> tuple[date, ...]:
        """Return the working days from the first to the last, both included."""
        return tuple(day for day in days_between(first, last) if self.is_working(day))


EVERY_DAY = Calendar()


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Return every day from the first to the last, both included; none where they are crossed."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def expected_days(
    calendar: Calendar,
    project: Project,
    first: date,
    last: date,
    *,
    since: date | None,
    last_due: date | None = None,
) -> tuple[date, ...]:
    """Return the days of a period on which each township owes a report.

    They are working days within the project's dates, from ``since`` on: the day of the first
    adoption, before which there was nothing to report (None: not adopted yet, so none).
    ``last_due`` cuts off days whose cut-off has not passed: what is not due is not missing.
    """
    if since is None:
        return ()
    begin = max(first, project.starts_on, since)
    end = min(last, project.deadline, last_due or last)
    return calendar.working_days(begin, end)


def last_due_day(project: Project, now: datetime) -> date:
    """Return the last day whose cut-off has passed."""
    here = now.astimezone(OFFICE_TIME)
    return here.date() if here.time() >= project.cut_off else here.date() - timedelta(days=1)
