"""What figures rested on when: adoptions, successors, work that moved, parcels taken out."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

ADOPTION = sa.Table(
    "adoption",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("check_id", sa.ForeignKey("check_run.id"), nullable=False),
    sa.Column("previous_check_id", sa.ForeignKey("check_run.id")),
    sa.Column("at", Instant, nullable=False, index=True),
    to_column("by_person", "person"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("summary", sa.JSON, nullable=False),
)

LEDGER_VERSION = sa.Table(
    "ledger_version",
    METADATA,
    sa.Column("adoption_id", sa.ForeignKey("adoption.id"), primary_key=True),
    sa.Column("ledger_id", sa.ForeignKey("ledger.id"), primary_key=True, index=True),
    sa.Column("parcel_id", sa.ForeignKey("parcel.id"), nullable=False),
    sa.Column("change", sa.String(16), nullable=False),
)

SUCCESSION = sa.Table(
    "succession",
    METADATA,
    sa.Column("adoption_id", sa.ForeignKey("adoption.id"), primary_key=True),
    sa.Column("from_ledger_id", sa.ForeignKey("ledger.id"), primary_key=True, index=True),
    sa.Column("to_ledger_id", sa.ForeignKey("ledger.id"), primary_key=True, index=True),
    area_column("common_m2", nullable=False),
)

WORK_MOVE = sa.Table(
    "work_move",
    METADATA,
    id_column(),
    to_column("adoption_id", "adoption"),
    to_column("from_ledger_id", "ledger"),
    to_column("to_ledger_id", "ledger"),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    area_column("area_m2", nullable=False),
    sa.Column("source", sa.String(48), nullable=False),
)

WITHDRAWAL = sa.Table(
    "withdrawal",
    METADATA,
    id_column(),
    to_column("ledger_id", "ledger"),
    sa.Column("adoption_id", sa.ForeignKey("adoption.id")),
    sa.Column("at", Instant, nullable=False),
    to_column("by_person", "person", nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("undone_at", Instant),
    sa.Column("undone_by", sa.ForeignKey("person.id")),
    sa.Column("undone_reason", sa.Text, nullable=False, server_default=""),
)
