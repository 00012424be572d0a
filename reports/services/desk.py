"""The bureau's desk: what waits, with breaches and what stands out first."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa

from gis.language import Problem, Text, _
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.store.engine import Store
from parcels.store.tables import LEDGER
from parcels.workflow import Step
from reports import reading
from reports.ceilings import Breach
from reports.daily import OFFICE_TIME, ReportState
from reports.outliers import remarks
from reports.resent import resent
from reports.services.ceilings import TooMuchClaimed, events_of, require_within_ceilings, source_of
from reports.services.doubtful_photos import doubtful_photos
from reports.services.review_report import awaiting_leader, move_report
from reports.tables import DAILY_ENTRY, DAILY_REPORT

DAYS_BACK = 30


@dataclass(frozen=True)
class Waiting:
    """A report that waits: ``report`` as ``reports_between`` gives it, and what to look at.

    ``changed``: of a day that is sent again, why and what is another than before.
    """

    report: Mapping[str, Any]
    area_m2: float
    breaches: tuple[Breach, ...]
    remarks: tuple[Text, ...]
    changed: tuple[Text, ...] = ()
    was_returned: bool = False

    @property
    def is_remarkable(self) -> bool:
        stands_out = self.breaches or self.remarks or self.was_returned
        return bool(stands_out or self.report["is_for_township"])


def waiting_reports(
    store: Store, actor: Actor, project: Project, *, now: datetime
) -> list[Waiting]:
    """Return the reports that wait: breaches first, then what stands out, then by day."""
    access.require(actor, Action.CONFIRM_REPORT, project.region)
    today = now.astimezone(OFFICE_TIME).date()
    sent = reading.reports_between(store, actor, project, min(project.starts_on, today), today)
    reports = sent[sent["state"].isin((ReportState.FILED, ReportState.CONFIRMED))]
    recent = reports[reports["day"] >= today - timedelta(days=DAYS_BACK)]
    with store.reading() as connection:
        sums = _sums(connection, project)
        usual: dict[str, list[float]] = {}
        for row in recent[recent["state"] == ReportState.CONFIRMED].to_dict("records"):
            if area_m2 := sums.get(row["id"], (0.0, 0))[0]:
                usual.setdefault(row["township_code"], []).append(area_m2)
        found = []
        filed = reports[reports["state"] == ReportState.FILED].to_dict("records")
        unseen = awaiting_leader(connection, [int(row["id"]) for row in filed])
        days = {int(row["id"]): row["day"] for row in filed}
        doubtful = doubtful_photos(connection, actor, project, days)
        for row in filed:
            area_m2, steps = sums.get(row["id"], (0.0, 0))
            said = remarks(
                area_m2,
                usual.get(row["township_code"], ()),
                most_steps=steps,
                people_and_machines=int(row["workers"]) + int(row["machines"]),
            )
            if row["id"] in unseen:
                said.append(_("The township's leader has not reviewed it yet."))
            if count := doubtful.get(row["id"]):
                said.append(_("{count} photos are of another place or day.", count=count))
            over = _breaches(connection, project, row)
            before = _sending_before(sent, row)
            changed = _changed(connection, before, row)
            was_returned = before.get("state") is ReportState.RETURNED
            found.append(Waiting(row, area_m2, over, tuple(said), changed, was_returned))
    return sorted(
        found, key=lambda one: (not one.breaches, not one.is_remarkable, one.report["day"])
    )


def confirm_unremarkable(store: Store, actor: Actor, project: Project, *, now: datetime) -> int:
    """Confirm every waiting report in which nothing stands out; return how many.

    One that was withdrawn, returned or confirmed meanwhile, or that somebody else must confirm,
    stays as it is: the others are confirmed all the same.
    """
    plain = [one for one in waiting_reports(store, actor, project, now=now)
             if not one.is_remarkable]  # fmt: skip
    confirmed = 0
    for one in plain:
        with suppress(Problem):
            move_report(store, actor, int(one.report["id"]), ReportState.CONFIRMED, now=now)
            confirmed += 1
    return confirmed


def _sums(connection: sa.Connection, project: Project) -> dict[int, tuple[float, int]]:
    """Return report → area of its entries, and the most steps of one parcel in it."""
    steps = sa.func.count().label("steps")
    area = sa.func.sum(DAILY_ENTRY.c.area_m2).label("area_m2")
    of_parcel = (
        sa.select(DAILY_ENTRY.c.report_id, area, steps)
        .join(DAILY_REPORT, DAILY_REPORT.c.id == DAILY_ENTRY.c.report_id)
        .where(
            DAILY_REPORT.c.project_id == project.id,
            DAILY_REPORT.c.state.in_([ReportState.FILED.value, ReportState.CONFIRMED.value]),
        )
        .group_by(DAILY_ENTRY.c.report_id, DAILY_ENTRY.c.ledger_id)
        .subquery()
    )
    rows = connection.execute(
        sa.select(
            of_parcel.c.report_id, sa.func.sum(of_parcel.c.area_m2), sa.func.max(of_parcel.c.steps)
        ).group_by(of_parcel.c.report_id)
    )
    return {report_id: (float(area_m2), int(most)) for report_id, area_m2, most in rows}


def _sending_before(sent: pd.DataFrame, report: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the sending of the same day before this one; empty where it is the first."""
    same_day = (sent["township_code"] == report["township_code"]) & (sent["day"] == report["day"])
    earlier = sent[same_day & (sent["sequence"] < report["sequence"])]
    return {} if earlier.empty else {str(k): v for k, v in earlier.iloc[-1].items()}


def _changed(
    connection: sa.Connection, before: Mapping[str, Any], report: Mapping[str, Any]
) -> tuple[Text, ...]:
    if not before:
        return ()
    old, new = int(before["id"]), int(report["id"])
    work, numbers = _work(connection, [old, new])
    told = resent(
        before["state"], before["return_reason"], before["return_text"], work.get(old, {}),
        work.get(new, {}), numbers,
    )  # fmt: skip
    return tuple(told)


def _work(
    connection: sa.Connection, report_ids: list[int]
) -> tuple[dict[int, dict[tuple[int, Step], float]], dict[int, str]]:
    """Return report → what it claims, and the numbers of the parcels it names."""
    rows = connection.execute(
        sa.select(DAILY_ENTRY.c.report_id, DAILY_ENTRY.c.ledger_id, DAILY_ENTRY.c.step,
                  DAILY_ENTRY.c.area_m2, LEDGER.c.parcel_no)
        .join(LEDGER, LEDGER.c.id == DAILY_ENTRY.c.ledger_id)
        .where(DAILY_ENTRY.c.report_id.in_(report_ids))
    ).all()  # fmt: skip
    work: dict[int, dict[tuple[int, Step], float]] = {}
    for row in rows:
        claims = work.setdefault(row.report_id, {})
        place = (int(row.ledger_id), Step(row.step))
        claims[place] = claims.get(place, 0.0) + float(row.area_m2)
    return work, {int(row.ledger_id): row.parcel_no for row in rows}


def _breaches(
    connection: sa.Connection, project: Project, report: Mapping[str, Any]
) -> tuple[Breach, ...]:
    """Return what confirming this report would be refused for."""
    report_id = int(report["id"])
    entries, corrections = events_of(connection, report_id)
    try:
        require_within_ceilings(
            connection,
            project.id,
            report["township_code"],
            entries,
            corrections=corrections,
            but=source_of(report_id),
            is_filed=True,
        )
    except TooMuchClaimed as refused:
        return tuple(refused.breaches)
    return ()
