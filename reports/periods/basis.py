"""What a period is summed up from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from parcels.projects import Project
from reports.calendar import EVERY_DAY, Calendar
from reports.schedule import Plans


@dataclass(frozen=True)
class Basis:
    """What a period is summed up from; each frame within one region.

    ``names``: township code → name, exactly these get a row. ``parcels``: ``judged_figures``.
    ``work``: ``work_sums`` of the period. ``reports``: ``reports_between`` of the period.
    ``pace``: ``new_arable_by_day`` of the last weeks. ``confirmed_to``: township code (and the
    project's region) → the last day whose reports are all confirmed. ``since``: the day of the
    first adoption. ``last_due``: the last day whose cut-off has passed. ``plans``: the townships'
    milestones, ``means.reading.plan_curves``.
    """

    project: Project
    names: Mapping[str, str]
    parcels: pd.DataFrame
    work: pd.DataFrame
    reports: pd.DataFrame
    since: date | None
    last_due: date
    calendar: Calendar = EVERY_DAY
    pace: pd.DataFrame | None = None
    confirmed_to: Mapping[str, date] = field(default_factory=dict)
    plans: Plans = field(default_factory=dict)
