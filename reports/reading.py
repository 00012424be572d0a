"""Reading the reporting loop: reports and their entries, always within one region."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa

from parcels.frames import as_members
from parcels.people import access
from parcels.people.access import Action
from parcels.people.actor import Actor
from parcels.projects import Project
from parcels.regions import narrower
from parcels.store.engine import Store
from parcels.store.tables import LEDGER, PARCEL, PERSON
from parcels.store.within import within
from parcels.workflow import Step
from reports.daily import ReportState
from reports.tables import DAILY_ENTRY, DAILY_REPORT

REPORT_COLUMNS = [
    "id", "township_code", "day", "sequence", "receipt_no", "state", "filed_at", "is_late",
    "workers", "machines", "zero_reason", "problem", "help_wanted", "reviewed_at",
    "return_reason", "return_text",
]  # fmt: skip


def reports_between(
    store: Store, actor: Actor, project: Project, first: date, last: date
) -> pd.DataFrame:
    """Return the reports of these days, every sending included, oldest first.

    Columns: those of REPORT_COLUMNS with state as ReportState, filer, reviewer.
    """
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    filer, reviewer = PERSON.alias("filer"), PERSON.alias("reviewer")
    wanted = (
        sa.select(
            *(DAILY_REPORT.c[name] for name in REPORT_COLUMNS),
            filer.c.display_name.label("filer"),
            sa.func.coalesce(reviewer.c.display_name, "").label("reviewer"),
        )
        .join(filer, filer.c.id == DAILY_REPORT.c.filed_by)
        .outerjoin(reviewer, reviewer.c.id == DAILY_REPORT.c.reviewed_by)
        .where(
            DAILY_REPORT.c.project_id == project.id,
            DAILY_REPORT.c.day.between(first, last),
            within(DAILY_REPORT.c.township_code, narrower(actor.region, project.region)),
        )
        .order_by(DAILY_REPORT.c.day, DAILY_REPORT.c.township_code, DAILY_REPORT.c.sequence)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    frame = pd.DataFrame(rows, columns=[*REPORT_COLUMNS, "filer", "reviewer"])
    return frame.assign(state=as_members(frame["state"], ReportState))


def entries_of(store: Store, actor: Actor, project: Project, report_id: int) -> pd.DataFrame:
    """Return a report's entries: ledger_id, parcel_no, village, step, area_m2, parcel_area_m2."""
    access.require(actor, Action.SEE_PROGRESS, narrower(actor.region, project.region))
    wanted = (
        sa.select(
            DAILY_ENTRY.c.ledger_id,
            LEDGER.c.parcel_no,
            PARCEL.c.village,
            DAILY_ENTRY.c.step,
            DAILY_ENTRY.c.area_m2,
            PARCEL.c.area_m2.label("parcel_area_m2"),
        )
        .join(LEDGER, LEDGER.c.id == DAILY_ENTRY.c.ledger_id)
        .join(PARCEL, PARCEL.c.id == LEDGER.c.parcel_id)
        .where(
            DAILY_ENTRY.c.report_id == report_id,
            LEDGER.c.project_id == project.id,
            within(LEDGER.c.village_code, narrower(actor.region, project.region)),
        )
        .order_by(DAILY_ENTRY.c.step, PARCEL.c.village, LEDGER.c.parcel_no)
    )
    with store.reading() as connection:
        rows = connection.execute(wanted).all()
    columns = ["ledger_id", "parcel_no", "village", "step", "area_m2", "parcel_area_m2"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(step=as_members(frame["step"], Step))
