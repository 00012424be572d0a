"""The reporting loop's tables, one file per theme; importing them hands in their migrations."""

from pathlib import Path

from parcels.store.schema import hand_in
from reports.tables.acceptance import INSPECTION, INSPECTION_RESULT
from reports.tables.attachments import ATTACHMENT
from reports.tables.calendar import CALENDAR_DAY, CALENDAR_WEEK
from reports.tables.contradictions import CONTRADICTION, CONTRADICTION_ANSWER
from reports.tables.daily import DAILY_ENTRY, DAILY_PROBLEM, DAILY_REPORT
from reports.tables.documents import (
    DOCUMENT_CODE,
    DOCUMENT_TEMPLATE,
    ISSUED_DOCUMENT,
    ISSUED_PAPER,
)
from reports.tables.drafts import REPORT_DRAFT
from reports.tables.guidance import GUIDANCE
from reports.tables.means import MONEY_MOVEMENT, PLAN, TEAM
from reports.tables.photos import PHOTO
from reports.tables.publication import (
    ADJUSTMENT,
    LEADER_REVIEW,
    PERIOD_WORDS,
    SNAPSHOT,
    SNAPSHOT_STEP,
)
from reports.tables.supervision import DECLINED_PROPOSAL, NOTICE, NOTICE_PARCEL, NOTICE_STEP

hand_in(Path(__file__).parent.parent / "migrations")

__all__ = [
    "ADJUSTMENT",
    "ATTACHMENT",
    "CALENDAR_DAY",
    "CALENDAR_WEEK",
    "CONTRADICTION",
    "CONTRADICTION_ANSWER",
    "DAILY_ENTRY",
    "DAILY_PROBLEM",
    "DAILY_REPORT",
    "DAILY_SPENDING",
    "DECLINED_PROPOSAL",
    "DOCUMENT_CODE",
    "DOCUMENT_TEMPLATE",
    "GUIDANCE",
    "INSPECTION",
    "INSPECTION_RESULT",
    "ISSUED_DOCUMENT",
    "ISSUED_PAPER",
    "LEADER_REVIEW",
    "MONEY_MOVEMENT",
    "NOTICE",
    "NOTICE_PARCEL",
    "NOTICE_STEP",
    "PERIOD_WORDS",
    "PHOTO",
    "PLAN",
    "REPORT_DRAFT",
    "SNAPSHOT",
    "SNAPSHOT_STEP",
    "TEAM",
]
