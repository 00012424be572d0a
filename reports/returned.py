"""Returned reports that nobody has answered yet, and the days a township may still report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from gis.language import Text, _
from parcels.projects import Project
from reports.daily import RETURN_TITLES, ReportState, ReturnReason

DAYS_BACK = 7
LIVE = (ReportState.FILED, ReportState.CONFIRMED)


def unanswered(reports: pd.DataFrame) -> list[Mapping[str, Any]]:
    """Return what stands returned: the newest sending of each day that has no report since.

    ``reports``: ``reports_between`` of one township, by day and sending. Sent again and withdrawn
    is no answer.
    """
    answered = set(reports.loc[reports["state"].isin(LIVE), "day"])
    is_open = (reports["state"] == ReportState.RETURNED) & ~reports["day"].isin(answered)
    newest = reports[is_open].groupby("day").tail(1)
    return [{str(key): value for key, value in row.items()} for row in newest.to_dict("records")]


def words_of(report: Mapping[str, Any], *, is_frozen: bool) -> Text:
    """Return who returned a report and why, and how it can still be answered."""
    said = {
        "day": report["day"],
        "reviewer": report["reviewer"],
        "reason": RETURN_TITLES[ReturnReason(report["return_reason"])],
        "text": report["return_text"],
    }
    if is_frozen:
        return _(
            "{day} was returned by {reviewer}: {reason}. {text} The day has been frozen since: ask "
            "the bureau for an adjustment.",
            **said,
        )
    return _(
        "{day} was returned by {reviewer}: {reason}. {text} Please report it again.",
        **said,
    )


def days_to_report(project: Project, today: date, returned: Collection[date]) -> list[date]:
    """Return the days a township chooses from, today first: a week, and what was returned."""
    week = {today - timedelta(days=back) for back in range(DAYS_BACK + 1)}
    days = {day for day in week | set(returned) if day >= project.starts_on} or {today}
    return sorted(days, reverse=True)
