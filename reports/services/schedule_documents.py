"""Documents that are made by themselves: the day's set, and the week's on Monday."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from gis.language import _
from parcels.people.actor import Actor, Role
from parcels.projects import Project, every_project
from parcels.settings import Kind, Setting, hand_in_setting, setting
from parcels.store.engine import Store
from reports.catalog import county_daily, weekly_summary
from reports.daily import OFFICE_TIME, ReportState
from reports.services.issue_documents import issue_documents
from reports.services.make_documents import DAY_SET
from reports.tables import DAILY_REPORT, ISSUED_DOCUMENT

DOCUMENTS = _("Documents")
BY_THEMSELVES = hand_in_setting(
    Setting(
        "documents.scheduled",
        _("Make the day's and the week's documents without being asked"),
        Kind.YES_NO,
        True,
        DOCUMENTS,
        note=_("They are kept under the project and sent nowhere."),
    )
)
WAIT_UNTIL = time(12, 0)  # of the next day: then the set is made with what is still unconfirmed
MONDAY_FROM = time(8, 0)


def look_for_due_documents(store: Store, now: datetime) -> None:
    """Issue what has fallen due and is not there yet, in the office's language."""
    with store.reading() as connection:
        if not setting(connection, BY_THEMSELVES.name):
            return
    here = now.astimezone(OFFICE_TIME)
    for project in every_project(store):
        if project.adopted_check_id is None:
            continue
        office = Actor(None, "system", "system", Role.BUREAU_CLERK, project.region, "localhost")
        for day, only in due(store, project, here):
            issue_documents(store, office, project, day, only=only, now=now)


def due(store: Store, project: Project, here: datetime) -> list[tuple[date, tuple[str, ...]]]:
    """Return the days whose documents are due and not issued; ``here`` is the office's time.

    A day's set is due once the cut-off has passed and nothing of that day awaits confirmation, at
    the latest at noon of the next day. A week's is due on Monday morning. Only yesterday and today
    are looked at: what was missed while the server stood still is made by a person.
    """
    found: list[tuple[date, tuple[str, ...]]] = []
    today = here.date()
    for day in (today - timedelta(days=1), today):
        cut_off = datetime.combine(day, project.cut_off, OFFICE_TIME)
        latest = datetime.combine(day + timedelta(days=1), WAIT_UNTIL, OFFICE_TIME)
        if here < cut_off or not project.starts_on <= day <= project.deadline:
            continue
        filed, confirmed = _states(store, project, day)
        is_ready = here >= latest or (confirmed and not filed)
        if is_ready and not _is_issued(store, project, day, county_daily.DOCUMENT.name):
            found.append((day, DAY_SET))
    sunday = today - timedelta(days=1)
    is_monday = today.weekday() == 0 and here.time() >= MONDAY_FROM
    name = weekly_summary.DOCUMENT.name
    if is_monday and sunday >= project.starts_on and not _is_issued(store, project, sunday, name):
        found.append((sunday, (name,)))
    return found


def _states(store: Store, project: Project, day: date) -> tuple[int, int]:
    """Return how many reports of a day await confirmation, and how many are confirmed."""
    wanted = (
        sa.select(DAILY_REPORT.c.state, sa.func.count())
        .where(DAILY_REPORT.c.project_id == project.id, DAILY_REPORT.c.day == day)
        .group_by(DAILY_REPORT.c.state)
    )
    with store.reading() as connection:
        counts = {row[0]: row[1] for row in connection.execute(wanted)}
    return counts.get(ReportState.FILED.value, 0), counts.get(ReportState.CONFIRMED.value, 0)


def _is_issued(store: Store, project: Project, day: date, name: str) -> bool:
    wanted = sa.select(ISSUED_DOCUMENT.c.id).where(
        ISSUED_DOCUMENT.c.project_id == project.id,
        ISSUED_DOCUMENT.c.day == day,
        ISSUED_DOCUMENT.c.name == name,
    )
    with store.reading() as connection:
        return connection.execute(wanted.limit(1)).first() is not None
