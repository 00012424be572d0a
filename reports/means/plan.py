"""A township's plan (实施方案): its document and its milestones, which are the schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gis.language import Problem, _
from reports.schedule import Milestone


@dataclass(frozen=True)
class Plan:
    """One version of a plan; ``milestones`` in order of day."""

    title: str
    document_no: str
    document_on: date
    milestones: tuple[Milestone, ...]
    version: int = 1

    def __post_init__(self) -> None:
        if not self.title.strip() or not self.document_no.strip():
            raise Problem(_("A plan needs the title and the number of its document."))
        if not self.milestones:
            raise Problem(_("A plan needs at least one milestone: a day and the share due then."))


def plan_of(row: Mapping[str, Any]) -> Plan:
    """Return the plan of a table row."""
    milestones = tuple(
        Milestone(date.fromisoformat(one["day"]), one["share"], one["title"])
        for one in row["milestones"]
    )
    return Plan(row["title"], row["document_no"], row["document_on"], milestones, row["version"])


def as_row(plan: Plan) -> dict[str, Any]:
    """Return the table's columns of a plan, its version left out."""
    return {
        "title": plan.title,
        "document_no": plan.document_no,
        "document_on": plan.document_on,
        "milestones": [
            {"day": one.day.isoformat(), "share": one.share, "title": one.title}
            for one in plan.milestones
        ],
    }
