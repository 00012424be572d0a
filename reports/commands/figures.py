"""``week``, ``status`` and ``derive``: the figures of the pages, printed in the shell."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from gis.language import Problem, _, say
from gis.units import format_mu, half_up, to_ha, to_mu
from parcels.projects import every_project
from parcels.store.engine import folder_from_environment, open_store
from parcels.store.migrate import migrate
from reports.commands.register import open_register, shell_of
from reports.document import Document, Kind
from reports.forecast import Forecast
from reports.periods.period import PeriodKind, period_of
from reports.periods.summary import PeriodRow, PeriodSummary
from reports.printed import least_mu
from reports.publication.check_code import read_code, shown
from reports.publication.derivation import Derivation, derived
from reports.publication.reading import content_of, snapshot_of_code
from reports.renderers.xlsx import figure
from reports.services.day_status import DayStatus, day_status
from reports.services.give_codes import CodedDocument, document_of_code
from reports.services.week import period_document, summary_of


def add_to(commands: Any) -> None:
    """Add the three commands."""
    week = commands.add_parser("week", help=say("print the summary of a week, month or quarter"))
    week.add_argument("--from", dest="first", required=True, type=date.fromisoformat,
                      metavar="DATE", help=say("a day of the period, as 2026-03-02"))  # fmt: skip
    week.add_argument("--kind", choices=[kind.value for kind in PeriodKind], default="week",
                      help=say("length of the period"))  # fmt: skip
    week.set_defaults(run=_week)
    status = commands.add_parser("status", help=say("print who has reported on a day"))
    status.add_argument("--day", required=True, type=date.fromisoformat, metavar="DATE",
                        help=say("such as 2026-03-02"))  # fmt: skip
    status.set_defaults(run=_status)
    derive = commands.add_parser("derive", help=say("print where published figures come from"))
    derive.add_argument("code", metavar="CODE", help=say("the check code on the document"))
    derive.set_defaults(run=_derive)
    for one in (week, status, derive):
        one.add_argument("--json", action="store_true", help=say("as JSON"))
    for one in (week, status):
        one.add_argument("--project", metavar="CODE", help=say("only needed with several"))


def _week(wanted: argparse.Namespace) -> int:
    store, project, actor = open_register(wanted.project)
    period = period_of(PeriodKind(wanted.kind), wanted.first)
    now = datetime.now(UTC)
    if wanted.json:
        return _print_json(summary_json(summary_of(store, actor, project, period, now=now)))
    document = period_document(store, actor, project, period, now=now)
    print("\n".join(_lines(document)))
    return 0


def _lines(document: Document) -> list[str]:
    """Return everything a document says, a line a thing, figures rounded as in its files."""
    lines = [document.title, *(f"{label}: {words}" for label, words in document.facts)]
    for head, words in document.paragraphs:
        lines += ["", head, words]
    for table in document.tables:
        lines += ["", table.title]
        heads = [f"{c.group} {c.title}".strip() for c in table.columns]
        rows = [
            [_cell(value, column.kind) for value, column in zip(cells, table.columns, strict=True)]
            for cells in table.rows
        ]
        lines += [" | ".join(row) for row in (heads, *rows)]
        lines += [table.note] if table.note else []
    return lines


def _cell(value: Any, kind: Kind) -> str:
    found = figure(value, kind)
    return "—" if found is None else str(found).replace("\n", " ")


def _status(wanted: argparse.Namespace) -> int:
    store, project, actor = open_register(wanted.project)
    found = day_status(store, actor, project, wanted.day, now=datetime.now(UTC))
    if wanted.json:
        return _print_json(status_json(found))
    counts = found.punctuality
    print(
        say(
            "{day}: expected {expected} = on time {on_time} + late {late} + missing {missing}; "
            "awaiting confirmation {awaiting}.",
            day=found.day,
            expected=counts.expected,
            on_time=counts.on_time,
            late=counts.late,
            missing=counts.missing,
            awaiting=found.awaiting,
        )
    )
    if not found.is_due:
        print(say("The day is open until {time}.", time=f"{project.cut_off:%H:%M}"))
    if found.missing:
        print(say("Missing: {names}.", names="、".join(found.missing)))
    return 0


def _derive(wanted: argparse.Namespace) -> int:
    code = read_code(wanted.code)
    store = open_store(folder_from_environment())
    migrate(store)
    counties = {project.region for project in every_project(store)}
    with store.reading() as connection:
        now = datetime.now(UTC)
        found_in = (
            snapshot_of_code(connection, shell_of(region), code, now=now) for region in counties
        )
        snapshot = next(filter(None, found_in), None)
        if snapshot is None:
            coded_in = (document_of_code(connection, shell_of(region), code) for region in counties)
            return _derive_document(wanted, code, next(filter(None, coded_in), None))
        content = content_of(connection, snapshot)
    found = derived(content)
    if wanted.json:
        return _print_json(
            {
                "code": snapshot.code,
                "sha256": snapshot.content_sha256,
                "period": [content.summary.period.first, content.summary.period.last],
                "is_published": snapshot.standing.is_published,
                "basis": dict(content.basis),
                "rows": [derivation_json(one) for one in found],
            }
        )
    print(f"{shown(snapshot.code)} · {content.summary.period.words} · {snapshot.content_sha256}")
    for one in found[:-1]:
        print(_derivation_line(one))
        for part in one.parts.to_dict("records"):
            print(
                f"  {part['village']} {part['parcel_no']}: {format_mu(part['new_arable_m2'])} × "
                f"{half_up(part['at_step_m2'], 2)} ÷ {half_up(part['area_m2'], 2)} = "
                f"{format_mu(part['done_m2'])}"
            )
    print(_derivation_line(found[-1]))
    return 0 if all(one.agrees for one in found) else 1


def _derive_document(wanted: argparse.Namespace, code: str, document: CodedDocument | None) -> int:
    if document is None:
        raise Problem(_("Nothing left the office under {code}.", code=shown(code)))
    if wanted.json:
        return _print_json(asdict(document))
    print("\n".join(f"{label}: {words}" for label, words in document.facts))
    return 0


def _derivation_line(one: Derivation) -> str:
    return say(
        "{name}: {done} of {eligible} mu from {parcels} parcels; {agrees}",
        name=one.row.name,
        done=format_mu(one.done_m2),
        eligible=format_mu(one.eligible_m2),
        parcels=len(one.parts),
        agrees=say("the frozen figure") if one.agrees else say("NOT the frozen figure"),
    )


def derivation_json(one: Derivation) -> dict[str, Any]:
    """Return a derivation as JSON holds it."""
    names = ["village", "parcel_no", "area_m2", "new_arable_m2", "at_step_m2", "done_m2"]
    return {
        "code": one.row.code,
        "name": one.row.name,
        "eligible_m2": _m2(one.eligible_m2),
        "done_m2": _m2(one.done_m2),
        "agrees": one.agrees,
        "parcels": one.parts[names].to_dict("records"),
    }


def status_json(found: DayStatus) -> dict[str, Any]:
    """Return a day's status as JSON holds it."""
    counts = found.punctuality
    return {
        "day": found.day,
        "is_due": found.is_due,
        "is_frozen": found.is_frozen,
        "expected": counts.expected,
        "on_time": counts.on_time,
        "late": counts.late,
        "missing": counts.missing,
        "awaiting": found.awaiting,
        "unasked": counts.unasked,
        "missing_townships": list(found.missing),
    }


def summary_json(summary: PeriodSummary) -> dict[str, Any]:
    """Return a period as JSON holds it: the figures of the page and the file, rounded as there."""
    return {
        "project": summary.project.code,
        "kind": summary.period.kind.value,
        "first": summary.period.first,
        "last": summary.period.last,
        "up_to": summary.cut_off_day,
        "is_published": False,
        "counting_step": summary.project.counting_step.value,
        "townships": [_row(row) for row in summary.townships],
        "county": _row(summary.county),
    }


def _row(row: PeriodRow) -> dict[str, Any]:
    done, counts = row.completion, row.punctuality
    areas = {
        "eligible": done.eligible_m2,
        "done": done.done_m2,
        "done_in_period": row.done_within_m2,
        "scheduled_in_period": row.scheduled_within_m2,
        "county_accepted": done.accepted_m2,
        "next_period": row.next_m2 or 0.0,
    }
    return {
        "code": row.code,
        "name": row.name,
        "parcels": row.parcels,
        **{f"{name}_mu": _mu(m2) for name, m2 in areas.items()},
        **{f"{name}_ha": float(half_up(to_ha(m2), 4)) for name, m2 in areas.items()},
        "completion": _share(done.share),
        "scheduled": _share(done.scheduled),
        "gap_points": _points(done.gap),
        "change_points": _points(row.change),
        "rank": row.rank,
        "is_tied": row.is_tied,
        "rank_before": row.rank_before,
        "expected": counts.expected,
        "on_time": counts.on_time,
        "late": counts.late,
        "missing": counts.missing,
        "on_time_rate": _share(counts.on_time_rate),
        "awaiting": row.awaiting,
        "zero_days": dict(counts.zero_days),
        "steps_in_period_m2": {step.value: _m2(m2) for step, m2 in row.within_m2.items()},
        "steps_m2": {step.value: _m2(m2) for step, m2 in row.total_m2.items()},
        "problems": list(row.problems),
        "forecast": _forecast(row.forecast),
    }


def _forecast(told: Forecast) -> dict[str, Any]:
    needed, recent = told.needed_m2, told.recent_m2
    return {
        "outlook": told.outlook.value,
        "finish": told.finish,
        "earliest": told.earliest,
        "latest": told.latest,
        "last_township": told.last_code or None,
        "finish_at_common_pace": told.pooled,
        "days_used": [told.first, told.last] if told.first else None,
        "days": told.days,
        "done_in_them_mu": _mu(told.done_m2),
        "left_mu": _mu(told.left_m2),
        "working_days_left": told.working_days_left,
        "needed_mu_a_working_day": None
        if needed is None
        else float(least_mu(needed).replace(",", "")),
        "last_7_working_days_mu": None if recent is None else _mu(recent),
    }


def _mu(area_m2: float) -> float:
    return float(half_up(to_mu(area_m2), 2))


def _share(share: float | None) -> float | None:
    return None if share is None else float(half_up(share, 4))


def _points(gap: float | None) -> float | None:
    return None if gap is None else float(half_up(gap * 100, 2))


def _m2(area_m2: float | None) -> float | None:
    return None if area_m2 is None else float(half_up(area_m2, 2))


def _print_json(said: dict[str, Any]) -> int:
    print(json.dumps(said, ensure_ascii=False, indent=2, default=str))
    return 0
