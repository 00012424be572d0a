"""The scheduled share (序时进度): a plan's milestones, or a straight line where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import fsum

from gis.language import Problem, _
from parcels.projects import Project


@dataclass(frozen=True)
class Milestone:
    """What a plan promises for the end of a day: the share (0–1) of eligible new arable."""

    day: date
    share: float
    title: str = ""


Plans = Mapping[str, Sequence[Milestone]]
"""Township code → its milestones in order of day; townships without a plan are absent."""


def scheduled_share(project: Project, day: date, milestones: Sequence[Milestone] = ()) -> float:
    """Return the share a plan schedules for the end of a day.

    Between milestones the line is straight; it begins at 0 on the eve of the project's start and
    ends at 1 on its deadline. Without milestones it is one straight line: the start day itself
    counts as worked.
    """
    points = [(project.starts_on - timedelta(days=1), 0.0)]
    points += [(milestone.day, milestone.share) for milestone in milestones]
    points.append((project.deadline, 1.0))
    if day <= points[0][0]:
        return 0.0
    for (before, low), (after, high) in pairwise(points):
        if before < day <= after:
            return low + (high - low) * ((day - before).days / (after - before).days)
    return 1.0


def scheduled_of(
    project: Project, day: date, eligible_m2: Mapping[str, float], plans: Plans
) -> float:
    """Return what several townships' plans schedule together, weighted by eligible new arable."""
    whole_m2 = fsum(eligible_m2.values())
    if not plans or not whole_m2:
        return scheduled_share(project, day)
    shares = {code: scheduled_share(project, day, plans.get(code, ())) for code in eligible_m2}
    if len(set(shares.values())) == 1:  # exactly theirs, not theirs times 1.0000000000000002
        return next(iter(shares.values()))
    return fsum(eligible_m2[code] * share for code, share in shares.items()) / whole_m2


def require_sound_plan(project: Project, milestones: Sequence[Milestone]) -> None:
    """Raise Problem unless days go on, shares do not fall, and all lies within the project."""
    for milestone in milestones:
        if not 0 < milestone.share <= 1:
            raise Problem(
                _("The milestone of {day} must stand above 0% and at most at 100%.",
                  day=milestone.day)
            )  # fmt: skip
        if not project.starts_on <= milestone.day <= project.deadline:
            raise Problem(
                _(
                    "The milestone of {day} lies outside the project, {start} to {end}.",
                    day=milestone.day,
                    start=project.starts_on,
                    end=project.deadline,
                )
            )
    for one, other in pairwise(milestones):
        if other.day <= one.day or other.share < one.share:
            raise Problem(
                _(
                    "The milestone of {other} must come after that of {one} and not below it.",
                    one=one.day,
                    other=other.day,
                )
            )
    if milestones and milestones[-1].day == project.deadline and milestones[-1].share < 1:
        raise Problem(_("On the deadline a plan stands at 100%."))
