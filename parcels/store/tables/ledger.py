"""Where each parcel stands: the ledger and its stage events."""

from __future__ import annotations

import sqlalchemy as sa

from parcels.store.schema import METADATA, Instant, area_column, id_column, to_column

LEDGER = sa.Table(
    "ledger",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("village_code", sa.String(12), nullable=False, index=True),
    sa.Column("parcel_no", sa.Text, nullable=False),
    sa.Column("occurrence", sa.Integer, nullable=False),
    to_column("parcel_id", "parcel"),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_reason", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("project_id", "village_code", "parcel_no", "occurrence"),
)

STAGE_EVENT = sa.Table(
    "stage_event",
    METADATA,
    id_column(),
    to_column("ledger_id", "ledger"),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("day", sa.Date, nullable=False, index=True),
    area_column("area_m2", nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("source", sa.String(48), nullable=False, index=True),
    sa.Column("recorded_at", Instant, nullable=False),
    # all that a sum of work asks: answered from the index alone, in the order it is grouped
    sa.Index("ix_stage_event_sums", "ledger_id", "step", "state", "day", "area_m2"),
)

# confirmed work by parcel and step: triggers on STAGE_EVENT keep it, nothing else writes it
WORK_TOTAL = sa.Table(
    "work_total",
    METADATA,
    sa.Column("ledger_id", sa.ForeignKey("ledger.id"), primary_key=True),
    sa.Column("step", sa.String(32), primary_key=True),
    area_column("area_m2", nullable=False),
    sqlite_with_rowid=False,
)

# what people write about a parcel; no row yet means version 0 and nothing written
LEDGER_CARE = sa.Table(
    "ledger_care",
    METADATA,
    sa.Column("ledger_id", sa.ForeignKey("ledger.id"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("place", sa.Text, nullable=False, server_default=""),
    sa.Column("leader", sa.Text, nullable=False, server_default=""),
    sa.Column("responsible", sa.Text, nullable=False, server_default=""),
    sa.Column("due", sa.Date),
    sa.Column("problem", sa.Text, nullable=False, server_default=""),
    sa.Column("correction", sa.Text, nullable=False, server_default=""),
    sa.Column("closed_on", sa.Date),
    sa.Column("return_visit", sa.Text, nullable=False, server_default=""),
    sa.Column("changed_at", Instant, nullable=False),
    to_column("changed_by", "person"),
)

OPENING_BALANCE = sa.Table(
    "opening_balance",
    METADATA,
    id_column(),
    to_column("project_id", "project"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_sha256", sa.ForeignKey("stored_file.sha256"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    to_column("by_person", "person"),
    sa.Column("undone_at", Instant),
    sa.Column("undone_by", sa.ForeignKey("person.id")),
    sa.Column("undone_reason", sa.Text, nullable=False, server_default=""),
)
