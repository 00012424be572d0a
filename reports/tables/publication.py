"""Frozen figures, who looked at them, and words a person edited before. Rows are never changed."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, id_column, to_column

SNAPSHOT = sa.Table(
    "snapshot",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("region", sa.String(12), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("code", sa.String(8), nullable=False, unique=True),
    sa.Column("cut_off_at", Instant, nullable=False),
    sa.Column("check_id", sa.ForeignKey("check_run.id"), nullable=False),
    sa.Column("basis", sa.JSON, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # canonical JSON, deflated
    sa.Column("content_sha256", sa.String(64), nullable=False),
    sa.Column("replaces_id", sa.ForeignKey("snapshot.id")),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("audit_head", sa.String(64), nullable=False),
    sa.Column("frozen_by", sa.ForeignKey("person.id")),
    sa.Column("frozen_at", Instant, nullable=False),
    sa.UniqueConstraint("project_id", "kind", "first", "version"),
    sa.Index("ix_snapshot_days", "project_id", "first", "last"),
)

SNAPSHOT_STEP = sa.Table(
    "snapshot_step",
    METADATA,
    id_column(),
    to_column("snapshot_id", "snapshot"),
    sa.Column("link", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("region", sa.String(12), nullable=False, server_default=""),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    sa.Column("person_id", sa.ForeignKey("person.id")),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("snapshot_id", "link", "region"),
)

PERIOD_WORDS = sa.Table(
    "period_words",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),  # which of the three paragraphs
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("written", sa.Text, nullable=False),  # what the figures had written then
    sa.Column("person_id", sa.ForeignKey("person.id")),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_period_words_period", "project_id", "kind", "first"),
)

ADJUSTMENT = sa.Table(
    "adjustment",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("township_code", sa.String(9), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("report_id", sa.ForeignKey("daily_report.id"), index=True),
    to_column("ledger_id", "ledger"),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("old_m2", sa.Float, nullable=False),
    sa.Column("new_m2", sa.Float, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("is_after_freeze", sa.Boolean, nullable=False),
    sa.Column("person_id", sa.ForeignKey("person.id")),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_adjustment_day", "project_id", "day", "township_code"),
)

LEADER_REVIEW = sa.Table(
    "leader_review",
    METADATA,
    sa.Column("report_id", sa.ForeignKey("daily_report.id"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id")),
    sa.Column("at", Instant, nullable=False),
)
