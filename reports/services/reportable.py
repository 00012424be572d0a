"""May a township report this day? One list of rules, asked when a draft is saved and when sent.

Another rule is a function and a line in ``RULES``. A day the calendar leaves out may be reported.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.projects import Project
from parcels.regions import Level, contains, level_of
from reports.daily import OFFICE_TIME
from reports.publication.reading import is_frozen

Rule = Callable[[sa.Connection, Project, str, date, datetime], None]


def require_reportable_day(
    connection: sa.Connection, project: Project, township_code: str, day: date, now: datetime
) -> None:
    """Raise Problem with the first rule that a township's report of this day would break."""
    for rule in RULES:
        rule(connection, project, township_code, day, now)


def _has_come(
    _connection: sa.Connection, project: Project, _township: str, day: date, now: datetime
) -> None:
    if day > now.astimezone(OFFICE_TIME).date():
        raise Problem(_("{day} has not come yet; report for today.", day=day))
    if day < project.starts_on:
        raise Problem(_("The project starts on {day}.", day=project.starts_on))


def _is_a_township_of_the_project(
    _connection: sa.Connection, project: Project, township: str, _day: date, _now: datetime
) -> None:
    if level_of(township) is not Level.TOWNSHIP or not contains(project.region, township):
        raise Problem(_("The township does not belong to project {name}.", name=project.name))


def _is_not_frozen(
    connection: sa.Connection, project: Project, _township: str, day: date, _now: datetime
) -> None:
    if is_frozen(connection, project.id, day):
        raise Problem(
            _(
                "{day} is frozen: its figures are published or on their way. Ask the bureau for "
                "an adjustment.",
                day=day,
            )
        )


RULES: list[Rule] = [_has_come, _is_a_township_of_the_project, _is_not_frozen]
