"""Correcting a day's work by an adjustment: the reported figure stays beside the corrected one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gis.language import Problem, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store import audit
from parcels.store.engine import Store
from parcels.store.tables import STAGE_EVENT
from parcels.workflow import EventState, Step
from reports.ceilings import ROUNDING_M2
from reports.clean import clean
from reports.daily import Correction, Entry, ReportState
from reports.publication.reading import is_frozen
from reports.reasons import CorrectionReason
from reports.services.ceilings import require_within_ceilings, source_of
from reports.tables import ADJUSTMENT, DAILY_REPORT

LIVE = (ReportState.FILED.value, ReportState.CONFIRMED.value)
Wanted = Mapping[tuple[int, Step], float]


def adjust_work(
    store: Store,
    actor: Actor,
    project: Project,
    township_code: str,
    day: date,
    wanted: Wanted,
    *,
    reason: str,
    now: datetime,
) -> int:
    """Let a day's work on these parcels and steps be that many m²; return how many differed.

    A report that waits or is confirmed keeps what it said; the difference counts with it. A day
    without a report takes adjustments once it is frozen; before that a report is filed.
    Raises TooMuchClaimed when the corrected work would not fit what stands.
    """
    access.require(actor, Action.ADJUST_WORK, township_code)
    reason = clean(reason.strip())
    if not reason:
        raise Problem(_("Say why the figure is corrected: it stands beside the old one."))
    if any(not 0 <= area_m2 < 1e9 for area_m2 in wanted.values()):
        raise Problem(_("An area of the adjustment cannot be; give square metres from 0 on."))
    with store.writing() as connection:
        report = _live_report(connection, project, township_code, day)
        frozen = is_frozen(connection, project.id, day)
        if report is None and not frozen:
            raise Problem(_("{day} has no report and is not frozen; file one for it.", day=day))
        source = source_of(report.id) if report else f"adjustment:{township_code}:{day}"
        present = _present(connection, source)
        changed = {
            key: (present.get(key, 0.0), float(area_m2))
            for key, area_m2 in wanted.items()
            if abs(present.get(key, 0.0) - area_m2) > ROUNDING_M2
        }
        if not changed:
            return 0
        _require_fit(connection, project, township_code, day, changed)
        _save(connection, actor, project, township_code, day, report, source, changed,
              reason=reason, is_after_freeze=frozen, now=now)  # fmt: skip
        audit.record(
            connection,
            actor,
            "adjust_work",
            report.receipt_no if report else f"{township_code} {day}",
            now=now,
            region=township_code,
            before={f"{ledger} {step}": old for (ledger, step), (old, _new) in changed.items()},
            after={f"{ledger} {step}": new for (ledger, step), (_old, new) in changed.items()}
            | {"reason": reason},
        )
    return len(changed)


def _live_report(
    connection: sa.Connection, project: Project, township_code: str, day: date
) -> sa.Row[Any] | None:
    return connection.execute(
        sa.select(DAILY_REPORT).where(
            DAILY_REPORT.c.project_id == project.id,
            DAILY_REPORT.c.township_code == township_code,
            DAILY_REPORT.c.day == day,
            DAILY_REPORT.c.state.in_(LIVE),
        )
    ).first()


def _present(connection: sa.Connection, source: str) -> dict[tuple[int, Step], float]:
    """Return what a source's events add up to, by parcel and step."""
    rows = connection.execute(
        sa.select(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step, sa.func.sum(STAGE_EVENT.c.area_m2))
        .where(STAGE_EVENT.c.source == source, STAGE_EVENT.c.state != EventState.VOID.value)
        .group_by(STAGE_EVENT.c.ledger_id, STAGE_EVENT.c.step)
    )
    return {(ledger_id, Step(step)): float(area_m2) for ledger_id, step, area_m2 in rows}


Changed = Mapping[tuple[int, Step], tuple[float, float]]


def _require_fit(
    connection: sa.Connection, project: Project, township_code: str, day: date, changed: Changed
) -> None:
    more = [Entry(*key, new - old) for key, (old, new) in changed.items() if new > old]
    less = [
        Correction(*key, old - new, CorrectionReason.OTHER)
        for key, (old, new) in changed.items()
        if new < old
    ]
    require_within_ceilings(connection, project.id, township_code, more, corrections=less, day=day)


def _save(
    connection: sa.Connection,
    actor: Actor,
    project: Project,
    township_code: str,
    day: date,
    report: sa.Row[Any] | None,
    source: str,
    changed: Changed,
    *,
    reason: str,
    is_after_freeze: bool,
    now: datetime,
) -> None:
    is_confirmed = report is None or report.state == ReportState.CONFIRMED.value
    state = EventState.CONFIRMED if is_confirmed else EventState.CLAIMED
    for (ledger_id, step), (old_m2, new_m2) in changed.items():
        place = {"ledger_id": ledger_id, "step": step.value}
        connection.execute(
            sa.insert(STAGE_EVENT).values(
                **place,
                day=day,
                area_m2=round(new_m2 - old_m2, 2),
                state=state.value,
                source=source,
                recorded_at=now,
            )
        )
        connection.execute(
            sa.insert(ADJUSTMENT).values(
                **place,
                project_id=project.id,
                township_code=township_code,
                day=day,
                report_id=report.id if report else None,
                old_m2=old_m2,
                new_m2=new_m2,
                reason=reason,
                is_after_freeze=is_after_freeze,
                person_id=actor.person_id,
                at=now,
            )
        )
