"""Keeping the working calendar of a county: its week from a day on, and single days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.regions import Level
from parcels.store import audit
from parcels.store.engine import Store
from reports.clean import clean
from reports.holidays import CalendarDay
from reports.tables import CALENDAR_DAY, CALENDAR_WEEK


def keep_week(
    store: Store, actor: Actor, region: str, weekdays: Collection[int], *, since: date,
    now: datetime,
) -> None:  # fmt: skip
    """Let reports be expected on these weekdays (Monday is 0) from a day on."""
    region = require_calendar(actor, region)
    if not set(weekdays) <= set(range(7)) or not weekdays:
        raise Problem(_("Choose at least one day of the week."))
    said = "".join(str(day + 1) for day in sorted(set(weekdays)))
    with store.writing() as connection:
        chosen = (CALENDAR_WEEK.c.region == region) & (CALENDAR_WEEK.c.since == since)
        before = connection.scalar(sa.select(CALENDAR_WEEK.c.weekdays).where(chosen))
        connection.execute(sa.delete(CALENDAR_WEEK).where(chosen))
        connection.execute(
            sa.insert(CALENDAR_WEEK).values(region=region, since=since, weekdays=said)
        )
        audit.record(
            connection, actor, "keep_week", str(since), now=now, region=region,
            before={"weekdays": before or ""}, after={"weekdays": said},
        )  # fmt: skip


def keep_days(
    store: Store, actor: Actor, region: str, days: Sequence[CalendarDay], *, now: datetime
) -> int:
    """Write holidays and working weekends; a known day is replaced. Return how many."""
    region = require_calendar(actor, region)
    wanted = {one.day: one for one in days}
    if not wanted:
        raise Problem(_("No day was understood; nothing was changed."))
    with store.writing() as connection:
        connection.execute(
            sa.delete(CALENDAR_DAY).where(
                CALENDAR_DAY.c.region == region, CALENDAR_DAY.c.day.in_(list(wanted))
            )
        )
        connection.execute(
            sa.insert(CALENDAR_DAY),
            [
                {"region": region, "day": one.day, "is_working": one.is_working,
                 "name": clean(one.name)[:64]}
                for one in wanted.values()
            ],
        )  # fmt: skip
        audit.record(
            connection, actor, "keep_days", region, now=now, region=region,
            after={str(day): one.is_working for day, one in wanted.items()},
        )  # fmt: skip
    return len(wanted)


def drop_days(
    store: Store, actor: Actor, region: str, days: Collection[date], *, now: datetime
) -> int:
    """Let single days be as their week says again. Return how many there were."""
    region = require_calendar(actor, region)
    chosen = (CALENDAR_DAY.c.region == region) & CALENDAR_DAY.c.day.in_(list(days))
    with store.writing() as connection:
        known = connection.execute(sa.select(CALENDAR_DAY).where(chosen)).all()
        if not known:
            raise Problem(_("None of these days stands in the calendar; nothing was changed."))
        connection.execute(sa.delete(CALENDAR_DAY).where(chosen))
        audit.record(
            connection, actor, "drop_days", region, now=now, region=region,
            before={str(row.day): row.is_working for row in known},
        )  # fmt: skip
    return len(known)


def require_calendar(actor: Actor, region: str) -> str:
    """Return the county of a region; raises Refused unless this person keeps its calendar."""
    county = region[: Level.COUNTY]
    access.require(actor, Action.KEEP_CALENDAR, county)
    return county
