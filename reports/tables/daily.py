"""A day's report of a township and its entries, parcel by parcel."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store import tables as register  # noqa: F401  the foreign keys' other ends
from parcels.store.schema import METADATA, Instant, area_column

DAILY_REPORT = sa.Table(
    "daily_report",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("project_id", sa.ForeignKey("project.id"), nullable=False),
    sa.Column("township_code", sa.String(9), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("idempotency_key", sa.String(64), nullable=False, unique=True),
    sa.Column("receipt_no", sa.String(32), nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("filed_by", sa.ForeignKey("person.id"), nullable=False),
    sa.Column("filed_at", Instant, nullable=False),
    sa.Column("is_late", sa.Boolean, nullable=False),
    sa.Column("is_for_township", sa.Boolean, nullable=False, server_default=sa.false()),  # 代报
    sa.Column("workers", sa.Integer, nullable=False),
    sa.Column("machines", sa.Integer, nullable=False),
    sa.Column("zero_reason", sa.String(32), nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("help_wanted", sa.Text, nullable=False),
    sa.Column("reviewed_by", sa.ForeignKey("person.id")),
    sa.Column("reviewed_at", Instant),
    sa.Column("return_reason", sa.String(32), nullable=False, server_default=""),
    sa.Column("return_text", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("project_id", "township_code", "day", "sequence"),
    sa.Index("ix_daily_report_day", "project_id", "day", "township_code"),
)
# one report per township, project and day counts; the database itself refuses a second
sa.Index(
    "uq_daily_report_live",
    DAILY_REPORT.c.project_id,
    DAILY_REPORT.c.township_code,
    DAILY_REPORT.c.day,
    unique=True,
    sqlite_where=DAILY_REPORT.c.state.in_(["filed", "confirmed"]),
    postgresql_where=DAILY_REPORT.c.state.in_(["filed", "confirmed"]),
)

DAILY_ENTRY = sa.Table(
    "daily_entry",
    METADATA,
    sa.Column("report_id", sa.ForeignKey("daily_report.id"), primary_key=True),
    sa.Column("ledger_id", sa.ForeignKey("ledger.id"), primary_key=True),
    sa.Column("step", sa.String(32), primary_key=True),
    area_column("area_m2", nullable=False),  # below 0: taken back, with a reason
    sa.Column("correction_reason", sa.String(32), nullable=False, server_default=""),
    sa.Column("correction_text", sa.Text, nullable=False, server_default=""),
)

DAILY_PROBLEM = sa.Table(
    "daily_problem",
    METADATA,
    sa.Column("report_id", sa.ForeignKey("daily_report.id"), primary_key=True),
    sa.Column("reason", sa.String(32), primary_key=True),
)
