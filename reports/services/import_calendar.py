"""The year's holidays by Excel: all of them or none, with an error for every cell that is wrong."""

from __future__ import annotations

from datetime import datetime

from gis.language import Problem, _
from parcels.people.actor import Actor
from parcels.store.engine import Store
from parcels.workbook import CellError, Heading, Row, read_workbook
from reports.calendar import days_between
from reports.holidays import LONGEST_DAYS, CalendarDay, days_of, kind_of
from reports.services.keep_calendar import keep_days, require_calendar

HEADINGS = (
    Heading("day", _("Day"), ("开始日期", "日期", "起始日期", "从")),
    Heading("until", _("Until"), ("结束日期", "截止日期", "至"), is_needed=False),
    Heading("kind", _("Holiday or working"), ("类型", "休/班", "安排")),
    Heading("name", _("Occasion"), ("名称", "节假日", "说明"), is_needed=False),
)


def import_calendar(
    store: Store, actor: Actor, region: str, content: bytes, *, now: datetime
) -> tuple[int, list[CellError]]:
    """Write the days of a workbook; return how many, and the errors. Known days are replaced."""
    require_calendar(actor, region)
    rows = read_workbook(content, HEADINGS)
    if not rows:
        raise Problem(_("The sheet holds no day."))
    days: list[CalendarDay] = []
    errors: list[CellError] = []
    for row in rows:
        days += _days(row, errors)
    if errors:
        return 0, errors
    return keep_days(store, actor, region, days, now=now), []


def _days(row: Row, errors: list[CellError]) -> list[CalendarDay]:
    """Return a row's days; what is wrong with it goes into ``errors``."""
    first, last = days_of(row.values["day"]), days_of(row.values["until"] or row.values["day"])
    is_working = kind_of(row.values["kind"])
    if first is None:
        errors.append(row.wrong("day", _("No day as 2026-10-01 is in it.")))
    if last is None and row.values["until"]:
        errors.append(row.wrong("until", _("No day as 2026-10-01 is in it.")))
    if is_working is None:
        errors.append(row.wrong("kind", _("It does not say 休 (holiday) or 班 (work).")))
    if first is None or last is None or is_working is None:
        return []
    length = (last[-1] - first[0]).days + 1
    if not 0 < length <= LONGEST_DAYS:
        errors.append(
            row.wrong("until" if row.values["until"] else "day",
                      _("The days are crossed or too many."))
        )  # fmt: skip
        return []
    name = row.values["name"]
    return [CalendarDay(day, is_working, name) for day in days_between(first[0], last[-1])]
