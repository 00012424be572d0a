"""Completion day by day: what the curve of a document and of a screen is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

import pandas as pd

from parcels.projects import Project
from reports.calendar import days_between
from reports.completion import Completion
from reports.schedule import Plans, scheduled_of


@dataclass(frozen=True)
class History:
    """Shares of eligible new arable at the end of each day, from the start to the last day."""

    days: tuple[date, ...]
    done: tuple[float, ...]
    scheduled: tuple[float, ...]


def history(
    project: Project,
    last: Completion,
    added: pd.DataFrame,
    *,
    day: date,
    eligible_m2: dict[str, float] | None = None,
    plans: Plans | None = None,
) -> History:
    """Return the days up to ``day``, at whose end completion is ``last``.

    ``added``: ``new_arable_by_day`` from the start on. It is taken off backwards from the known
    end, so that what stood before the first day stays in. Nothing eligible: every share is 0.
    """
    days = days_between(project.starts_on, min(day, project.deadline))
    by_day = added.groupby("day")["done_m2"].sum().to_dict()
    after = accumulate((by_day.get(one, 0.0) for one in reversed(days[1:])), initial=0.0)
    done = [last.done_m2 - later for later in after][::-1] if days else []
    whole = last.eligible_m2
    return History(
        days,
        tuple(max(m2, 0.0) / whole if whole else 0.0 for m2 in done),
        tuple(scheduled_of(project, one, eligible_m2 or {}, plans or {}) for one in days),
    )
