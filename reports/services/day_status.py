"""A day at a glance: expected = on time + late + missing, by the minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store.engine import Store
from reports import reading
from reports.calendar import expected_days, last_due_day
from reports.daily import ReportState
from reports.publication.reading import is_frozen
from reports.punctuality import Punctuality, Standing, punctuality, standings


@dataclass(frozen=True)
class DayStatus:
    """One day's reports within one region; ``townships`` is code → name of those that report.

    Until the cut-off the day is not due: what is missing may still come. ``missing`` are names.
    """

    day: date
    is_due: bool
    is_frozen: bool
    townships: Mapping[str, str]
    punctuality: Punctuality
    awaiting: int
    missing: tuple[str, ...]


def day_status(
    store: Store, actor: Actor, project: Project, day: date, *, now: datetime
) -> DayStatus:
    """Return who has reported on a day, over the actor's townships."""
    reports = reading.reports_between(store, actor, project, day, day)
    with store.reading() as connection:
        names = reading.reporting_townships(connection, project, actor)
        calendar = reading.calendar_of(connection, project.region)
        since = reading.reporting_since(connection, project)
        frozen = is_frozen(connection, project.id, day)
    days = expected_days(calendar, project, day, day, since=since)
    expected = standings(days, list(names), reports)
    return DayStatus(
        day=day,
        is_due=day <= last_due_day(project, now),
        is_frozen=frozen,
        townships=names,
        punctuality=punctuality(days, list(names), reports),
        awaiting=int((reports["state"] == ReportState.FILED).sum()),
        missing=tuple(
            names[one.township_code] for one in expected if one.standing is Standing.MISSING
        ),
    )
