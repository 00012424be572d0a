"""What is frozen: a period's figures, the parcels they come from, and the words; as bytes.

Canonical JSON, so that the same figures always have the same hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from enum import Enum
from typing import Any

import pandas as pd

from parcels.projects import Project, project_of_row
from parcels.workflow import Step
from reports.completion import Completion
from reports.forecast import Forecast, Outlook
from reports.periods.charted import Charted, charted_from, plain
from reports.periods.period import Period, PeriodKind
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.punctuality import Punctuality
from reports.ranking import Waiting

PART_COLUMNS = [
    "ledger_id", "township_code", "village", "parcel_no", "area_m2", "new_arable_m2", "at_step_m2",
    "done_m2", "accepted_m2",
]  # fmt: skip
REPORT_COLUMNS = ["township_code", "day", "receipt_no", "state", "is_late", "zero_reason"]


@dataclass(frozen=True)
class Content:
    """Frozen figures as they are read back.

    ``parts``: PART_COLUMNS, a row for each parcel that counts or was worked on. ``reports``:
    REPORT_COLUMNS, every report of the period. ``basis``: layer and policy versions. ``charted``
    is missing in what was frozen before charts were.
    """

    summary: PeriodSummary
    basis: Mapping[str, Any]
    paragraphs: tuple[tuple[str, str], ...]
    parts: pd.DataFrame
    reports: pd.DataFrame
    charted: Charted | None = None


def as_bytes(content: Content) -> bytes:
    """Return the content as canonical JSON."""
    summary = content.summary
    said = {
        "project": asdict(summary.project),
        "kind": summary.period.kind,
        "first": summary.period.first,
        "cut_off_day": summary.cut_off_day,
        "townships": [asdict(row) for row in summary.townships],
        "county": asdict(summary.county),
        "basis": dict(content.basis),
        "paragraphs": content.paragraphs,
        "parts": content.parts[PART_COLUMNS].to_numpy(dtype=object).tolist(),
        "reports": content.reports[REPORT_COLUMNS].to_numpy(dtype=object).tolist(),
    }
    if content.charted is not None:
        said["charted"] = plain(content.charted)
    text = json.dumps(
        _plain(said), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def sha256_of(content: bytes) -> str:
    """Return the hash under which a content is kept."""
    return hashlib.sha256(content).hexdigest()


def from_bytes(content: bytes) -> Content:
    """Return what ``as_bytes`` wrote."""
    said = json.loads(content)
    project = _project(said["project"])
    period = Period(PeriodKind(said["kind"]), date.fromisoformat(said["first"]))
    summary = PeriodSummary(
        project,
        period,
        date.fromisoformat(said["cut_off_day"]),
        tuple(_row(row) for row in said["townships"]),
        _row(said["county"]),
    )
    reports = pd.DataFrame(said["reports"], columns=REPORT_COLUMNS)
    return Content(
        summary,
        said["basis"],
        tuple((head, words) for head, words in said["paragraphs"]),
        pd.DataFrame(said["parts"], columns=PART_COLUMNS),
        reports.assign(day=[date.fromisoformat(day) for day in reports["day"]]),
        charted_from(said["charted"]) if "charted" in said else None,
    )


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    match value:
        case Enum():
            return value.value
        case datetime() | date() | time():
            return value.isoformat()
        case Mapping():
            return {str(_plain(key)): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value.item() if hasattr(value, "item") else value


def _project(said: Mapping[str, Any]) -> Project:
    days = {name: _day(said[name]) for name in ("approved_on", "starts_on", "deadline")}
    known = {field.name for field in fields(Project)} & set(said)
    row = {name: said[name] for name in known} | days
    return project_of_row(row | {"cut_off": time.fromisoformat(said["cut_off"])})


def _row(said: Mapping[str, Any]) -> PeriodRow:
    told = said["forecast"]
    waiting = said["waiting"]
    dates = ("first", "last", "finish", "earliest", "latest", "pooled")
    days = {name: _day(told.get(name)) for name in dates}
    steps = {
        name: {Step(step): area for step, area in said[name].items()}
        for name in ("within_m2", "total_m2")
    }
    made: dict[str, Any] = dict(said) | steps
    made |= {
        "completion": Completion(**said["completion"]),
        "before": Completion(**said["before"]),
        "punctuality": Punctuality(**said["punctuality"]),
        "problems": tuple(said["problems"]),
        "waiting": Waiting(**waiting | {"step": Step(waiting["step"])}) if waiting else None,
        "forecast": Forecast(**told | days | {"outlook": Outlook(told["outlook"])}),
    }
    return PeriodRow(**made)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
